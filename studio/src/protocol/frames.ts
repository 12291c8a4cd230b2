/*
 * Values with arrays and files as bytes: a JSON text whose arrays and files are numbers of sections, and the sections.
 *
 *     uint32 length of the JSON text, little-endian | JSON text | sections
 *
 * What JSON does not know is an object of one field, `$`: the number of a section, the name of a number that is not finite,
 * `undefined` or `-0`, or the entries of an object that has such a field itself.
 */

const arrays = { Float32Array, Float64Array, Int32Array, Uint8Array } as const
type ArrayType = keyof typeof arrays

type Section =
  | { readonly array: ArrayType; readonly bytes: number }
  | { readonly file: string; readonly bytes: number }

const MARK = '$'

const words = new Map<unknown, string>([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [undefined, 'undefined'],
])
const meanings = new Map([['-0', -0 as unknown], ...[...words].map(([a, b]) => [b, a] as const)])

/**
 * The bytes of a value: plain objects, lists, text, numbers, booleans, null, undefined, arrays of numbers, and blobs.
 *
 * @throws TypeError for any other value
 */
export async function encodeFrame(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const sections: Section[] = []
  const parts: (Uint8Array | Blob)[] = []
  const marked = toMarked(value, (section, part) => {
    sections.push(section)
    parts.push(part)
    return sections.length - 1
  })
  const text = new TextEncoder().encode(JSON.stringify([sections, marked]))
  const head = new Uint8Array(4 + text.length)
  new DataView(head.buffer).setUint32(0, text.length, true)
  head.set(text, 4)
  const frame = new Uint8Array(sections.reduce((sum, { bytes }) => sum + bytes, head.length))
  frame.set(head)
  let at = head.length
  for (const part of parts) {
    const bytes = part instanceof Blob ? new Uint8Array(await part.arrayBuffer()) : part
    frame.set(bytes, at)
    at += bytes.length
  }
  return frame
}

type Add = (section: Section, part: Uint8Array | Blob) => number

function toMarked(value: unknown, add: Add): unknown {
  const word = Object.is(value, -0) ? '-0' : words.get(value)
  if (word !== undefined) return { [MARK]: word }
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value
  if (Array.isArray(value)) return value.map((inner) => toMarked(inner, add))
  if (value instanceof Blob) return { [MARK]: add({ file: value.type, bytes: value.size }, value) }
  if (ArrayBuffer.isView(value)) {
    const part = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    return { [MARK]: add({ array: typeOf(value), bytes: part.length }, part) }
  }
  if (typeof value !== 'object' || !isPlain(value))
    throw new TypeError(`a frame cannot hold ${String(value)}`)
  const entries = Object.entries(value).map(([name, inner]) => [name, toMarked(inner, add)])
  return Object.hasOwn(value, MARK) ? { [MARK]: entries } : Object.fromEntries(entries)
}

/** Of a plain object; those of another realm, as a test's, have another prototype. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function typeOf(value: ArrayBufferView): ArrayType {
  const found = Object.entries(arrays).find(([, Type]) => value instanceof Type)
  if (!found) throw new TypeError(`a frame cannot hold ${value.constructor.name}`)
  return found[0] as ArrayType
}

/** The value of a frame. Throws TypeError where the bytes are none. */
export function decodeFrame(frame: Uint8Array): unknown {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const length = frame.length < 4 ? Number.NaN : view.getUint32(0, true)
  if (!(4 + length <= frame.length)) throw new TypeError('not a frame: its head is cut off')
  const { sections, marked } = headIn(frame.subarray(4, 4 + length))
  let at = 4 + length
  const values = sections.map((section) => {
    // Not `slice`: a Buffer of Node would share its memory.
    const bytes = Uint8Array.from(frame.subarray(at, at + section.bytes))
    at += section.bytes
    if (bytes.length !== section.bytes) throw new TypeError('not a frame: a section is cut off')
    if ('file' in section) return new Blob([bytes], { type: section.file })
    const Type = arrays[section.array]
    if (bytes.length % Type.BYTES_PER_ELEMENT !== 0)
      throw new TypeError('not a frame: a section holds a part of a number')
    return new Type(bytes.buffer)
  })
  if (at !== frame.length) throw new TypeError('not a frame: there is more than its sections')
  return fromMarked(marked, values)
}

function headIn(bytes: Uint8Array): { sections: readonly Section[]; marked: unknown } {
  let head: unknown
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new TypeError('not a frame: its head is no JSON')
  }
  if (!Array.isArray(head) || head.length !== 2 || !Array.isArray(head[0]))
    throw new TypeError('not a frame: its head is no list of sections and a value')
  const [sections, marked] = head as [readonly unknown[], unknown]
  if (!sections.every(isSection)) throw new TypeError('not a frame: a section is of no known type')
  return { sections, marked }
}

function isSection(value: unknown): value is Section {
  if (typeof value !== 'object' || value === null) return false
  const { array, file, bytes } = value as Record<string, unknown>
  return (
    Number.isSafeInteger(bytes) &&
    (bytes as number) >= 0 &&
    (typeof file === 'string' || (typeof array === 'string' && Object.hasOwn(arrays, array)))
  )
}

function fromMarked(value: unknown, sections: readonly unknown[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((inner) => fromMarked(inner, sections))
  const entries = Object.hasOwn(value, MARK) ? (value as Record<string, unknown>)[MARK] : value
  if (typeof entries === 'number' && entries in sections) return sections[entries]
  if (typeof entries === 'string' && meanings.has(entries)) return meanings.get(entries)
  const isList = Array.isArray(entries) && entries.every((one) => Array.isArray(one))
  if (entries !== value && !isList) throw new TypeError('not a frame: a mark has no meaning')
  return Object.fromEntries(
    (isList ? entries : Object.entries(value)).map(([name, inner]) => [
      String(name),
      fromMarked(inner, sections),
    ]),
  )
}
