import type { DType, HostTensor } from '../../tensor/host.ts'

/** Element types of the Open Inference Protocol that graphs of a package have. */
export const dtypeOfDatatype = {
  BOOL: 'bool',
  UINT8: 'uint8',
  INT32: 'int32',
  INT64: 'int64',
  FP32: 'float32',
  FP64: 'float64',
} as const satisfies Readonly<Record<string, DType>>

export type Datatype = keyof typeof dtypeOfDatatype

export const datatypes = Object.keys(dtypeOfDatatype) as Datatype[]

export const datatypeOf = (dtype: DType): Datatype =>
  datatypes.find((name) => dtypeOfDatatype[name] === dtype)!

const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const

/** An array of zeros. */
export const zeros = (dtype: DType, size: number): HostTensor['data'] => new arrays[dtype](size)

/** The elements that little-endian bytes hold, copied. */
export function elementsOf(dtype: DType, bytes: Uint8Array): HostTensor['data'] {
  return new arrays[dtype](new Uint8Array(bytes).buffer)
}
