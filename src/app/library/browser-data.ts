import type { LikelihoodUse } from '../../data/array-columns.ts'
import { arraysInBlob } from '../../data/arrays-in-blob.ts'
import { assemble, labelled, labelledTest, type Source, testReading } from '../../data/assemble.ts'
import type { DataSet } from '../../data/dataset.ts'
import type { KnownExamples, Reading } from '../../data/examples.ts'
import {
  type ExampleArray,
  exampleArray,
  exampleRows,
  isBlob,
  type LabelArray,
  labelArray,
} from '../../data/given.ts'
import { requireNoColumns } from '../../data/open-columns.ts'
import { type DataEnvironment, openGiven } from '../../data/open-given.ts'
import { isPictures, type Pictures } from '../../data/pictures/pictures-of.ts'
import { partsOfPictures } from '../../data/pictures/source.ts'
import { packTable } from '../../data/table/pack.ts'
import { recordsInMemory } from '../../data/table/read/in-memory.ts'
import type { TableSchema } from '../../data/table/schema.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { sha256 } from '../../tensor/digest.ts'
import { UserError } from '../../tensor/errors.ts'
import { givenSchema, splitOptionNames, splitOptions } from './given-options.ts'
import type { DataSplitOptions, WithoutSchema } from './options.ts'

/** Names of the options that are data. */
export const sourceNames = ['data', 'labels', 'testData', 'testLabels'] as const

/** Examples with their labels: a table, arrays, or pictures. */
export interface BrowserData {
  /**
   * A `File` or `Blob` of a table (CSV, TSV, Parquet, JSON lines, ARFF) or of arrays (.npy, .npz, IDX), also gzipped; an object
   * for each row of a table; arrays; or what `picturesOf` returns, which may have labels of its own.
   */
  readonly data: Blob | readonly object[] | ExampleArray | Pictures
  /** The label of each example's class, a whole number. */
  readonly labels?: LabelArray | undefined
  /** A test set of its own, instead of cutting one off. */
  readonly testData?: Blob | readonly object[] | ExampleArray | Pictures | undefined
  readonly testLabels?: LabelArray | undefined
  /** What each column of a table is, as the `schema` of `describeTable`; inferred if absent. */
  readonly schema?: TableSchema | undefined
}

/**
 * Makes a data set of a table, arrays or pictures: splits it by seed, binarises it, and hashes it, as in Node.
 *
 * @throws UserError for data that holds no examples, and for labels that do not fit
 */
export async function openDataSet(
  options: BrowserData & WithoutSchema<DataSplitOptions> & { readonly seed?: number | undefined },
): Promise<DataSet> {
  requireOptions(options, 'openDataSet', [...sourceNames, ...splitOptionNames], UserError)
  const { data, labels, testData, testLabels, schema, ...rest } = options
  const given = { data, labels, testData, testLabels, schema: givenSchema(schema) }
  return openData({ ...splitOptions(rest), ...given })
}

type Opening = BrowserData &
  ReturnType<typeof splitOptions> & {
    /** What a run has recorded of its data. */
    readonly known?: KnownExamples | undefined
  }

/** Opens data with the options of a configuration. */
export async function openData(
  { schema, ...options }: Omit<Opening, 'schema'> & { readonly schema?: TableSchema | undefined },
  likelihood?: LikelihoodUse | undefined,
): Promise<DataSet> {
  const { data, testData, labels, testLabels } = options
  if (testLabels !== undefined && testData === undefined)
    throw new UserError('testLabels: labels of a test set, but no testData is given; give both')
  if (testData !== undefined && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be set aside for testing, but testData is a test set already; leave one of them out`,
    )
  for (const field of ['size', 'fit', 'colour', 'ground'] as const)
    if (options[field] !== undefined)
      throw new UserError(
        `${field}: is an option of picturesOf; give it there, and leave it out here`,
      )
  if (isPictures(data) || isPictures(testData)) {
    requireNoColumns({ ...options, schema }, 'data')
    return openPictures({
      ...options,
      data: notTable(data),
      testData: testData && notTable(testData),
    })
  }
  const read = (array: LabelArray | undefined, name: string) =>
    array === undefined ? undefined : labelArray(array, name)
  const given = {
    data: exampleRows(data, 'data'),
    testData: testData === undefined ? undefined : exampleRows(testData, 'testData'),
    labels: read(labels, 'labels'),
    testLabels: read(testLabels, 'testLabels'),
  }
  return openGiven({ ...options, ...given, schema, likelihood }, pageData)
}

/** Data in a page, where there are no paths. */
const pageData: DataEnvironment = {
  digestOf: sha256,
  async records(data, name, reading) {
    return typeof data === 'string' ? noPaths() : recordsInMemory(data, name, reading)
  },
  packed: (_, source, schema, { newData, leftOut }) =>
    packTable(source, schema, { newData, leftOut }),
  async arrays(data, name) {
    if (isBlob(data)) return arraysInBlob(data, name)
    return typeof data === 'object' && 'dtype' in data ? new Map([['', data]]) : undefined
  },
  schemaOf: noPaths,
  labelsIn: noPaths,
}

/** Text for data has been refused before. */
function noPaths(): never {
  throw new RangeError('a page has no files with paths')
}

function notTable(data: BrowserData['data']): ExampleArray | Pictures {
  if (isPictures(data)) return data
  if (isBlob(data))
    throw new UserError('testData: a file, but data is pictures; give both in one form')
  return data as ExampleArray
}

async function openPictures({
  data,
  testData,
  labels,
  testLabels,
  layout,
  known,
  ...split
}: Omit<Opening, 'data' | 'testData' | 'schema'> & {
  readonly data: ExampleArray | Pictures
  readonly testData?: ExampleArray | Pictures | undefined
}): Promise<DataSet> {
  const name = isPictures(data) ? 'pictures' : 'array'
  const main = partOf('data', data, 'labels', labels, { layout, known })
  if (main.test && (testData !== undefined || split.test !== undefined))
    throw new UserError(
      `${testData === undefined ? 'test' : 'testData'}: the pictures have a test set of their own; leave this out`,
    )
  if (testData === undefined) return assemble({ name, ...main }, split, sha256, known)
  const reading = testReading(main.main, { layout, normal: split.normal })
  const test = partOf('testData', testData, 'testLabels', testLabels, reading).main
  return assemble({ name, main: main.main, test }, split, sha256, known)
}

/** Arrays or pictures with their labels, which may be given beside them. */
function partOf(
  name: 'data' | 'testData',
  data: ExampleArray | Pictures,
  labelsName: string,
  given: LabelArray | undefined,
  reading: Reading,
): Pick<Source, 'main' | 'test'> {
  const labels = given === undefined ? undefined : labelArray(given, labelsName)
  if (isPictures(data)) {
    if (reading.layout !== undefined)
      throw new UserError(
        'layout: is for arrays, and the layout of pictures is known; leave this out',
      )
    return partsOfPictures(data, name, data.options, reading, labels && { labels, labelsName })
  }
  const array = { name, array: exampleArray(data, name), labelsName, labels }
  return { main: name === 'data' ? labelled(array, reading) : labelledTest(array, reading) }
}
