import { described, isRecord, shortened } from './described.ts'
import { UserError } from './errors.ts'
import { fromFloat16, toFloat16s } from './float16.ts'
import { type DType, type HostTensor, hostTensor, MOST_AXES } from './host.ts'
import { strictJson } from './strict-json.ts'
import { TURN_BYTES } from './turns.ts'

/**
 * The safetensors format (https://huggingface.co/docs/safetensors): 8 bytes with the length of the header, a JSON header,
 * and the arrays without gaps, row-major and little-endian.
 */

/** Bytes of a file before its header: they give its length. */
export const LENGTH_BYTES = 8

/** The longest header in bytes, as in the format's own reader. */
export const LONGEST_HEADER = 100_000_000

const METADATA = '__metadata__'

/** The types that are read and written, in the order in which the format's own writer places their arrays. */
const types = {
  I64: { dtype: 'int64', width: 8 },
  F64: { dtype: 'float64', width: 8 },
  F32: { dtype: 'float32', width: 4 },
  I32: { dtype: 'int32', width: 4 },
  F16: { dtype: 'float32', width: 2 },
  U8: { dtype: 'uint8', width: 1 },
  BOOL: { dtype: 'bool', width: 1 },
} as const satisfies Readonly<Record<string, { dtype: DType; width: number }>>

type TypeCode = keyof typeof types
const codes = Object.keys(types) as TypeCode[]

/** Where a tensor is, as the header says it. Offsets count from the end of the header. */
export interface TensorPlace {
  readonly dtype: TypeCode
  readonly shape: readonly number[]
  readonly data_offsets: readonly [begin: number, end: number]
}

export type Metadata = Readonly<Record<string, string>>

/** A header, checked. */
export interface SafetensorsHeader {
  readonly places: ReadonlyMap<string, TensorPlace>
  readonly metadata: Metadata
}

/** How float32 arrays are stored. */
export type StoredPrecision = 'float32' | 'float16'

/**
 * Writes arrays as a safetensors file: equal arrays give equal bytes, whatever their order. Wider types come first, so that
 * each array is aligned. `scale` of an array is not kept.
 *
 *     writeSafetensors(new Map([['encoder.0.weight', weight]]), { format: 'latentlab package 1' })
 *
 * @param precision of what is float32: with `float16`, values are rounded to the nearest of 16 bits
 * @throws Error for a name that the format has no place for
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Metadata = {},
  precision: StoredPrecision = 'float32',
): Uint8Array {
  const rank = (tensor: HostTensor) => codes.indexOf(codeOf(tensor, precision))
  const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
    a < b ? -1 : 1
  const sorted = [...tensors].sort((a, b) => rank(a[1]) - rank(b[1]) || byName(a, b))
  const names = Object.fromEntries(Object.entries(metadata).sort(byName))
  const { file, fill } = placeInOrder(sorted, names, precision)
  Array.from(fill())
  return file
}

/** A file whose arrays come into their places later, and whose metadata may be replaced. */
export interface PlacedTensors {
  readonly file: Uint8Array
  readonly places: SafetensorsHeader['places']
  /** The part of the file behind the header. */
  readonly body: Uint8Array
  /** Copies the arrays; yields after each mebibyte or so. */
  fill(): Generator<undefined>
  /** Sets the metadata: as long as before, letter by letter. */
  seal(metadata: Metadata): void
}

/** A safetensors file of arrays in the order given. */
export function placeInOrder(
  tensors: readonly (readonly [string, HostTensor])[],
  metadata: Metadata,
  precision: StoredPrecision = 'float32',
): PlacedTensors {
  let length = 0
  const places = new Map<string, TensorPlace>()
  for (const [name, tensor] of tensors) {
    if (name === METADATA || name === '__proto__' || places.has(name))
      throw new Error(`a safetensors file cannot hold a tensor called ${name}`)
    const dtype = codeOf(tensor, precision)
    const begin = length
    length += tensor.data.length * types[dtype].width
    places.set(name, { dtype, shape: tensor.shape, data_offsets: [begin, length] })
  }
  const start = LENGTH_BYTES + headerBytes(places, metadata).length
  const file = new Uint8Array(start + length)
  const body = file.subarray(start)
  function* fill() {
    let copied = 0
    for (const [name, tensor] of tensors) {
      const { dtype, data_offsets } = places.get(name)!
      const data = dtype === 'F16' ? toFloat16s(tensor.data as Float32Array) : tensor.data
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      for (let from = 0; from < bytes.length; from += TURN_BYTES) {
        const some = bytes.subarray(from, from + TURN_BYTES)
        body.set(some, data_offsets[0] + from)
        copied += some.length
        if (copied < TURN_BYTES) continue
        copied = 0
        yield
      }
    }
  }
  new DataView(file.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true)
  const seal = (of: Metadata) => {
    const header = headerBytes(places, of)
    if (header.length !== start - LENGTH_BYTES) throw new Error('the seal has another length')
    file.set(header, LENGTH_BYTES)
  }
  seal(metadata)
  return { file, places, body, fill, seal }
}

