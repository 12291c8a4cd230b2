import { requireNumbers } from '../../tensor/checks.ts'
import { requireAscending } from './threshold.ts'

/**
 * The percentile of each score `[m]` among calibration scores `[n]`, from 0 to 100: 100 (b + e / 2) / n with b of them below
 * the score and e equal to it. Scores outside the calibration scores have percentile 0 or 100, however far outside.
 *
 *     percentiles([2, 9], [1, 2, 2, 3]) // 50, 100
 *
 * @param calibration in ascending order
 * @throws RangeError if there are no calibration scores, they are not in order, or scores are NaN
 */
export function percentiles(
  scores: ArrayLike<number>,
  calibration: ArrayLike<number>,
): Float64Array {
  requireNumbers(scores, 'scores')
  requireAscending(calibration, 'calibration')
  const n = calibration.length
  if (n < 1) throw new RangeError('calibration: expected 1 score or more, got none')
  return Float64Array.from(scores, (score) => {
    const below = countWhere(n, (i) => calibration[i]! < score)
    const upTo = countWhere(n, (i) => calibration[i]! <= score)
    return (100 * (below + upTo)) / (2 * n)
  })
}

/**
 * The mean of several scores' percentiles for each row: `[m]` from lists `[m]`, one a score. Each score counts the same,
 * whatever its unit and spread.
 *
 * @throws RangeError if there are no lists, their lengths differ, or percentiles are NaN
 */
export function meanPercentile(each: readonly ArrayLike<number>[]): Float64Array {
  if (each.length === 0) throw new RangeError('percentiles: expected 1 list or more, got none')
  const rows = each[0]!.length
  const sums = new Float64Array(rows)
  for (const list of each) {
    requireNumbers(list, 'percentiles')
    if (list.length !== rows)
      throw new RangeError(`percentiles: expected lists of ${rows} each, got ${list.length}`)
    for (let i = 0; i < rows; i++) sums[i]! += list[i]!
  }
  return sums.map((sum) => sum / each.length)
}

/** How many of the indices from 0 to n satisfy a condition that holds for the first ones only, by bisection. */
function countWhere(n: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, n]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}
