import type { DataSet, SplitName } from '../data/dataset.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { TrainedModel } from '../train/trained.ts'

type Floats = HostTensor<'float32'>

/** The first places of a split, up to `most`. */
export const firstPlaces = (data: DataSet, split: SplitName, most: number): Int32Array =>
  Int32Array.from({ length: Math.min(most, data.splits[split].rows.length) }, (_, i) => i)

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Mean and its standard error over independent values. */
export function meanWithError(values: ArrayLike<number>): { value: number; error: number } {
  const value = meanOf(values)
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! - value) ** 2
  return { value, error: Math.sqrt(squares / (values.length - 1) / values.length) }
}

/** Σ (x - x̂)² of each example of x `[n, D]`, x̂ being its reconstruction with nothing sampled. */
export async function squaredErrors(
  model: Pick<TrainedModel, 'reconstruct'>,
  x: Floats,
): Promise<Float64Array> {
  return rowDistances(x, await model.reconstruct(x))
}

/** Σ (a - b)² of each pair of rows. */
export function rowDistances(a: Floats, b: Floats): Float64Array {
  const [count, width] = a.shape as readonly [number, number]
  const sums = new Float64Array(count)
  for (let i = 0; i < a.data.length; i++)
    sums[Math.floor(i / width)]! += (a.data[i]! - b.data[i]!) ** 2
  return sums
}