function codeOf({ dtype }: HostTensor, precision: StoredPrecision): TypeCode {
  if (dtype === 'float32') return precision === 'float16' ? 'F16' : 'F32'
  return codes.find((code) => types[code].dtype === dtype)!
}

/** The header as JSON, padded so that the arrays are aligned, as the format recommends. */
function headerBytes(places: SafetensorsHeader['places'], metadata: Metadata): Uint8Array {
  const first = Object.keys(metadata).length > 0 ? [[METADATA, metadata] as const] : []
  const entries = [...first, ...places].map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  )
  const bytes = new TextEncoder().encode(`{${entries.join(',')}}`)
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8).fill(0x20)
  padded.set(bytes)
  return padded
}

/** Makes the error for what is wrong with a file. */
export type Refuse = (why: string) => Error

/**
 * Reads a safetensors file. Everything that its header says is compared with the bytes that are there before anything is
 * made of it. Arrays are views of the file where alignment permits, and copies elsewhere; float16 becomes float32.
 *
 * @param name of the file, for messages
 * @throws UserError, one line that names file and tensor: for a header longer than the file or than `LONGEST_HEADER`, or
 * that is not JSON of the format's form; for types that cannot be read; where tensors overlap, leave gaps, do not fill
 * the file or have another size than their shape
 */
export function readSafetensors(
  bytes: Uint8Array,
  name: string,
): { tensors: Map<string, HostTensor>; metadata: Metadata } {
  const refuse = (why: string) => new UserError(`${name}: ${why}`)
  const { header, body } = openSafetensors(bytes, refuse)
  return { tensors: tensorsIn(header, body, refuse), metadata: header.metadata }
}

/** The checked header of a file, and the bytes behind it. */
export function openSafetensors(
  bytes: Uint8Array,
  refuse: Refuse,
): { header: SafetensorsHeader; body: Uint8Array } {
  if (bytes.length < LENGTH_BYTES)
    throw refuse(`${bytes.length} bytes are too few for a safetensors file`)
  const length = headerLength(bytes)
  if (length > bytes.length - LENGTH_BYTES) throw refuse('its header is longer than the file')
  if (length > LONGEST_HEADER)
    throw refuse(`its header has ${length} bytes; expected at most ${LONGEST_HEADER}`)
  const body = bytes.subarray(LENGTH_BYTES + length)
  const json = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
  return { header: readHeader(json, body.length, refuse), body }
}

/** Length of a header in bytes, from the bytes before it; inexact beyond 2^53. */
export const headerLength = (first: Uint8Array): number =>
  Number(new DataView(first.buffer, first.byteOffset, LENGTH_BYTES).getBigUint64(0, true))

/**
 * Reads and checks a header.
 *
 * @param bodyLength bytes that follow it in the file
 */
export function readHeader(
  json: Uint8Array,
  bodyLength: number,
  refuse: Refuse,
): SafetensorsHeader {
  const { value, fault } = strictJson(json, 3)
  if (fault !== undefined) throw refuse(`its header ${fault}`)
  if (!isRecord(value)) throw refuse('its header is not a JSON object')
  const { [METADATA]: metadata = {}, ...rest } = value
  if (!isRecord(metadata)) throw refuse(`${METADATA} is ${described(metadata)}; expected an object`)
  for (const [key, text] of Object.entries(metadata))
    if (typeof text !== 'string')
      throw refuse(`${METADATA}: ${described(key)} is ${described(text)}; expected a text`)
  const places = new Map(
    Object.entries(rest).map(([name, place]) => {
      const wrong = placeFault(place)
      if (wrong) throw refuse(`tensor ${described(name)}: ${wrong}`)
      const { dtype, shape, data_offsets } = place as unknown as TensorPlace
      return [name, { dtype, shape, data_offsets }] as const
    }),
  )
  requireNoGaps(places, bodyLength, refuse)
  return { places, metadata: metadata as Metadata }
}

