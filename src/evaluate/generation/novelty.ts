import type { Runtime } from '../../runtime/session.ts'
import {
  requireMatrix,
  requireOptions,
  requireRuntime,
  requireWatching,
} from '../../tensor/checks.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts'
import { partOf } from '../neighbours/partial-progress.ts'

export interface Novelty {
  /** Euclidean distance of each sample to its nearest training example, `[m]`. */
  readonly samples: Float64Array
  /** Index of that training example, `[m]`. */
  readonly nearest: Int32Array
  /** Euclidean distance of each test example to its nearest training example, `[n]`. */
  readonly test: Float64Array
}

/**
 * How far samples `[m, D]` are from the training examples, compared with how far test examples are, in pixels or
 * features: samples that are nearer than test examples repeat the training data, samples that are further away
 * resemble no data.
 *
 * @throws RangeError if there are no training examples, or the widths differ; the signal's reason if it is aborted
 */
export async function novelty(
  runtime: Runtime,
  sets: { readonly samples: Floats; readonly test: Floats; readonly training: Floats },
  options: ReadOptions = {},
): Promise<Novelty> {
  requireRuntime(runtime)
  requireOptions(sets, 'sets')
  for (const name of ['samples', 'test', 'training'] as const) requireMatrix(sets[name], name)
  requireWatching(options)
  const count = sets.samples.shape[0]! + sets.test.shape[0]!
  const share = sets.samples.shape[0]! / Math.max(1, count)
  const nearestTo = (x: Floats, part: ReadOptions) =>
    nearestNeighbours(runtime, x, sets.training, { ...part, k: 1 })
  const samples = await nearestTo(sets.samples, partOf(options, 0, share))
  const test = await nearestTo(sets.test, partOf(options, share, 1))
  return {
    samples: samples.squaredDistances.map(Math.sqrt),
    nearest: samples.indices,
    test: test.squaredDistances.map(Math.sqrt),
  }
}

/**
 * For each sample, the share of the test examples that are further from the training data than it is, ties
 * counting half, `[m]`. Its mean is the probability that a sample is nearer to the training data than a test
 * example: 1/2 if samples are as new as test examples, near 1 if they are copies (Meehan, Chaudhuri and Dasgupta
 * 2020, "A non-parametric test to detect data-copying in generative models", whose statistic is this one over the
 * whole space).
 *
 * @throws RangeError if there are no test examples
 */
export function nearerThanTest({ samples, test }: Pick<Novelty, 'samples' | 'test'>): Float64Array {
  if (test.length === 0) throw new RangeError('there are no test examples to compare samples with')
  const sorted = test.slice().sort()
  return samples.map((distance) => {
    const below = firstIndex(sorted, (value) => value >= distance)
    const upTo = firstIndex(sorted, (value) => value > distance)
    return (test.length - (below + upTo) / 2) / test.length
  })
}

/** The first index of a sorted array from which a condition holds. */
function firstIndex(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
