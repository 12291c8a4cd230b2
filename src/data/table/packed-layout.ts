import type { ColumnKind } from './schema.ts'

/** How a cell is stored in a packed row: a float64, or the code of a text. */
export type FieldType = 'f64' | 'i32' | 'u16' | 'u8'

/** Where the cells of a column stand in a packed row. */
export interface Field {
  readonly type: FieldType
  /** Bytes from the beginning of the row: a multiple of the type's size. */
  readonly offset: number
}

/** Rows of a fixed width: float64, then codes, then a bit for each cell that is set where it is missing. */
export interface PackedLayout {
  /** One for each column, in their order. */
  readonly fields: readonly Field[]
  /** Offset of the bits: that of column j is bit `j % 8` of byte `j >> 3`. */
  readonly mask: number
  /** Bytes of a row: a multiple of 8. */
  readonly stride: number
}

const sizes: Readonly<Record<FieldType, number>> = { f64: 8, i32: 4, u16: 2, u8: 1 }

const types: Readonly<Record<Exclude<ColumnKind, 'ignore'>, FieldType>> = {
  numeric: 'f64',
  positive: 'f64',
  count: 'f64',
  datetime: 'f64',
  binary: 'u8',
  categorical: 'u16',
  ordinal: 'u16',
  label: 'u16',
  text: 'i32',
}

/** The most different values that a column of codes can have. */
export const mostCodes: Readonly<Record<Exclude<FieldType, 'f64'>, number>> = {
  u8: 2 ** 8,
  u16: 2 ** 16,
  i32: 2 ** 31,
}

/** The layout of rows by the kinds of their columns alone, so that equal values are equal bytes. */
export function layoutOf(kinds: readonly Exclude<ColumnKind, 'ignore'>[]): PackedLayout {
  const offsets = new Map<number, number>()
  let end = 0
  for (const type of ['f64', 'i32', 'u16', 'u8'] as const)
    kinds.forEach((kind, j) => {
      if (types[kind] !== type) return
      offsets.set(j, end)
      end += sizes[type]
    })
  const fields = kinds.map((kind, j) => ({ type: types[kind], offset: offsets.get(j)! }))
  return { fields, mask: end, stride: Math.ceil((end + Math.ceil(kinds.length / 8)) / 8) * 8 }
}

/** The bytes of packed rows as values of each type; they begin at a multiple of 8 bytes. */
export type RowViews = Readonly<
  Record<FieldType, Float64Array | Int32Array | Uint16Array | Uint8Array>
>

export function viewsOf(bytes: Uint8Array): RowViews {
  const { buffer, byteOffset, length } = bytes
  return {
    f64: new Float64Array(buffer, byteOffset, length / 8),
    i32: new Int32Array(buffer, byteOffset, length / 4),
    u16: new Uint16Array(buffer, byteOffset, length / 2),
    u8: bytes,
  }
}

/** Writes a column into packed rows: NaN is a missing cell. */
export function writeField(
  views: RowViews,
  { fields, mask, stride }: PackedLayout,
  column: number,
  values: Float64Array,
): void {
  const { type, offset } = fields[column]!
  const view = views[type]
  const bits = views.u8
  const step = stride / sizes[type]
  for (let i = 0, at = offset / sizes[type]; i < values.length; i++, at += step) {
    const value = values[i]!
    if (!Number.isNaN(value)) view[at] = value
    else {
      if (type === 'f64') view[at] = Number.NaN
      bits[i * stride + mask + (column >> 3)]! |= 1 << (column & 7)
    }
  }
}

/** Reads a column of packed rows into every `width`-th element of `into`, from `at`: NaN where a cell is missing. */
export function readField(
  views: RowViews,
  { fields, mask, stride }: PackedLayout,
  column: number,
  into: Float64Array,
  at: number,
  width: number,
): void {
  const { type, offset } = fields[column]!
  const step = stride / sizes[type]
  let from = offset / sizes[type]
  if (type === 'f64') {
    const view = views.f64
    for (; at < into.length; at += width, from += step) into[at] = view[from]!
    return
  }
  const view = views[type]
  const bits = views.u8
  const bit = 1 << (column & 7)
  let byte = mask + (column >> 3)
  for (; at < into.length; at += width, from += step, byte += stride)
    into[at] = (bits[byte]! & bit) === 0 ? view[from]! : Number.NaN
}
