/** Element types of host arrays. `bool` is one byte an element, 0 or 1. */
export interface ElementArrays {
  float32: Float32Array
  float64: Float64Array
  uint8: Uint8Array
  int32: Int32Array
  int64: BigInt64Array
  bool: Uint8Array
}

export type DType = keyof ElementArrays

/** A dense row-major array in host memory. `data.length` is the product of `shape`. */
export interface HostTensor<D extends DType = DType> {
  readonly dtype: D
  readonly shape: readonly number[]
  readonly data: ElementArrays[D]
  /** What stored values have been multiplied by; absent where values are as they are stored. */
  readonly scale?: number
}

/** Number of elements of a shape; 1 for a scalar's empty shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}

/**
 * Builds a host tensor, checking that the data fills the shape.
 *
 *     hostTensor('uint8', [2, 28, 28], pixels)
 *     hostTensor('float32', [2, 784], values, 1 / 255) // pixels that are divided by 255 already
 *
 * @param scale what stored values have been multiplied by; left out where they are as they are stored
 * @throws RangeError where there are more or fewer values than the shape has
 */
export function hostTensor<D extends DType>(
  dtype: D,
  shape: readonly number[],
  data: ElementArrays[D],
  scale?: number,
): HostTensor<D> {
  if (data.length !== sizeOf(shape))
    throw new RangeError(
      `shape [${shape.join(', ')}] needs ${sizeOf(shape)} elements, got ${data.length}`,
    )
  return { dtype, shape, data, ...(scale !== undefined && { scale }) }
}

/** Rows `start` (included) to `end` (excluded) of an array `[n, D]`, copied. */
export function rowsBetween(
  { shape, data, scale }: HostTensor<'float32'>,
  start: number,
  end: number,
): HostTensor<'float32'> {
  const width = shape[1]!
  return hostTensor('float32', [end - start, width], data.slice(start * width, end * width), scale)
}

/** Number of bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = {
  float32: 4,
  float64: 8,
  uint8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
}
