import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { areColumns, chooseExamples, type NamedArrays } from './archive-roles.ts'
import type { NamedArray } from './assemble.ts'
import type { DataSet } from './dataset.ts'
import { isBlob } from './given.ts'
import {
  blobName,
  type LabelledRows,
  type OpeningArrays,
  openArrays,
  openTable,
  type TableData,
  type TableEnvironment,
} from './open-columns.ts'

/** Data with its labels: tables, arrays, or the files of either. */
export interface GivenData {
  readonly data: TableData
  readonly labels?: string | HostTensor | undefined
  readonly testData?: TableData | undefined
  readonly testLabels?: string | HostTensor | undefined
}

/** What differs between Node and a page. */
export interface DataEnvironment extends TableEnvironment {
  /** The arrays in data, by name; undefined for a table. */
  arrays(data: TableData, name: string): Promise<ReadonlyMap<string, HostTensor> | undefined>
  /** The labels in a file. */
  labelsIn(path: string): Promise<HostTensor>
}

/**
 * Opens data as examples: the columns of a table, or arrays, which an archive may have with labels and a test set.
 *
 * @throws UserError for data that holds no examples, and for labels and options that do not fit it
 */
export async function openGiven(
  options: GivenData & OpeningArrays,
  environment: DataEnvironment,
): Promise<DataSet> {
  const { data, testData } = options
  const name = typeof data === 'string' ? data : isBlob(data) ? blobName(data, 'data') : 'array'
  const main = await part('data', data, options, environment)
  const given =
    testData === undefined ? undefined : await part('testData', testData, options, environment)
  if (!main.arrays)
    return openTable({ name, main: main.rows, test: given?.rows }, options, environment)
  if (given && !given.arrays)
    throw new UserError(
      worded`${option('testData')}: is a table, but ${option('data')} is an array; give both in one form`,
    )
  const own = ownTest(main.arrays, main.rows.name, options)
  const notes = main.arrays.taken === undefined ? [] : [`${name}: ${main.arrays.taken}`]
  const test = given ? named(given) : own
  return openArrays({ name, main: { ...named(main), notes }, test }, options, environment)
}

/** Rows with their labels, and the arrays that they are, unless they are a table. */
interface Part {
  readonly rows: LabelledRows
  readonly arrays?: NamedArrays | undefined
}

async function part(
  field: 'data' | 'testData',
  data: TableData,
  { labels: ofData, testLabels, array }: GivenData & Pick<OpeningArrays, 'array'>,
  environment: DataEnvironment,
): Promise<Part> {
  const given = field === 'data' ? ofData : testLabels
  const name = typeof data === 'string' ? data : isBlob(data) ? blobName(data, field) : field
  const own = field === 'data' ? 'labels' : 'testLabels'
  const found = await environment.arrays(data, name)
  const labels = typeof given === 'string' ? await environment.labelsIn(given) : given
  // The test set may be in a file of one array, which has no name.
  const stated = field === 'testData' && found?.size === 1 ? undefined : array
  const arrays =
    found && !areColumns(found, stated)
      ? chooseExamples(found, name, stated, given === undefined)
      : undefined
  const labelsName = typeof given === 'string' ? given : given || !arrays ? own : `${name}, labels`
  return { rows: { name, rows: data, labelsName, labels: labels ?? arrays?.labels }, arrays }
}

const named = ({ rows: { name, labelsName, labels }, arrays }: Part): NamedArray => ({
  name,
  array: arrays!.examples,
  labelsName,
  labels,
})

/** The test set that an archive has beside its training examples. */
function ownTest(
  { test }: NamedArrays,
  name: string,
  options: GivenData & OpeningArrays,
): NamedArray | undefined {
  if (!test) return undefined
  const other = (['testData', 'test', 'splitBy'] as const).find(
    (each) => options[each] !== undefined,
  )
  if (other)
    throw new UserError(
      worded`${option(other)}: ${name} has a test set of its own; leave this out, or state the examples with ${option('array')}`,
    )
  return {
    name: `${name}, test set`,
    array: test.examples,
    labelsName: `${name}, labels of the test set`,
    labels: test.labels,
  }
}
