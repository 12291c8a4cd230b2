import type { GraphDType } from '../../graph/rule.ts'
import type { Shape } from '../../graph/shape.ts'
import { isPacked, wordsOf } from '../../graph/wgsl/place.ts'
import type { Field } from '../../graph/wgsl/record-layout.ts'
import { type DType, type HostTensor, hostTensor, int64s, sizeOf } from '../../tensor/host.ts'

/** The bytes of an array as a buffer holds it: float32, int64, or a byte or word for each element. */
export function toBytes(
  { dtype, data }: HostTensor,
  to: GraphDType,
  packed: boolean,
): Uint8Array<ArrayBuffer> {
  const values = valuesOf(dtype, data, to, packed)
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)
}

function valuesOf(
  dtype: HostTensor['dtype'],
  data: HostTensor['data'],
  to: GraphDType,
  packed: boolean,
): HostTensor['data'] | Uint32Array {
  switch (to) {
    case 'float':
      return dtype === 'float32' ? data : Float32Array.from(data as ArrayLike<number>)
    case 'int64':
      return dtype === 'int64' ? data : int64s(data as Int32Array)
    default:
      return packed ? data : Uint32Array.from(data as Uint8Array)
  }
}

/** Bytes of an array that a shader has stored. */
export const bytesOf = (dtype: GraphDType, shape: readonly number[]): number =>
  4 * wordsOf(dtype) * sizeOf(shape)

/** An array of a buffer's bytes, copied. */
export function fromBytes(bytes: Uint8Array, { dtype, shape, place }: Field): HostTensor {
  const start = bytes.byteOffset + place.offset * 4
  const words = bytes.buffer.slice(start, start + bytesOf(dtype, shape)) as ArrayBuffer
  if (dtype === 'int64') return hostTensor('int64', shape, new BigInt64Array(words))
  if (!isPacked(dtype)) return hostTensor('float32', shape, new Float32Array(words))
  const values = Uint8Array.from(new Uint32Array(words))
  return hostTensor(dtype === 'bool' ? 'bool' : 'uint8', shape, values)
}

/** The type of an input's host arrays, for messages. */
const hostTypes: Readonly<Record<GraphDType, string>> = {
  float: 'float32',
  double: 'float64',
  int64: 'int64',
  bool: 'bool',
  uint8: 'uint8',
}

/** What each type is made of: float64 is rounded, the rest must be of its own type. */
const sources: Readonly<Record<GraphDType, readonly DType[]>> = {
  float: ['float32', 'float64'],
  double: ['float64'],
  int64: ['int64', 'int32'],
  bool: ['bool'],
  uint8: ['uint8'],
}

/** Whether an array has a type that an input takes. */
export const isOfType = ({ dtype }: HostTensor, input: GraphDType): boolean =>
  sources[input].includes(dtype)

/** The error for an array that does not fit the input that it is for. */
export const misfit = (
  name: string,
  { dtype, shape }: HostTensor,
  input: { readonly dtype: GraphDType; readonly shape: Shape },
): Error =>
  new Error(
    `input ${name} takes ${hostTypes[input.dtype]} [${input.shape.join(', ')}], was fed ${dtype} [${shape.join(', ')}]`,
  )

/** @throws Error where an array does not fit the input that it is for */
export function requireFit(
  name: string,
  array: HostTensor,
  input: { readonly dtype: GraphDType; readonly shape: readonly number[] },
): void {
  if (!isOfType(array, input.dtype) || `${array.shape}` !== `${input.shape}`)
    throw misfit(name, array, input)
}
