import { rowDistances } from '../../evaluate/neighbours/row-distances.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'

/** Σ (x - x̂)² of each example of x `[n, D]`, where x̂ is its reconstruction without sampling. */
export async function squaredErrors(
  model: Pick<TrainedModel, 'reconstruct'>,
  x: Floats,
): Promise<Float64Array> {
  return rowDistances(x, await model.reconstruct(x))
}

/** One row of an array `[n, D]`. */
export function rowOf<D extends 'float32' | 'float64'>(
  { shape, data }: HostTensor<D>,
  row: number,
): HostTensor<D>['data'] {
  const width = shape[1]!
  return data.subarray(row * width, (row + 1) * width) as HostTensor<D>['data']
}

/** (1 - t) a + t b of arrays of the same shape. */
export const mixed = (a: Floats, b: Floats, t: number): Floats =>
  hostTensor(
    'float32',
    a.shape,
    a.data.map((value, i) => (1 - t) * value + t * b.data[i]!),
  )

/** Concatenates the rows of arrays of equal width. */
export function stackedRows(arrays: readonly Floats[]): Floats {
  const width = arrays[0]!.shape[1]!
  const rows = arrays.reduce((sum, { shape }) => sum + shape[0]!, 0)
  const all = new Float32Array(rows * width)
  let at = 0
  for (const { data } of arrays) {
    all.set(data, at)
    at += data.length
  }
  return hostTensor('float32', [rows, width], all)
}
