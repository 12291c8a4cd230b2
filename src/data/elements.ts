import { UserError } from '../tensor/errors.ts'
import { fromFloat16 } from '../tensor/float16.ts'
import {
  type DType,
  type ElementArrays,
  type HostTensor,
  hostTensor,
  sizeOf,
} from '../tensor/host.ts'

/** How files store one element, in NumPy's letters: kind and number of bytes. */
export type ElementCode =
  | 'b1'
  | 'u1'
  | 'i1'
  | 'u2'
  | 'i2'
  | 'u4'
  | 'i4'
  | 'u8'
  | 'i8'
  | 'f2'
  | 'f4'
  | 'f8'

interface Element<D extends DType = DType> {
  readonly width: number
  /** The narrowest host type that holds every value of the file's type. */
  readonly dtype: D
  /** Whether the file's little-endian bytes are the host array's bytes, so that a view is enough. */
  readonly same: boolean
  readonly array: new (
    buffer: ArrayBufferLike,
    byteOffset: number,
    length: number,
  ) => ElementArrays[D]
  decode(view: DataView, count: number, little: boolean): ElementArrays[D]
}

type Read<V> = (view: DataView, at: number, little: boolean) => V

function numbers<D extends 'float32' | 'float64' | 'uint8' | 'int32' | 'bool'>(
  dtype: D,
  array: {
    new (length: number): ElementArrays[D]
    new (buffer: ArrayBufferLike, byteOffset: number, length: number): ElementArrays[D]
  },
  width: number,
  same: boolean,
  read: Read<number>,
): Element<D> {
  const decode = (view: DataView, count: number, little: boolean) => {
    const values = new array(count)
    for (let i = 0; i < count; i++) values[i] = read(view, i * width, little)
    return values
  }
  return { width, dtype, same, array, decode }
}

function integers64(width: number, same: boolean, read: Read<bigint>): Element<'int64'> {
  const decode = (view: DataView, count: number, little: boolean) => {
    const values = new BigInt64Array(count)
    for (let i = 0; i < count; i++) values[i] = read(view, i * width, little)
    return values
  }
  return { width, dtype: 'int64', same, array: BigInt64Array, decode }
}

const elements: { readonly [C in ElementCode]: Element } = {
  b1: numbers('bool', Uint8Array, 1, false, (view, at) => (view.getUint8(at) === 0 ? 0 : 1)),
  u1: numbers('uint8', Uint8Array, 1, true, (view, at) => view.getUint8(at)),
  i1: numbers('int32', Int32Array, 1, false, (view, at) => view.getInt8(at)),
  u2: numbers('int32', Int32Array, 2, false, (view, at, little) => view.getUint16(at, little)),
  i2: numbers('int32', Int32Array, 2, false, (view, at, little) => view.getInt16(at, little)),
  u4: integers64(4, false, (view, at, little) => BigInt(view.getUint32(at, little))),
  i4: numbers('int32', Int32Array, 4, true, (view, at, little) => view.getInt32(at, little)),
  u8: integers64(8, false, (view, at, little) => {
    const value = view.getBigUint64(at, little)
    if (value > 0x7fffffffffffffffn) throw new RangeError(`${value} does not fit int64`)
    return value
  }),
  i8: integers64(8, true, (view, at, little) => view.getBigInt64(at, little)),
  f2: numbers('float32', Float32Array, 2, false, (view, at, little) =>
    fromFloat16(view.getUint16(at, little)),
  ),
  f4: numbers('float32', Float32Array, 4, true, (view, at, little) => view.getFloat32(at, little)),
  f8: numbers('float64', Float64Array, 8, true, (view, at, little) => view.getFloat64(at, little)),
}

const hostIsLittle = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Whether a file's element code is one that can be read. */
export function isElementCode(code: string): code is ElementCode {
  return Object.hasOwn(elements, code)
}

/** Bytes of one element in a file. */
export const bytesOf = (code: ElementCode): number => elements[code].width

/** All readable element codes, for messages. */
export const elementCodes = Object.keys(elements)

/**
 * Reads a row-major array that fills `bytes` exactly. Where the file's bytes are already what the host
 * array needs, the result is a view of them; nothing is allocated before the claimed size has been
 * compared with the bytes that are there.
 *
 * @throws UserError when the claimed shape needs more, or fewer, bytes than there are.
 */
export function decodeArray(
  name: string,
  code: ElementCode,
  shape: readonly number[],
  bytes: Uint8Array,
  little: boolean,
): HostTensor {
  const { width, dtype, same, array, decode } = elements[code]
  const count = sizeOf(shape)
  const claim = `the header claims shape [${shape.join(', ')}] of ${width}-byte elements`
  // Also refuses NaN, which an overflowing product times zero gives.
  if (!(count * width <= bytes.length))
    throw new UserError(
      `${name}: ${claim}, ${byteText(count * width)}, but only ${byteText(bytes.length)} follow the header: the file is truncated or its header is wrong`,
    )
  if (count * width < bytes.length)
    throw new UserError(
      `${name}: ${claim}, ${byteText(count * width)}, but ${byteText(bytes.length)} follow the header: expected nothing after the array`,
    )
  if (same && (width === 1 || little === hostIsLittle)) {
    // A typed array must start at a multiple of its element size; otherwise one copy moves it there.
    const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes)
    return hostTensor(dtype, shape, new array(buffer, byteOffset, count))
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return hostTensor(dtype, shape, decode(view, count, little))
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${name}: ${error.message}`)
    throw error
  }
}

/** A number of bytes for a message: exact, and in a binary unit if it is large. */
export function byteText(count: number): string {
  if (count >= 2 ** 30) return `${count} bytes (${(count / 2 ** 30).toFixed(1)} GiB)`
  if (count >= 2 ** 20) return `${count} bytes (${(count / 2 ** 20).toFixed(1)} MiB)`
  return `${count} bytes`
}

/** The first bytes of a file in hexadecimal, for messages about files that are not what they should be. */
export function firstBytes(bytes: Uint8Array, count: number): string {
  const shown = Array.from(bytes.subarray(0, count), (byte) => byte.toString(16).padStart(2, '0'))
  return shown.length === 0 ? 'no bytes at all' : `bytes ${shown.join(' ')}`
}
