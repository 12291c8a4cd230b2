import { elementTypes } from '../../graph/element-types.ts'
import {
  bytesPerElement,
  type DType,
  type HostTensor,
  hostTensor,
  sizeOf,
} from '../../tensor/host.ts'
import type { OrtApi, Pointer } from './c-api.ts'
import { addressOf, alignedArray, arrayOver } from './memory.ts'

/** A host array that native code reads and writes. Its memory must not be transferred to another thread. */
export interface NativeTensor {
  readonly host: HostTensor
  /** The `OrtValue` over it. */
  readonly value: Pointer
}

/**
 * Makes an array usable by native code, without a copy.
 *
 * @param memory the `OrtMemoryInfo` of the CPU
 */
export function tensorOver(api: OrtApi, memory: Pointer, host: HostTensor): NativeTensor {
  const { dtype, shape, data } = host
  // Null is no address, which an array without elements may have.
  const kept = data.byteLength === 0 ? alignedArray(api.koffi, dtype, 0) : data
  const value = api.get(
    'CreateTensorWithDataAsOrtValue',
    memory,
    addressOf(api.koffi, kept),
    data.byteLength,
    BigInt64Array.from(shape, BigInt),
    shape.length,
    elementTypes[dtype],
  )
  return { host: { dtype, shape, data: kept }, value }
}

/** A copy of an array in memory of its own, aligned for the widest loads. */
export function alignedTensor(api: OrtApi, memory: Pointer, host: HostTensor): NativeTensor {
  const { dtype, shape } = host
  const data = alignedArray(api.koffi, dtype, sizeOf(shape))
  data.set(host.data as never)
  return tensorOver(api, memory, { dtype, shape, data })
}

/** A copy of a value that ONNX Runtime has made. */
export function copyOf(api: OrtApi, value: Pointer): HostTensor {
  const info = api.get('GetTensorTypeAndShape', value)
  const { dtype, shape } = typeAndShape(api, info)
  api.release('TensorTypeAndShapeInfo', info)
  const sizes = shape as readonly number[]
  const length = sizeOf(sizes)
  if (length === 0) return hostTensor(dtype, sizes, arrayOver(dtype, new ArrayBuffer(0)))
  const address = api.get('GetTensorMutableData', value)
  const bytes: Uint8Array = api.koffi.decode(address, 'uint8_t', length * bytesPerElement[dtype])
  const own = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  return hostTensor(dtype, sizes, arrayOver(dtype, own as ArrayBuffer))
}

/** Element type and shape, of which sizes are names where they are known at run time only. */
export interface TypeAndShape {
  readonly dtype: DType
  readonly shape: readonly (number | string)[]
}

const dtypes = new Map(Object.entries(elementTypes).map(([dtype, n]) => [n, dtype as DType]))

/** Reads an `OrtTensorTypeAndShapeInfo`, which stays the caller's. */
export function typeAndShape(api: OrtApi, info: Pointer): TypeAndShape {
  const type = api.get<number>('GetTensorElementType', info)
  const dtype = dtypes.get(type)
  if (!dtype) throw new Error(`arrays of ONNX's element type ${type} are not supported`)
  const rank = api.get<number>('GetDimensionsCount', info)
  const sizes = new BigInt64Array(rank)
  const names = new BigUint64Array(rank)
  if (rank > 0) {
    api.call('GetDimensions', info, sizes, rank)
    api.call('GetSymbolicDimensions', info, names, rank)
  }
  const shape = Array.from(sizes, (size, i) =>
    size < 0n ? api.koffi.decode.string(names[i]) : Number(size),
  )
  return { dtype, shape }
}
