import type { DType } from '../tensor/host.ts'

/** Numbers of ONNX's element types. */
export const elementTypes: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
}
