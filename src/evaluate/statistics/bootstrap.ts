import { stream } from '../../tensor/random.ts'
import { type Interval, logistic } from './intervals.ts'

export interface BootstrapOptions {
  readonly seed: number
  /** 0.95 by default. */
  readonly level?: number | undefined
  /** Number of resamples; 1999 by default. */
  readonly resamples?: number | undefined
}

/** A statistic of the examples at the given indices, which may repeat. */
export type Statistic = (indices: Int32Array) => number

/**
 * The percentile bootstrap interval (Efron 1979) of a statistic of n examples that is not a mean, such as a
 * median: the examples are resampled with replacement, and the bounds are order statistics of the resampled
 * statistic. A function of the seed. It assumes that the statistic is as often too high as too low; for
 * proportions such as an average precision `logitBootstrap` is better. Resamples whose statistic is not finite are
 * drawn again.
 *
 * @throws RangeError if there are no examples, or most resamples have no finite statistic
 */
export function percentileBootstrap(
  n: number,
  statistic: Statistic,
  options: BootstrapOptions,
): Interval {
  const { estimate, low, high, level } = resampled(n, statistic, options)
  return { estimate, low, high, level }
}

/**
 * The basic bootstrap interval (Davison and Hinkley 1997, section 5.2) on the scale log(s / (1 - s)) of a
 * statistic s from 0 to 1, such as an average precision: the estimate is assumed to differ from the truth as the
 * resamples differ from the estimate. This removes the bias of the statistic, which percentiles count twice: for
 * an average precision, percentile intervals contain the truth in 91 % of cases for 50 examples and 93 % for 200,
 * these in 97 and 94 %. If many resamples are 1, as when nearly all anomalies score highest, the lower bound is 0,
 * because the resamples cannot provide one. Otherwise as `percentileBootstrap`.
 *
 * @throws RangeError also if the statistic of the examples is below 0 or above 1
 */
export function logitBootstrap(
  n: number,
  statistic: Statistic,
  options: BootstrapOptions,
): Interval {
  const { estimate, low, high, level } = resampled(n, statistic, options)
  if (!(estimate >= 0 && estimate <= 1))
    throw new RangeError(
      `a bootstrap on the logit scale needs a statistic from 0 to 1, got ${estimate}`,
    )
  const mirrored = (bound: number) => logistic(2 * logit(estimate) - logit(bound))
  const certain = estimate === 0 || estimate === 1
  return {
    estimate,
    low: certain ? 0 : mirrored(high),
    high: certain ? 1 : mirrored(low),
    level,
  }
}

const logit = (share: number): number => Math.log(share / (1 - share))

/** The statistic of the examples, and the order statistics that enclose a share `level` of its resamples. */
function resampled(
  n: number,
  statistic: Statistic,
  { seed, level = 0.95, resamples = 1999 }: BootstrapOptions,
): Interval {
  if (n < 1) throw new RangeError('a bootstrap needs 1 example or more, got 0')
  const { integer } = stream(seed, 'bootstrap')
  const indices = Int32Array.from({ length: n }, (_, i) => i)
  const estimate = statistic(indices.slice())
  const drawn = new Float64Array(resamples)
  let made = 0
  for (let trial = 0; made < resamples; trial++) {
    if (trial >= 2 * resamples)
      throw new RangeError('the statistic is not finite for most resamples')
    for (let i = 0; i < n; i++) indices[i] = integer(n)
    const value = statistic(indices)
    if (Number.isFinite(value)) drawn[made++] = value
  }
  drawn.sort()
  // The truth is equally likely to lie in each of the B + 1 gaps between B draws.
  const outside = Math.max(1, Math.round(((1 - level) / 2) * (resamples + 1)))
  return { estimate, low: drawn[outside - 1]!, high: drawn[resamples - outside]!, level }
}
