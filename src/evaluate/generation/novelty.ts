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
  /** Which that is, as a row of the training examples, `[m]`. */
  readonly nearest: Int32Array
  /** Euclidean distance of each test example to its nearest training example, `[n]`. */
  readonly test: Float64Array
}

/**
 * How far samples `[m, D]` are from what a model was trained on, beside how far test examples are, in pixels
 * or features: samples that are nearer than test examples repeat the training data, samples that are
 * further are not like any data.
 *
 * @throws RangeError where there are no training examples, or the widths differ; the signal's reason where
 * it is aborted
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
 * For each sample the share of the test examples that are further from the training data than it is, those
 * equally far counting half, `[m]`. Its mean is the probability that a sample is nearer to the training data
 * than a test example: 1/2 where samples are as new as test examples, towards 1 where they are copies
 * (Meehan, Chaudhuri and Dasgupta 2020, "A non-parametric test to detect data-copying in generative
 * models", whose statistic is this one over the whole space).
 *
 * @throws RangeError where there are no test examples
 */
export function nearerThanTest({ samples, test }: Pick<Novelty, 'samples' | 'test'>): Float64Array {
  if (test.length === 0) throw new RangeError('there are no test examples to compare samples with')
  const sorted = test.slice().sort()
  return samples.map((distance) => {
    const below = firstPlace(sorted, (value) => value >= distance)
    const upTo = firstPlace(sorted, (value) => value > distance)
    return (test.length - (below + upTo) / 2) / test.length
  })
}

/** The first place of a sorted array from which on a condition holds. */
function firstPlace(sorted: Float64Array, holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
