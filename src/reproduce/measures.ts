import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitValues } from '../data/rows.ts'
import { rowDistances } from '../evaluate/neighbours/row-distances.ts'
import { logMeanExp as logMeanExpOf } from '../evaluate/statistics/intervals.ts'
import { meanWithError as meanOfValues } from '../evaluate/statistics/mean.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'
import type { TrainedModel } from '../train/trained.ts'

type Floats = HostTensor<'float32'>

/**
 * Up to `most` places of a split, drawn without replacement, always the same: a data set need not be in
 * random order, and the first half of MNIST's test set is easier than the second. Fewer are the first of more.
 */
export const sampledIndices = (data: DataSet, split: SplitName, most: number): Int32Array =>
  stream(0, `sample of ${split}`).permutation(data.splits[split].rows.length).subarray(0, most)

/** The examples at these places, `[n, D]`. */
export const sampledValues = (data: DataSet, split: SplitName, most: number): Floats =>
  splitValues(data, split, sampledIndices(data, split, most))

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** Mean and its standard error over independent values, as a number of an experiment. */
export function meanWithError(values: ArrayLike<number>): { value: number; error: number } {
  const { mean, error } = meanOfValues(values)
  return { value: mean, error }
}

/** Mean of a over mean of b for paired values, and its standard error by the delta method. */
export function ratioOfMeans(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { value: number; error: number } {
  const value = meanOf(a) / meanOf(b)
  const residuals = Float64Array.from(a, (numerator, i) => numerator - value * b[i]!)
  return { value, error: meanWithError(residuals).error / meanOf(b) }
}

/** Mean of a - b for paired values, and its standard error. */
export const meanDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  meanWithError(Float64Array.from(a, (value, i) => value - b[i]!))

/** Σ (x - x̂)² of each example of x `[n, D]`, x̂ being its reconstruction with nothing sampled. */
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

/** (1 - t) a + t b of arrays of one shape. */
export const mixed = (a: Floats, b: Floats, t: number): Floats =>
  hostTensor(
    'float32',
    a.shape,
    a.data.map((value, i) => (1 - t) * value + t * b.data[i]!),
  )

/** The largest magnitude; NaN where one is not a number. */
export const largestDifference = (differences: ArrayLike<number>): number =>
  Array.from(differences).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** The logarithm of the mean of e^logs, and its standard error by the delta method. */
export function logMeanExp(logs: ArrayLike<number>): { value: number; error: number } {
  const { estimate, standardError } = logMeanExpOf(logs)
  return { value: estimate, error: standardError }
}

/** Means of the first values, of more and more of them, each by a factor of about 1.3. */
export function runningMeans(values: ArrayLike<number>): { x: number; y: number }[] {
  const points: { x: number; y: number }[] = []
  let sum = 0
  let next = 1
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!
    if (i + 1 < next && i + 1 < values.length) continue
    points.push({ x: i + 1, y: sum / (i + 1) })
    next = Math.max(i + 2, Math.round((i + 1) * 1.3))
  }
  return points
}

/** Examples of 0 and 1, each drawn with the grey value as its probability; a function of the seed. */
export function binarised({ shape, data }: Floats, seed: number): Floats {
  const random = stream(seed, 'binarised examples')
  return hostTensor(
    'float32',
    shape,
    data.map((grey) => (random.uniform() < grey ? 1 : 0)),
  )
}

/** The share of ones among values of 0 and 1 as a percentage, with its standard error. */
export function percentage(ones: ArrayLike<number>): { value: number; error: number } {
  const { value, error } = meanWithError(ones)
  return { value: 100 * value, error: 100 * error }
}

/** Rows of several arrays of equal width one after the other. */
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

/** Values in rising order, thinned to about a hundred. */
export function quantiles(values: ArrayLike<number>, count = 100): Float64Array {
  const sorted = Float64Array.from(values).sort()
  return Float64Array.from(
    { length: Math.min(count, sorted.length) },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / Math.min(count, sorted.length))]!,
  )
}
