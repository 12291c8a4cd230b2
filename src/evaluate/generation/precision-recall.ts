import type { Runtime } from '../../runtime/session.ts'
import { partOf } from '../neighbours/partial-progress.ts'
import {
  type BallOptions,
  ballsAround,
  type FeatureSets,
  requireSets,
  squaredRadii,
} from './balls.ts'

/** Their means are the precision and the recall. */
export interface PrecisionRecall {
  readonly k: number
  /** 1 for a sample that lies in the ball of an example, else 0, `[m]`. */
  readonly precision: Float64Array
  /** 1 for an example that lies in the ball of a sample, else 0, `[n]`. */
  readonly recall: Float64Array
}

/**
 * How much of the samples is like the data, and how much of the data like samples: improved precision and
 * recall, Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019, equations 1 and 2, with k = 3 as they have
 * it. A set is taken to cover the balls around its rows. A single outlier of the data has a large ball, so
 * that precision can come out too high (`densityAndCoverage` counts the balls instead). Both depend on how
 * many rows a set has: compare figures of equally many alone.
 *
 * @throws RangeError where a set has not k + 1 rows, or the widths differ; the signal's reason where it is
 * aborted
 */
export async function precisionAndRecall(
  runtime: Runtime,
  sets: FeatureSets,
  given: BallOptions = {},
): Promise<PrecisionRecall> {
  requireSets(runtime, sets, given)
  const { real, samples } = sets
  const { k = 3, ...options } = given
  const ofReal = await squaredRadii(runtime, real, k, partOf(options, 0, 0.25))
  const ofSamples = await squaredRadii(runtime, samples, k, partOf(options, 0.25, 0.5))
  const realBalls = { centres: real, squaredRadii: ofReal }
  const inReal = await ballsAround(runtime, samples, realBalls, partOf(options, 0.5, 0.75))
  const sampleBalls = { centres: samples, squaredRadii: ofSamples }
  const inSamples = await ballsAround(runtime, real, sampleBalls, partOf(options, 0.75, 1))
  const any = (counts: Int32Array) => Float64Array.from(counts, (count) => (count > 0 ? 1 : 0))
  return { k, precision: any(inReal), recall: any(inSamples) }
}
