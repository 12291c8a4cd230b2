import { requireNumbers, requireOptions, requireWhole } from '../../tensor/checks.ts'
import type { Auroc, AurocDifference } from '../anomaly/auroc.ts'
import { weightSums } from '../likelihood/log-weights.ts'
import { criticalNormal, criticalStudent, root } from './critical-values.ts'
import { meanWithError } from './mean.ts'

/** An estimate, and bounds that contain the truth in a share `level` of repetitions. */
export interface Interval {
  readonly estimate: number
  readonly low: number
  readonly high: number
  readonly level: number
}

/**
 * The interval of a mean over sampled examples, by Student's t: exact for normal values, and close for others once
 * there are a few dozen. For proportions `proportionInterval` is better.
 *
 * @throws RangeError for fewer than two values
 */
export function meanInterval(values: ArrayLike<number>, level = 0.95): Interval {
  requireNumbers(values, 'values')
  return studentInterval(values, level)
}

function studentInterval(values: ArrayLike<number>, level: number): Interval {
  const n = values.length
  if (n < 2) throw new RangeError(`the interval of a mean needs 2 values or more, got ${n}`)
  const { mean, error } = meanWithError(values)
  return around(mean, criticalStudent(level, n - 1) * error, level)
}

/**
 * The interval of the mean of a - b over examples that both were measured on. What both have in common, such as
 * how hard an example is, cancels.
 *
 * @throws RangeError if the lengths differ, or are below 2
 */
export function pairedInterval(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): Interval {
  requireNumbers(a, 'a')
  requireNumbers(b, 'b')
  if (a.length !== b.length)
    throw new RangeError(`paired values need equally many of both, got ${a.length} and ${b.length}`)
  return studentInterval(
    Float64Array.from(a, (value, i) => value - b[i]!),
    level,
  )
}

/**
 * The interval of a proportion of successes, such as an accuracy (Wilson 1927): the proportions under which the
 * count is not too unlikely. Never empty and never outside [0, 1], even if all or none succeed. The estimate is
 * the proportion itself, which is not the midpoint.
 *
 * @throws RangeError unless both are whole numbers, 0 ≤ successes ≤ count and count ≥ 1
 */
export function proportionInterval(successes: number, count: number, level = 0.95): Interval {
  requireWhole(count, 'count', { low: 1 })
  requireWhole(successes, 'successes')
  if (!(count >= 1 && successes >= 0 && successes <= count))
    throw new RangeError(`a proportion of ${successes} in ${count}`)
  const share = successes / count
  const weight = criticalNormal(level) ** 2 / count
  const middle = (share + weight / 2) / (1 + weight)
  const half = Math.sqrt(weight * (share * (1 - share) + weight / 4)) / (1 + weight)
  return {
    estimate: share,
    low: successes === 0 ? 0 : middle - half,
    high: successes === count ? 1 : middle + half,
    level,
  }
}

/**
 * The interval of an AUROC over sampled examples: DeLong's standard error on the scale log(A / (1 - A)), where the
 * estimate is closer to normal and the bounds cannot leave [0, 1] (LeDell, Petersen and van der Laan 2015). If all
 * pairs or none are in order, or a kind has only one example, that error is 0 or unknown. The interval is then the
 * areas under which the estimate is not too unlikely, with the variance of Hanley and McNeil 1982, as in Newcombe
 * 2006 (method 5).
 */
export function aurocInterval(measured: Auroc, level = 0.95): Interval {
  requireOptions(measured, 'measured')
  const { area, standardError } = measured
  requireNumbers([area], 'area', 'finite')
  requireNumbers([standardError], 'standardError', 'any')
  requireWhole(measured.anomalies, 'anomalies', { low: 1 })
  requireWhole(measured.normals, 'normals', { low: 1 })
  const z = criticalNormal(level)
  if (!(standardError > 0 && area > 0 && area < 1)) return scoreInterval(measured, z, level)
  const logit = Math.log(area / (1 - area))
  const half = (z * standardError) / (area * (1 - area))
  return { estimate: area, low: logistic(logit - half), high: logistic(logit + half), level }
}

/**
 * The interval of a difference of two AUROCs of the same examples, by Student's t with the degrees of freedom of the kind
 * that has fewer examples, so that it is wide for few anomalies. All of [-1, 1] if a kind has only one.
 */
export function aurocDifferenceInterval(measured: AurocDifference, level = 0.95): Interval {
  const { difference, standardError, anomalies, normals } = measured
  const degrees = Math.min(anomalies, normals) - 1
  if (degrees === 0) return { estimate: difference, low: -1, high: 1, level }
  return around(difference, criticalStudent(level, degrees) * standardError, level)
}

/** 1 / (1 + e^-x). */
export const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

function scoreInterval({ area, anomalies, normals }: Auroc, z: number, level: number): Interval {
  const others = (anomalies + normals) / 2 - 1
  const error = (a: number) => {
    const pairs = 1 + others * ((1 - a) / (2 - a) + a / (1 + a))
    return Math.sqrt((a * (1 - a) * pairs) / (anomalies * normals))
  }
  return {
    estimate: area,
    low: area === 0 ? 0 : root((a) => a + z * error(a) - area, 0, area),
    high: area === 1 ? 1 : root((a) => a - z * error(a) - area, area, 1),
    level,
  }
}

/**
 * The interval, by the normal distribution, that covers only the random draws behind a mean of independent
 * estimates with a standard error each. It shows how far the figure would move with other draws for the same
 * examples, and says nothing about other examples.
 *
 * @throws RangeError if there are no estimates, or not one error for each
 */
export function monteCarloInterval(
  estimates: ArrayLike<number>,
  standardErrors: ArrayLike<number>,
  level = 0.95,
): Interval {
  const n = estimates.length
  if (n < 1 || standardErrors.length !== n)
    throw new RangeError(`${n} estimates with ${standardErrors.length} standard errors`)
  const squares = Array.from(standardErrors).reduce((sum, error) => sum + error * error, 0)
  return around(
    meanWithError(estimates).mean,
    (criticalNormal(level) * Math.sqrt(squares)) / n,
    level,
  )
}

/**
 * log of the mean of the weights w = exp(logWeights) of one example, with its standard error by the delta method,
 * sd(w) / (√k mean(w)): the importance-sampling estimate of log p(x). On average the estimate is below the truth
 * by half the squared error, so the error is meaningful only while it is small, below 0.3 or so.
 *
 * @throws RangeError for fewer than two weights
 */
export function logMeanExp(logWeights: ArrayLike<number>): {
  readonly estimate: number
  readonly standardError: number
} {
  const k = logWeights.length
  if (k < 2) throw new RangeError(`the error of a mean of weights needs 2 or more, got ${k}`)
  const sums = weightSums()
  for (let i = 0; i < k; i++) sums.add(logWeights[i]!)
  const { logMean, logMeanError } = sums.summary()
  return { estimate: logMean, standardError: logMeanError }
}

const around = (estimate: number, half: number, level: number): Interval => ({
  estimate,
  low: estimate - half,
  high: estimate + half,
  level,
})
