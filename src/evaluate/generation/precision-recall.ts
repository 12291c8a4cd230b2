import type { Runtime } from '../../runtime/session.ts'
import { partOf } from '../neighbours/partial-progress.ts'
import {
  type BallOptions,
  type CountedBalls,
  countedBalls,
  type FeatureSets,
  requireSets,
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
 * How much of the samples resembles the data, and how much of the data resembles samples: improved precision and
 * recall, Kynkäänniemi, Karras, Laine, Lehtinen and Aila 2019, equations 1 and 2, with their k = 3. A set is
 * assumed to cover the balls around its rows. A single outlier of the data has a large ball, which can make
 * precision too high (`densityAndCoverage` counts the balls instead). Both depend on the sizes of the sets:
 * compare figures only for equal sizes.
 *
 * @throws RangeError if a set has fewer than k + 1 rows, or the widths differ; the signal's reason if it is
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
  const ofReal = { centres: real, points: samples, k }
  const inReal = await countedBalls(runtime, ofReal, partOf(options, 0, 0.5))
  const ofSamples = { centres: samples, points: real, k }
  const inSamples = await countedBalls(runtime, ofSamples, partOf(options, 0.5, 1))
  const any = ({ counts }: CountedBalls) =>
    Float64Array.from(counts, (count) => (count > 0 ? 1 : 0))
  return { k, precision: any(inReal), recall: any(inSamples) }
}
