import { requireTensor, requireText } from '../tensor/checks.ts'
import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type DType, type FileBytes, type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import {
  bytesOf,
  decodeArray,
  type ElementCode,
  elementCodes,
  firstBytes,
  isElementCode,
} from './elements.ts'

/** The first six bytes of every `.npy` file: \x93NUMPY. */
export const npyMagic: Uint8Array = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59)

interface Header {
  readonly descr: string
  readonly fortran: boolean
  readonly shape: readonly number[]
  /** Where the array's bytes begin. */
  readonly end: number
}

/**
 * Reads NumPy's array format, versions 1 to 3 (NEP 1), of either byte order and of C or Fortran order;
 * the result is always row-major. Types without a host type are widened: float16 to float32, small integers
 * to int32, uint32 and uint64 to int64. The data is a view of `bytes` if possible.
 *
 * @param name of the file in messages
 * @throws UserError for anything else, including object and structured types.
 */
export function parseNpy(bytes: Uint8Array, name: string): HostTensor {
  requireBytes(bytes, name)
  const header = readHeader(bytes, name)
  const [order, code] = elementOf(header, name)
  const stored = header.fortran ? [...header.shape].reverse() : header.shape
  const tensor = decodeArray(name, code, stored, bytes.subarray(header.end), order !== '>')
  return header.fortran ? transpose(tensor) : tensor
}

/** Throws RangeError unless these are the bytes of a file and its name. */
export function requireBytes(bytes: unknown, name: unknown): void {
  requireText(name, 'name', 'the name of the file, for messages')
  if (!(bytes instanceof Uint8Array))
    throw new RangeError(`${name}: expected the bytes of a file, got ${described(bytes)}`)
}

/** Bytes at the start of a file that `npyHeaderLength` needs. */
export const npyPrefix = 12

/** Length of the header of a file that begins with these `npyPrefix` bytes. Throws UserError. */
export function npyHeaderLength(prefix: Uint8Array, name: string): number {
  const { start, length } = headerSpan(prefix, name)
  return start + length
}

/** Length of a file that begins with this header, as the header declares it. Throws UserError. */
export function npyLength(head: Uint8Array, name: string): number {
  const header = readHeader(head, name)
  const [, code] = elementOf(header, name)
  return header.end + sizeOf(header.shape) * bytesOf(code)
}

/** How the array of a `.npy` file is stored. */
export interface NpyLayout {
  readonly code: ElementCode
  readonly little: boolean
  readonly shape: readonly number[]
  /** Whether the array is stored column by column. */
  readonly fortran: boolean
  /** Where its bytes begin. */
  readonly start: number
}

/** The layout of the file that begins with this header. Throws UserError. */
export function npyLayout(head: Uint8Array, name: string): NpyLayout {
  const header = readHeader(head, name)
  const [order, code] = elementOf(header, name)
  const { shape, fortran, end } = header
  return { code, little: order !== '>', shape, fortran, start: end }
}

function elementOf({ descr }: Header, name: string): [order: string, code: ElementCode] {
  const order = descr[0] ?? ''
  const code = descr.slice(1)
  if (code.startsWith('O'))
    throw new UserError(
      `${name}: holds Python objects (dtype ${JSON.stringify(descr)}), which are never unpickled; expected numbers: save it with array.astype('float32')`,
    )
  if (!'<>|='.includes(order) || !isElementCode(code))
    throw new UserError(
      `${name}: dtype ${JSON.stringify(descr)} cannot be read; expected one of ${elementCodes.join(', ')}, little- or big-endian`,
    )
  return [order, code]
}

/** A header is a short dictionary; NumPy itself reads at most 10 000 characters by default. */
const longestHeader = 2 ** 20

function headerSpan(bytes: Uint8Array, name: string): { start: number; length: number } {
  if (bytes.length < 12 || npyMagic.some((byte, i) => bytes[i] !== byte))
    throw new UserError(
      `${name}: not a .npy file: it begins with ${firstBytes(bytes, 6)}, expected ${firstBytes(npyMagic, 6)} and a header`,
    )
  const version = bytes[6]!
  if (version < 1 || version > 3)
    throw new UserError(`${name}: .npy format version ${version}.${bytes[7]}, expected 1, 2 or 3`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = version === 1 ? 10 : 12
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > longestHeader)
    throw new UserError(
      `${name}: it claims a header of ${length} bytes, expected at most ${longestHeader}: the file is damaged`,
    )
  return { start, length }
}