const fields = ['dtype', 'shape', 'data_offsets']

/** What is wrong with the description of a tensor. */
function placeFault(place: unknown): string | undefined {
  if (!isRecord(place)) return `is described by ${described(place)}; expected an object`
  const other = Object.keys(place).find((key) => !fields.includes(key))
  if (other !== undefined) return `has the unknown field ${described(other)}`
  const { dtype, shape, data_offsets: offsets } = place
  if (typeof dtype !== 'string' || !Object.hasOwn(types, dtype))
    return `dtype is ${described(dtype)}; expected one of ${codes.join(', ')}`
  if (!isSizes(shape)) return `shape is ${sizesText(shape)}; expected whole numbers`
  if (shape.length > MOST_AXES) return `has ${shape.length} axes; expected at most ${MOST_AXES}`
  if (!isSizes(offsets) || offsets.length !== 2)
    return `data_offsets is ${sizesText(offsets)}; expected two whole numbers`
  // Step by step: a product beyond 2^53 is refused, also where a later factor is 0.
  let size: number = types[dtype as TypeCode].width
  for (const dimension of shape) {
    size *= dimension
    if (!Number.isSafeInteger(size)) return `shape ${sizesText(shape)} is larger than any file`
  }
  const [begin, end] = offsets as unknown as TensorPlace['data_offsets']
  if (end - begin !== size)
    return `shape ${sizesText(shape)} of ${dtype} takes ${size} bytes, but data_offsets [${begin}, ${end}] span ${end - begin}`
  return undefined
}

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) &&
  value.every((size) => Number.isSafeInteger(size) && size >= 0 && !Object.is(size, -0))

const sizesText = (value: unknown): string =>
  Array.isArray(value)
    ? `[${shortened(value.slice(0, 40).map(described).join(', '), 100)}]`
    : described(value)

/** Refuses tensors that overlap, leave bytes out, or reach beyond the end of the file. */
function requireNoGaps(
  places: SafetensorsHeader['places'],
  bodyLength: number,
  refuse: Refuse,
): void {
  const offsets = ([, { data_offsets }]: readonly [string, TensorPlace]) => data_offsets
  const sorted = [...places].sort(
    (a, b) => offsets(a)[0] - offsets(b)[0] || offsets(a)[1] - offsets(b)[1],
  )
  let at = 0
  for (const [name, { data_offsets }] of sorted) {
    const [begin, end] = data_offsets
    const tensor = `tensor ${described(name)}`
    if (begin < at) throw refuse(`${tensor} begins at byte ${begin}, within another`)
    if (begin > at) throw refuse(`bytes ${at} to ${begin} before ${tensor} belong to no tensor`)
    if (end > bodyLength)
      throw refuse(`${tensor} ends at byte ${end}, but only ${bodyLength} follow the header`)
    at = end
  }
  if (at < bodyLength)
    throw refuse(`${bodyLength} bytes follow the header, but its tensors take ${at}`)
}

/** The arrays of a file whose header is checked. */
export function tensorsIn(
  { places }: SafetensorsHeader,
  body: Uint8Array,
  refuse: Refuse,
): Map<string, HostTensor> {
  return new Map(
    Array.from(places, ([name, { dtype, shape, data_offsets }]) => {
      const bytes = body.subarray(...data_offsets)
      if (dtype === 'BOOL' && bytes.some((byte) => byte > 1))
        throw refuse(`tensor ${described(name)} is BOOL and holds other bytes than 0 and 1`)
      return [name, hostTensor(types[dtype].dtype, shape, elementsOf(dtype, bytes) as never)]
    }),
  )
}

function elementsOf(code: TypeCode, bytes: Uint8Array): HostTensor['data'] {
  const { width } = types[code]
  // A typed array must begin at a multiple of its element size; otherwise one copy moves it there.
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
  const length = bytes.length / width
  switch (code) {
    case 'I64':
      return new BigInt64Array(buffer, byteOffset, length)
    case 'F64':
      return new Float64Array(buffer, byteOffset, length)
    case 'F32':
      return new Float32Array(buffer, byteOffset, length)
    case 'I32':
      return new Int32Array(buffer, byteOffset, length)
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer, byteOffset, length), fromFloat16)
    default:
      return new Uint8Array(buffer, byteOffset, length)
  }
}
