/** A given value in words, for an error message: short, on one line. */
export function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (typeof value === 'object' && value !== null) return `a value of type ${typeName(value)}`
  return typeof value === 'function' ? 'a function' : String(value)
}

/** `row 3, column 7 (counted from 0)`: the `index`-th value of rows of `width` values. */
export const cellText = (index: number, width: number): string =>
  `row ${Math.floor(index / width)}, column ${index % width} (counted from 0)`

const typeName = (value: object): string => value.constructor?.name || 'object'

/** A list of values. A text is not one, although it has a length. */
export const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))

/** An object of options or figures: neither a list nor null. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isList(value)
