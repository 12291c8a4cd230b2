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
