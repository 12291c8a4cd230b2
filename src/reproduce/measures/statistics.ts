import { logMeanExp as logMeanExpOf } from '../../evaluate/statistics/intervals.ts'
import { meanWithError as meanOfValues } from '../../evaluate/statistics/mean.ts'

export const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  return sum / values.length
}

/** The mean of independent values and its standard error, as a number of an experiment. */
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

/** The largest magnitude; NaN if any is NaN. */
export const largestDifference = (differences: ArrayLike<number>): number =>
  Array.from(differences).reduce((most, value) => Math.max(most, Math.abs(value)), 0)

/** The logarithm of the mean of e^logs, and its standard error by the delta method. */
export function logMeanExp(logs: ArrayLike<number>): { value: number; error: number } {
  const { estimate, standardError } = logMeanExpOf(logs)
  return { value: estimate, error: standardError }
}

/** Running means, at counts that grow by a factor of about 1.3. */
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

/** The share of ones among values of 0 and 1 as a percentage, with its standard error. */
export function percentage(ones: ArrayLike<number>): { value: number; error: number } {
  const { value, error } = meanWithError(ones)
  return { value: 100 * value, error: 100 * error }
}

/** Values in rising order, thinned to `count` of them. */
export function quantiles(values: ArrayLike<number>, count = 100): Float64Array {
  const sorted = Float64Array.from(values).sort()
  return Float64Array.from(
    { length: Math.min(count, sorted.length) },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / Math.min(count, sorted.length))]!,
  )
}
