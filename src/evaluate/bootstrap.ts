import { stream } from '../tensor/random.ts'
import type { Interval } from './intervals.ts'

export interface BootstrapOptions {
  readonly seed: number
  /** 0.95 by default. */
  readonly level?: number
  /** How often the examples are drawn anew; 1999 by default. */
  readonly resamples?: number
}

/**
 * The percentile interval (Efron 1979) of a statistic of n examples that is no mean: examples are drawn
 * anew, with replacement, and the bounds are order statistics of what the statistic becomes. A function of
 * the seed. Draws of which the statistic is not finite, such as the average precision of no anomalies, are
 * made again.
 *
 * @param statistic of the examples with given indices, some of them repeated
 * @throws RangeError where there are no examples, and where most draws have no finite statistic
 */
export function bootstrapInterval(
  n: number,
  statistic: (indices: Int32Array) => number,
  { seed, level = 0.95, resamples = 1999 }: BootstrapOptions,
): Interval {
  if (n < 1) throw new RangeError('a bootstrap of no examples')
  const { integer } = stream(seed, 'bootstrap')
  const indices = Int32Array.from({ length: n }, (_, i) => i)
  const estimate = statistic(indices)
  const drawn = new Float64Array(resamples)
  let made = 0
  for (let trial = 0; made < resamples; trial++) {
    if (trial >= 2 * resamples)
      throw new RangeError('the statistic is not finite for most draws of the examples')
    for (let i = 0; i < n; i++) indices[i] = integer(n)
    const value = statistic(indices)
    if (Number.isFinite(value)) drawn[made++] = value
  }
  drawn.sort()
  // Of B draws and the truth, each place in the order is equally likely for the truth.
  const outside = Math.max(1, Math.round(((1 - level) / 2) * (resamples + 1)))
  return { estimate, low: drawn[outside - 1]!, high: drawn[resamples - outside]!, level }
}
