import { bytesPerElement, type DType, type ElementArrays } from '../../tensor/host.ts'
import type { Koffi, Pointer } from './c-api.ts'

/** Bytes of a cache line, and of the widest register: no load of one crosses a line. */
const ALIGNMENT = 64

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
}

/** An array whose first element lies at a multiple of 64 bytes, filled with zeros. */
export function alignedArray<D extends DType>(
  koffi: Koffi,
  dtype: D,
  length: number,
): ElementArrays[D] {
  const buffer = new ArrayBuffer(length * bytesPerElement[dtype] + ALIGNMENT)
  const past = Number(koffi.address(buffer) % BigInt(ALIGNMENT))
  const offset = (ALIGNMENT - past) % ALIGNMENT
  return arrayOver(dtype, buffer, offset, length)
}

export function arrayOver<D extends DType>(
  dtype: D,
  buffer: ArrayBuffer,
  offset = 0,
  length = buffer.byteLength / bytesPerElement[dtype],
): ElementArrays[D] {
  return new arrays[dtype](buffer, offset, length) as ElementArrays[D]
}

/**
 * Address of an array's first element. It holds while the array is referenced: V8 moves small arrays on its heap, but not
 * those whose `buffer` has been read.
 */
export const addressOf = (koffi: Koffi, { buffer, byteOffset }: ArrayBufferView): Pointer =>
  koffi.address(buffer) + BigInt(byteOffset)
