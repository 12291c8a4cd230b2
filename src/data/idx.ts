import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { decodeArray, type ElementCode, firstBytes } from './elements.ts'
import { plainBytes } from './gzip.ts'

const types: ReadonlyMap<number, ElementCode> = new Map([
  [0x08, 'u1'],
  [0x09, 'i1'],
  [0x0b, 'i2'],
  [0x0c, 'i4'],
  [0x0d, 'f4'],
  [0x0e, 'f8'],
])

/**
 * Reads the IDX format of the MNIST files (LeCun, Cortes and Burges): two zero bytes, a type byte, the
 * number of dimensions, each dimension as a big-endian uint32, then the big-endian values. A gzip file is
 * unpacked first. uint8 data is a view of the file's bytes; int8 and int16 become int32.
 *
 * @param name names the file in messages
 * @throws UserError for another magic, and for more or fewer bytes than the header says.
 */
export function parseIdx(bytes: Uint8Array, name: string): HostTensor {
  const plain = plainBytes(bytes, name)
  const code = types.get(plain[2] ?? 0)
  const rank = plain[3] ?? 0
  if (plain[0] !== 0 || plain[1] !== 0 || code === undefined || rank === 0)
    throw new UserError(
      `${name}: not an IDX file: it begins with ${firstBytes(plain, 4)}, expected 00 00, a type (08, 09, 0b … 0e) and the number of dimensions`,
    )
  const start = 4 + 4 * rank
  if (plain.length < start)
    throw new UserError(
      `${name}: the IDX header of ${rank} dimensions takes ${start} bytes, but the file has ${plain.length}: it is truncated`,
    )
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  return decodeArray(name, code, shape, plain.subarray(start), false)
}
