/** A given value in words, for an error message: short, on one line. */
export function described(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(shortened(value))
  if (typeof value === 'object' && value !== null) return `a value of type ${typeName(value)}`
  if (typeof value === 'bigint') return `${shortened(String(value))}n`
  return typeof value === 'function' ? 'a function' : shortened(String(value))
}

/** The beginning of a text that comes from a caller or a file, as much as a message has room for. */
export const shortened = (text: string, most = 40): string =>
  text.length > most ? `${text.slice(0, most)}…` : text

/** `row 3, column 7 (counted from 0)`: the `index`-th value of rows of `width` values. */
export const cellText = (index: number, width: number): string =>
  `row ${Math.floor(index / width)}, column ${index % width} (counted from 0)`

const typeName = (value: object): string => {
  const made = value.constructor as unknown
  return shortened((typeof made === 'function' && made.name) || 'object')
}

/** Values that can only be iterated, such as a Set, a Map or a generator: neither a list nor a text. */
export const isIterable = (value: unknown): boolean =>
  isRecord(value) && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'

/** A list of values. A text is not one, although it has a length. */
export const isList = (value: unknown): value is ArrayLike<number> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))

/** An object of options or figures: neither a list nor null. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !isList(value)

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** The last name of a path, of any system: `sensors` of `runs/sensors/`. */
export const lastName = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path
