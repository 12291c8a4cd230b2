import { betaQuantile } from '../../evaluate/statistics/beta.ts'
import { betaBinomialQuantile } from '../../evaluate/statistics/beta-binomial.ts'
import type { Interval } from '../../evaluate/statistics/intervals.ts'
import { requireNumbers, requireWhole } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { given, worded } from '../../tensor/wording.ts'

/** Where a score becomes an alarm, and how often that happens to normal rows. */
export interface AlarmThreshold {
  /** A row raises an alarm if its score is above this, which is one of the calibration scores. */
  readonly threshold: number
  /** The rate that was asked for. */
  readonly falseAlarms: number
  /** How many calibration scores there were. */
  readonly rows: number
  /** The threshold is the calibration score of this rank, counted from the highest, which has rank 1. */
  readonly rank: number
  /** Calibration scores above the threshold: rank - 1, or fewer where some equal the threshold. */
  readonly above: number
  /** Calibration scores that equal the threshold, beside itself. */
  readonly tied: number
  /** The false-alarm rate: what to expect, at most `falseAlarms`, and the interval of what it may be. */
  readonly rate: Interval
}

/**
 * The threshold for a false-alarm rate α, from the scores of n normal rows that took no part in training or in any choice.
 *
 * It is the calibration score of rank k = ⌊α (n + 1)⌋ from the highest. If scores of new normal rows have the distribution of
 * the calibration scores, and no two are equal, then the share of them above the threshold has exactly the distribution
 * Beta(k, n + 1 - k) (order statistics: David and Nagaraja 2003, section 2.5). Its mean is k / (n + 1) ≤ α; its quantiles are
 * the interval.
 *
 * Equal scores can only lower that share, as a score has to be above the threshold. So the mean and the upper bound hold
 * for any scores. Where others equal the threshold, the lower bound is that of Beta(j, n + 1 - j), with j the number of
 * calibration scores above it, as in Clopper and Pearson's interval; 0 if none are.
 *
 * @param calibration scores in ascending order, `[n]`
 * @param falseAlarms α, between 0 and 1
 * @throws UserError if n < 1 / α - 1, so that no score has the rank; RangeError if scores are NaN or not in order, or α or the
 * level is not between 0 and 1
 */
export function alarmThreshold(
  calibration: ArrayLike<number>,
  falseAlarms: number,
  level = 0.95,
): AlarmThreshold {
  requireAscending(calibration, 'calibration')
  requireShare(falseAlarms, 'falseAlarms')
  requireShare(level, 'level')
  const rows = calibration.length
  const rank = rankFor(falseAlarms, rows)
  if (rank < 1) throw unsupported(falseAlarms, rows)
  const threshold = calibration[rows - rank]!
  const above = countEnd(calibration, (score) => score > threshold)
  const found = {
    threshold,
    falseAlarms,
    rows,
    rank,
    above,
    tied: countEnd(calibration, (score) => score >= threshold) - above - 1,
  }
  const lowest = lowestRank(found)
  const outside = (1 - level) / 2
  return {
    ...found,
    rate: {
      estimate: rank / (rows + 1),
      low: lowest === 0 ? 0 : betaQuantile(outside, lowest, rows + 1 - lowest),
      high: betaQuantile(1 - outside, rank, rows + 1 - rank),
      level,
    },
  }
}

/**
 * The number of false alarms among so many new normal rows: what to expect, and bounds that hold the number in a share `level`
 * of cases or more. The bounds are quantiles of the beta-binomial distribution, which counts both that the rate is not known
 * and that alarms come by chance.
 *
 * @throws RangeError unless `rows` is a whole number
 */
export function expectedAlarms(threshold: AlarmThreshold, rows: number): Interval {
  requireWhole(rows, 'rows')
  const { rate, rank, rows: n } = threshold
  const lowest = lowestRank(threshold)
  const outside = (1 - rate.level) / 2
  const quantile = (p: number, k: number) => betaBinomialQuantile(p, rows, k, n + 1 - k)
  return {
    estimate: rows * rate.estimate,
    low: lowest === 0 ? 0 : quantile(outside, lowest),
    high: quantile(1 - outside, rank),
    level: rate.level,
  }
}

/** The rank whose distribution bounds the false-alarm rate from below; 0 for no bound. */
const lowestRank = ({ tied, above, rank }: Pick<AlarmThreshold, 'tied' | 'above' | 'rank'>) =>
  tied > 0 ? above : rank

/** How many scores at the end of the list satisfy a condition. */
function countEnd(scores: ArrayLike<number>, holds: (score: number) => boolean): number {
  let count = 0
  while (count < scores.length && holds(scores[scores.length - 1 - count]!)) count++
  return count
}

/** Products such as 0.29 · 100, which are whole numbers but for rounding, count as whole. */
const ROUNDING = 1e-12

/** ⌊α (n + 1)⌋. */
const rankFor = (falseAlarms: number, rows: number): number =>
  Math.min(rows, Math.floor(falseAlarms * (rows + 1) * (1 + ROUNDING)))

function unsupported(falseAlarms: number, rows: number): UserError {
  const needed = Math.ceil((1 - ROUNDING) / falseAlarms) - 1
  const lowest = rows === 0 ? '' : `; the lowest rate for that many is ${roundedUp(1 / (rows + 1))}`
  return new UserError(
    worded`${given('falseAlarms', falseAlarms)}: ${counted(rows, 'calibration row')} cannot support this rate: expected ${counted(needed, 'row')} or more${lowest}`,
  )
}

/** Up to three significant digits, so that the rate that is printed can be used. */
function roundedUp(rate: number): string {
  const unit = 10 ** (Math.floor(Math.log10(rate)) - 2)
  return String(Number((Math.ceil(rate / unit) * unit).toPrecision(3)))
}

function requireShare(value: number, name: string): void {
  if (!(value > 0 && value < 1))
    throw new RangeError(`${name}: expected a number between 0 and 1, got ${described(value)}`)
}

/** Throws RangeError unless the scores are numbers in ascending order. */
export function requireAscending(scores: ArrayLike<number>, name: string): void {
  requireNumbers(scores, name)
  for (let i = 1; i < scores.length; i++)
    if (scores[i]! < scores[i - 1]!)
      throw new RangeError(
        `${name}: expected scores in ascending order, got ${scores[i]} after ${scores[i - 1]}`,
      )
}
