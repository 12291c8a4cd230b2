import { cellText, described, isIterable, isList, isRecord } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { dtypeOf, type HostTensor, hostTensor, ownKind, tensorFault } from '../tensor/host.ts'
import { wholeLabel } from './labels.ts'

/**
 * Examples as numbers: an array `[N, D]`, `[N, H, W]`, `[N, C, H, W]` or `[N, H, W, C]`, made by
 * `hostTensor`, or one row of numbers for each example.
 */
export type ExampleArray = HostTensor | readonly ArrayLike<number>[]

/** Class labels: an array `[N]`, or one whole number for each example. */
export type LabelArray = HostTensor | ArrayLike<number>

/**
 * A caller's examples: a file, or an object for each row of a table, as they are, anything else as an array.
 *
 * @throws UserError as `exampleArray`
 */
export function exampleRows(
  given: ExampleArray | readonly object[] | Blob,
  name = 'data',
): HostTensor | readonly object[] | Blob {
  return isBlob(given) || isRows(given) ? given : exampleArray(given as ExampleArray, name)
}

/** Whether data is a file whose bytes are in memory, or which a page may read: a `Blob` or `File`. */
export const isBlob = (data: unknown): data is Blob =>
  typeof Blob !== 'undefined' && data instanceof Blob

/** Whether a list holds objects with named values, and not lists of numbers. */
export const isRows = (given: unknown): given is readonly object[] =>
  Array.isArray(given) && given.length > 0 && isRecord(given[0]) && !isList(given[0])

/**
 * A caller's examples as an array. Rows of numbers become float32 `[N, D]`.
 *
 * @throws UserError for anything but numbers: a missing value, text, a row of another length
 */
export function exampleArray(given: ExampleArray, name = 'data'): HostTensor {
  if (isTensor(given)) return checkedTensor(given, name)
  requireRows(given, name)
  const rows = given as readonly ArrayLike<number>[]
  const width = isList(rows[0]) ? rows[0].length : 0
  const values = new Float32Array(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row: unknown = rows[i]
    if (!isList(row))
      throw new UserError(
        `${name}: row ${i} (counted from 0) is ${described(row)}; expected numbers`,
      )
    if (row.length !== width)
      throw new UserError(
        `${name}: row ${i} (counted from 0) has ${row.length} numbers; expected ${width} as in the first`,
      )
    for (let j = 0; j < width; j++) {
      const value: unknown = row[j]
      if (typeof value !== 'number' || !Number.isFinite(Math.fround(value)))
        throw new UserError(
          `${name}: ${cellText(i * width + j, width)} is ${described(value)}${conversion(value)}; expected a finite float32 number`,
        )
      values[i * width + j] = value
    }
  }
  return hostTensor('float32', [rows.length, width], values)
}

/** Refuses what is no list of rows, with what to write instead. */
function requireRows(given: unknown, name: string): void {
  const flat = (what: string, dtype: string) =>
    new UserError(
      `${name}: a flat ${what}, without rows; expected one list for each example, or an array with a shape: hostTensor('${dtype}', [n, d], values)`,
    )
  if (Array.isArray(given)) {
    const [first] = given as readonly unknown[]
    if (typeof first !== 'number' && typeof first !== 'bigint') return
    throw flat(`list of ${given.length} numbers`, 'float32')
  }
  if (isList(given)) {
    const type = (given as Float32Array)[Symbol.toStringTag]
    throw flat(`${type} of ${given.length} values`, dtypeOf(type) ?? 'float32')
  }
  throw new UserError(
    `${name}: expected an array made by hostTensor, or rows of numbers, got ${described(given)}${spreading(given, name)}`,
  )
}

const spreading = (given: unknown, name: string): string =>
  isIterable(given) ? `; make a list of it: [...${name}]` : ''

/** How a value that stands for a number becomes one. */
const conversion = (value: unknown): string => {
  const text = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
  return typeof value === 'bigint' || text ? ' (convert it with Number)' : ''
}

/**
 * A caller's labels as an array.
 *
 * @throws UserError for anything but whole numbers
 */
export function labelArray(given: LabelArray, name = 'labels'): HostTensor {
  if (isTensor(given)) return checkedTensor(given, name)
  if (!isList(given))
    throw new UserError(
      `${name}: expected one whole number for each row, got ${described(given)}${spreading(given, name)}`,
    )
  const labels = Int32Array.from({ length: given.length }, (_, row) => {
    const label: unknown = given[row]
    const shown = `${described(label)}${conversion(label)}`
    return wholeLabel(typeof label === 'number' ? label : Number.NaN, shown, name, row)
  })
  return hostTensor('int32', [labels.length], labels)
}

const isTensor = (given: unknown): given is HostTensor =>
  isRecord(given) && 'dtype' in given && 'shape' in given

/** A tensor that may have been made without `hostTensor`. */
function checkedTensor(given: HostTensor, name: string): HostTensor {
  const { dtype, shape, data, scale } = given
  const fault = tensorFault({ dtype, shape, data, scale })
  if (fault) throw new UserError(`${name}: ${fault}; make it with hostTensor`)
  const own = ownKind(data)
  return own === data ? given : { ...given, data: own }
}
