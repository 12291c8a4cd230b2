import { UserError } from '../tensor/errors.ts'
import type { DType, HostTensor } from '../tensor/host.ts'
import { decodeArray, type ElementCode, firstBytes } from './elements.ts'
import { requireBytes } from './npy.ts'

const types: ReadonlyMap<number, ElementCode> = new Map([
  [0x08, 'u1'],
  [0x09, 'i1'],
  [0x0b, 'i2'],
  [0x0c, 'i4'],
  [0x0d, 'f4'],
  [0x0e, 'f8'],
])

export interface IdxHeader {
  readonly code: ElementCode
  readonly shape: readonly number[]
  /** Where the values begin. */
  readonly start: number
}

/** Bytes of the longest header, which has 255 dimensions. */
export const LONGEST_IDX_HEADER = 4 + 4 * 255

/**
 * Reads the IDX format of the MNIST files (LeCun, Cortes and Burges): two zero bytes, a type byte, the
 * number of dimensions, each dimension as a big-endian uint32, then the big-endian values. uint8 data is a view of
 * the file's bytes; int8 and int16 become int32.
 *
 * @param name of the file in messages
 * @throws UserError for other first bytes, and for more or fewer bytes than the header says.
 */
export function parseIdx(bytes: Uint8Array, name: string): HostTensor {
  requireBytes(bytes, name)
  const { code, shape, start } = idxHeader(bytes, name)
  return decodeArray(name, code, shape, bytes.subarray(start), false)
}

/** The header at the beginning of an IDX file. Throws UserError. */
export function idxHeader(bytes: Uint8Array, name: string): IdxHeader {
  const code = types.get(bytes[2] ?? 0)
  const rank = bytes[3] ?? 0
  if (bytes[0] !== 0 || bytes[1] !== 0 || code === undefined || rank === 0)
    throw new UserError(
      `${name}: not an IDX file: it begins with ${firstBytes(bytes, 4)}, expected 00 00, a type (08, 09, 0b … 0e) and the number of dimensions`,
    )
  const start = 4 + 4 * rank
  if (bytes.length < start)
    throw new UserError(
      `${name}: the IDX header of ${rank} dimensions takes ${start} bytes, but the file has ${bytes.length}: it is truncated`,
    )
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  return { code, shape, start }
}

/** An array as an IDX file: uint8, int32, float32 or float64, big-endian. */
export function idxBytes({ dtype, shape, data }: HostTensor): Uint8Array {
  const [type, width] = written[dtype] ?? written.float64!
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + data.length * width)
  const view = new DataView(bytes.buffer)
  bytes.set([0, 0, type, shape.length])
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size)
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i])
    const at = start + i * width
    if (type === 0x08) bytes[at] = value
    else if (type === 0x0c) view.setInt32(at, value)
    else if (type === 0x0d) view.setFloat32(at, value)
    else view.setFloat64(at, value)
  }
  return bytes
}

/** The type byte of an array, and the bytes of a value. */
const written: Readonly<Partial<Record<DType, readonly [type: number, width: number]>>> = {
  uint8: [0x08, 1],
  bool: [0x08, 1],
  int32: [0x0c, 4],
  float32: [0x0d, 4],
  float64: [0x0e, 8],
}
