/*
 * Values with arrays and files as bytes: a JSON text whose arrays and files are numbers of sections, and the sections.
 *
 *     uint32 length of the JSON text, little-endian | JSON text | sections
 */

const arrays = { Float32Array, Float64Array, Int32Array, Uint8Array } as const
type ArrayType = keyof typeof arrays

type Section =
  | { readonly array: ArrayType; readonly bytes: number }
  | { readonly file: string; readonly bytes: number }

const MARK = '$section'

/** The bytes of a value: plain objects, lists, text, numbers, booleans, null, arrays of numbers, and blobs. */
export async function encodeFrame(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const sections: Section[] = []
  const parts: (Uint8Array | Blob)[] = []
  const marked = JSON.stringify(value, (_, inner: unknown) => {
    const section = sectionOf(inner)
    if (!section) return inner
    sections.push(section.section)
    parts.push(section.part)
    return { [MARK]: sections.length - 1 }
  })
  const text = new TextEncoder().encode(JSON.stringify([sections, marked ?? 'null']))
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

function sectionOf(value: unknown): { section: Section; part: Uint8Array | Blob } | undefined {
  if (value instanceof Blob)
    return { section: { file: value.type, bytes: value.size }, part: value }
  if (!ArrayBuffer.isView(value)) return undefined
  const name = value.constructor.name as ArrayType
  if (!Object.hasOwn(arrays, name)) throw new TypeError(`a frame cannot hold ${name}`)
  const part = new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  return { section: { array: name, bytes: part.length }, part }
}

/** The value of a frame. Throws TypeError where the bytes are none. */
export function decodeFrame(frame: Uint8Array): unknown {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const length = frame.length < 4 ? Number.NaN : view.getUint32(0, true)
  if (!(4 + length <= frame.length)) throw new TypeError('not a frame: its head is cut off')
  const text = new TextDecoder().decode(frame.subarray(4, 4 + length))
  const [sections, marked] = JSON.parse(text) as [readonly Section[], string]
  let at = 4 + length
  const values = sections.map((section) => {
    // Not `slice`: a Buffer of Node would share its memory.
    const bytes = Uint8Array.from(frame.subarray(at, at + section.bytes))
    at += section.bytes
    if (bytes.length !== section.bytes) throw new TypeError('not a frame: a section is cut off')
    return 'file' in section
      ? new Blob([bytes], { type: section.file })
      : new arrays[section.array](bytes.buffer)
  })
  if (at !== frame.length) throw new TypeError('not a frame: there is more than its sections')
  return JSON.parse(marked, (_, inner: unknown) => (isMark(inner) ? values[inner[MARK]] : inner))
}

const isMark = (value: unknown): value is { [MARK]: number } =>
  typeof value === 'object' && value !== null && MARK in value