function readHeader(bytes: Uint8Array, name: string): Header {
  const { start, length } = headerSpan(bytes, name)
  if (start + length > bytes.length)
    throw new UserError(
      `${name}: it claims a header of ${length} bytes, but the file has ${bytes.length} bytes: it is truncated`,
    )
  const text = new TextDecoder(bytes[6] === 3 ? 'utf-8' : 'latin1').decode(
    bytes.subarray(start, start + length),
  )
  return { ...parseHeader(text, name), end: start + length }
}

/** The header is a Python dictionary literal of three keys; anything else is refused, never evaluated. */
function parseHeader(text: string, name: string): Omit<Header, 'end'> {
  const isDictionary = /^\s*\{.*\}\s*$/s.test(text)
  const descr = /['"]descr['"]\s*:\s*(?:'([^']*)'|"([^"]*)"|(\[))/.exec(text)
  const fortran = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text)
  const shape = /['"]shape['"]\s*:\s*\(([\s\dL,]*)\)/.exec(text)
  if (!isDictionary || !descr || !fortran || !shape)
    throw new UserError(
      `${name}: the .npy header ${JSON.stringify(shorten(text.trim()))} cannot be read; expected {'descr': '<f4', 'fortran_order': False, 'shape': (rows, columns)}`,
    )
  if (descr[3])
    throw new UserError(
      `${name}: holds a structured dtype (named columns); expected one number type: save its columns as one array, for example with numpy.lib.recfunctions.structured_to_unstructured`,
    )
  const parts = (shape[1] ?? '').split(',').map((part) => part.trim())
  if (parts.at(-1) === '') parts.pop()
  const dimensions = parts.map((part) =>
    /^\d+L?$/.test(part) ? Number.parseInt(part, 10) : Number.NaN,
  )
  if (!dimensions.every(Number.isSafeInteger))
    throw new UserError(`${name}: the header's shape (${shorten(shape[1] ?? '')}) cannot be read`)
  return { descr: descr[1] ?? descr[2] ?? '', fortran: fortran[1] === 'True', shape: dimensions }
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** Reverses the axes of a row-major array, which turns Fortran order into C order. */
function transpose(tensor: HostTensor): HostTensor {
  const shape = [...tensor.shape].reverse()
  const rank = shape.length
  if (tensor.data.length === 0 || rank < 2) return { ...tensor, shape }
  const strides = new Array<number>(rank).fill(1)
  for (let axis = 1; axis < rank; axis++) strides[axis] = strides[axis - 1]! * shape[axis - 1]!
  const data = new Uint8Array(tensor.data.byteLength).buffer
  const target = new (tensor.data.constructor as new (b: ArrayBuffer) => typeof tensor.data)(data)
  const index = new Array<number>(rank).fill(0)
  let source = 0
  for (let i = 0; i < target.length; i++) {
    target[i] = tensor.data[source]!
    for (let axis = rank - 1; axis >= 0; axis--) {
      source += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      source -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return hostTensor(tensor.dtype, shape, target)
}

const descriptors: Readonly<Record<DType, string>> = {
  float32: '<f4',
  float64: '<f8',
  uint8: '|u1',
  int32: '<i4',
  int64: '<i8',
  bool: '|b1',
}

/** Writes a `.npy` file, version 1.0, row-major, the data beginning at a multiple of 64 bytes. */
export function writeNpy(tensor: HostTensor): FileBytes {
  requireTensor(tensor, 'array')
  const { dtype, shape, data } = tensor
  const header = npyHeader(dtype, shape)
  const bytes = new Uint8Array(header.length + data.byteLength)
  bytes.set(header)
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length)
  return bytes
}

/** What a `.npy` file begins with; the values follow. */
export function npyHeader(dtype: DType, shape: readonly number[]): FileBytes {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const header = `{'descr': '${descriptors[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`
  const start = Math.ceil((10 + header.length + 1) / 64) * 64
  const bytes = new Uint8Array(start)
  bytes.set(npyMagic)
  bytes.set([1, 0], 6)
  new DataView(bytes.buffer).setUint16(8, start - 10, true)
  bytes.set(new TextEncoder().encode(`${header.padEnd(start - 11)}\n`), 10)
  return bytes
}
