import type { Runtime } from '../../runtime/session.ts'
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts'
import { partOf } from '../neighbours/partial-progress.ts'
import { type BallOptions, countedBalls, type FeatureSets, requireSets } from './balls.ts'

/** Their means are the density and the coverage. */
export interface DensityCoverage {
  readonly k: number
  /** How many balls of examples a sample lies in, divided by k, `[m]`: 0 or more, possibly above 1. */
  readonly density: Float64Array
  /** 1 for an example whose ball holds a sample, else 0, `[n]`. */
  readonly coverage: Float64Array
}

/**
 * How densely the data lies where the samples are, and how much of it has a sample nearby: Naeem, Oh, Uh, Choi and
 * Yoo 2020, with their k = 5. Balls are drawn around examples only, so outliers among the samples change nothing.
 * For n examples and m samples from the same distribution the mean density is 1, and the mean coverage 1 - Π (n -
 * i) / (n + m - i) over i = 1 … k: 0.97 for k = 5 and equal sizes. Compare figures only for equally many.
 *
 * @throws RangeError if there are fewer than k + 1 examples, no samples, or different widths; the signal's reason
 * if it is aborted
 */
export async function densityAndCoverage(
  runtime: Runtime,
  sets: FeatureSets,
  given: BallOptions = {},
): Promise<DensityCoverage> {
  requireSets(runtime, sets, given)
  const { real, samples } = sets
  const { k = 5, ...options } = given
  const { squaredRadii, counts } = await countedBalls(
    runtime,
    { centres: real, points: samples, k },
    partOf(options, 0, 0.67),
  )
  const nearest = await nearestNeighbours(runtime, real, samples, {
    ...partOf(options, 0.67, 1),
    k: 1,
  })
  return {
    k,
    density: Float64Array.from(counts, (count) => count / k),
    coverage: squaredRadii.map((radius, i) => (nearest.squaredDistances[i]! <= radius ? 1 : 0)),
  }
}
