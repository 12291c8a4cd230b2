import type { ExampleForm } from '../../data/form.ts'
import { channelsLast } from '../../data/layout.ts'
import { dateText } from '../../data/table/cells.ts'
import type { TableRow } from '../../data/table/cells-to-rows.ts'
import { described } from '../../tensor/described.ts'
import { type AnyFloats, type HostTensor, hostTensor, sizeOf } from '../../tensor/host.ts'
import { HttpError } from '../http-error.ts'

/** Numbers in lists, one within the other. */
export type Nested = number | null | readonly Nested[]

/**
 * Pictures and rows of numbers of JSON as an array of the type that training stored: each a flat list, or nested as the
 * stored examples are.
 *
 * @throws HttpError for another number of values, and for what is no such number, naming the row
 */
export function arrayOfRows(
  rows: readonly unknown[],
  { stored, storage, range }: Pick<ExampleForm, 'stored' | 'storage' | 'range'>,
): HostTensor {
  const width = sizeOf(stored)
  const isWhole = storage === 'uint8'
  const data = isWhole ? new Uint8Array(rows.length * width) : new Float32Array(rows.length * width)
  const fits = (value: unknown) =>
    isWhole
      ? Number.isInteger(value) && (value as number) >= 0 && (value as number) <= range[1]
      : typeof value === 'number' && Number.isFinite(Math.fround(value))
  const expected = isWhole ? `a whole number from 0 to ${range[1]}` : 'a finite float32 number'
  rows.forEach((row, i) => {
    const values: unknown[] = []
    if (!Array.isArray(row)) throw refused(i, `is ${described(row)}; expected a list of numbers`)
    flatten(row, stored.length, values)
    if (values.length !== width)
      throw refused(
        i,
        `has ${values.length} values; expected ${width}${stored.length > 1 ? `, flat or as [${stored.join(', ')}]` : ''}`,
      )
    values.forEach((value, j) => {
      if (!fits(value)) throw refused(i, `value ${j} is ${described(value)}; expected ${expected}`)
      data[i * width + j] = value as number
    })
  })
  const shape = [rows.length, ...stored]
  return isWhole
    ? hostTensor('uint8', shape, data as Uint8Array)
    : hostTensor('float32', shape, data as Float32Array)
}

const refused = (row: number, text: string): HttpError =>
  new HttpError(400, `rows: row ${row} (counted from 0): ${text}`)

/** The values of lists within lists, to a depth. */
function flatten(list: readonly unknown[], depth: number, into: unknown[]): void {
  for (const value of list)
    if (depth > 1 && Array.isArray(value)) flatten(value, depth - 1, into)
    else into.push(value)
}

/** What a model returns of pictures and arrays, in the units and the layout in which training stored them. */
export function rowsAsStored(
  { shape, data }: AnyFloats,
  form: Pick<ExampleForm, 'stored' | 'scale' | 'order' | 'exampleShape'> | undefined,
): Nested[] {
  const width = shape[1]!
  const values: ArrayLike<number> & Pick<Float64Array, 'subarray'> = form
    ? channelsLast(data as Float64Array, form)
    : (data as Float64Array)
  const scale = form?.scale ?? 1
  return Array.from({ length: shape[0]! }, (_, row) =>
    nested(
      Array.from(values.subarray(row * width, (row + 1) * width), (value) => value / scale),
      form?.stored ?? [width],
    ),
  )
}

/** A flat list in the shape of an array. */
export function nested(values: readonly number[], [, ...others]: readonly number[]): Nested[] {
  if (others.length === 0) return [...values]
  const width = sizeOf(others)
  return Array.from({ length: values.length / width }, (_, i) =>
    nested(values.slice(i * width, (i + 1) * width), others),
  )
}

/** Rows of a table as JSON has them: dates as text. */
export const jsonRows = (rows: readonly Readonly<Record<string, unknown>>[]): TableRow[] =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, jsonValue(value)])),
  )

export const jsonValue = (value: unknown): number | string | null =>
  value instanceof Date ? dateText(value) : ((value ?? null) as number | string | null)
