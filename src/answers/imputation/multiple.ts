import { weightSums } from '../../evaluate/likelihood/log-weights.ts'
import { requireSeed, requireWhole } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import { streams } from '../../tensor/random.ts'

/**
 * Multiple imputation by importance resampling (Mattei and Frellsen 2019, MIWAE). Of a row with observed
 * values x_o, a model with latent z draws z_1 … z_K of q(z|x_o), with the log-weights
 *
 *     log w_k = log p(x_o|z_k) + log p(z_k) - log q(z_k|x_o)
 *
 * in nats. Draws of p(x_m|z_k), with k drawn in proportion to w_k, follow p(x_m|x_o) as K grows.
 */

export interface ResamplingOptions {
  readonly seed: number
  /** M, the number of draws for each row. */
  readonly draws: number
  /** The number of the first row in its table, from 0; 0 by default. */
  readonly firstRow?: number | undefined
}

/**
 * Self-normalised weights `[K]` of one row: w_k / Σ w.
 *
 * @param logWeights `[K]`, in nats; -Infinity is a weight of 0
 * @param name of the log-weights, for messages
 * @throws RangeError for a log-weight that is NaN or Infinity, and if all weights are 0
 */
export function normalisedWeights(
  logWeights: ArrayLike<number>,
  name = 'log-weights',
): Float64Array {
  const logs = Float64Array.from(logWeights)
  const largest = logs.reduce((most, one) => Math.max(most, one), Number.NEGATIVE_INFINITY)
  const wrong = logs.find((one) => Number.isNaN(one) || one === Number.POSITIVE_INFINITY)
  if (wrong !== undefined)
    throw new RangeError(`${name}: expected numbers or -Infinity, got ${wrong}`)
  if (largest === Number.NEGATIVE_INFINITY)
    throw new RangeError(`${name}: all ${logs.length} weights are 0; expected one that is not`)
  const weights = logs.map((one) => Math.exp(one - largest))
  const sum = weights.reduce((a, b) => a + b)
  return weights.map((weight) => weight / sum)
}

/**
 * How many equal weights would be worth as much, (Σ w)² / Σ w², from 1 to K (Kong 1992). If few draws of q(z|x)
 * count, so do few of the imputations.
 *
 * @param logWeights `[K]`, in nats
 */
export function effectiveSamples(logWeights: ArrayLike<number>): number {
  const sums = weightSums()
  for (let k = 0; k < logWeights.length; k++) sums.add(logWeights[k]!)
  return sums.summary().effectiveSamples
}

/**
 * Indices `[n, M]` of draws, k with probability w_k / Σ w, by systematic resampling (Kitagawa 1996): index k is drawn
 * M w_k / Σ w times, rounded down or up at random, so draws vary less than independent (multinomial) ones would. They
 * are then shuffled, so that the m-th draws of all rows are one imputed table like any other.
 *
 * The draws of a row depend on the seed and the number of the row in its table, not on the rows that it is passed
 * with.
 *
 * @param logWeights `[n, K]`, in nats
 * @param samples K
 * @throws RangeError if the log-weights are not whole rows, or those of a row are not as `normalisedWeights` takes
 * them
 */
export function resampled(
  logWeights: ArrayLike<number>,
  samples: number,
  { seed, draws, firstRow = 0 }: ResamplingOptions,
): Int32Array {
  requireWhole(samples, 'samples', { low: 1 })
  requireSeed(seed)
  requireWhole(draws, 'draws', { low: 1 })
  requireWhole(firstRow, 'firstRow')
  const count = logWeights.length / samples
  if (!Number.isInteger(count))
    throw new RangeError(
      `log-weights: expected whole rows of ${samples}, got ${logWeights.length} numbers`,
    )
  const streamOf = streams(seed, 'imputation')
  const indices = new Int32Array(count * draws)
  for (let row = 0; row < count; row++) {
    const own = Float64Array.from({ length: samples }, (_, k) => logWeights[row * samples + k]!)
    const { uniform, permutation } = streamOf(firstRow + row)
    const weights = normalisedWeights(own, `log-weights of row ${firstRow + row + 1}`)
    const chosen = systematic(weights, draws, uniform())
    permutation(draws).forEach((from, to) => {
      indices[row * draws + to] = chosen[from]!
    })
  }
  return indices
}

/** Where the points (offset + m) / M, m = 0 … M - 1, lie among the sums of the weights: rising indices `[M]`. */
function systematic(weights: Float64Array, draws: number, offset: number): Int32Array {
  const last = weights.findLastIndex((weight) => weight > 0) // rounding may leave the sum below 1
  let index = 0
  let sum = weights[0]!
  return Int32Array.from({ length: draws }, (_, m) => {
    const point = (offset + m) / draws
    while (sum <= point && index < last) sum += weights[++index]!
    return index
  })
}

/** Bounds of a value, and the probability that it lies between them. */
export interface DrawInterval {
  readonly low: number
  readonly high: number
  readonly level: number
}

/**
 * The interval that a further draw lies in with probability `level`: from the (1 - level) / 2 quantile of the draws
 * to the (1 + level) / 2 quantile, where the quantile p is the draw of rank p (M + 1), interpolated (Hyndman and Fan
 * 1996, type 6). Since the true value is one more such draw if the model is right, as many of the intervals hold it.
 * Quantiles of the other types would be too narrow for few draws.
 *
 * Draws of M below (1 + level) / (1 - level), 19 for 90 %, do not reach so far: the interval is then from the
 * smallest to the largest, with its own level, (M - 1) / (M + 1).
 *
 * @param draws of a number, in any unit; two or more
 * @throws RangeError for fewer than two draws, for a draw that is not finite, and for a level that is not between 0
 * and 1
 */
export function drawInterval(draws: ArrayLike<number>, level = 0.9): DrawInterval {
  requireLevel(level)
  const sorted = Float64Array.from(draws).sort()
  const count = sorted.length
  if (count < 2) throw new RangeError(`draws: an interval needs 2 or more, got ${count}`)
  const wrong = sorted.find((draw) => !Number.isFinite(draw))
  if (wrong !== undefined) throw new RangeError(`draws: expected finite numbers, got ${wrong}`)
  const reached = Math.min(level, (count - 1) / (count + 1))
  const ranked = (rank: number) => {
    const below = Math.min(count - 1, Math.floor(rank))
    return sorted[below - 1]! + (rank - below) * (sorted[below]! - sorted[below - 1]!)
  }
  const low = Math.max(1, ((1 - reached) / 2) * (count + 1))
  return { low: ranked(low), high: ranked(count + 1 - low), level: reached }
}

/**
 * The smallest set of categories that hold a share `level`: the most frequent ones, of equally frequent ones the first.
 *
 * @param shares of each category, `[K]`, 1 in sum: `categoryShares` of draws, or Σ w_k p(category|z_k), which is closer
 * @returns indices of categories, the most frequent first
 * @throws RangeError for shares that are negative or not 1 in sum, and for a level that is not between 0 and 1
 */
export function categorySet(shares: ArrayLike<number>, level = 0.9): number[] {
  requireLevel(level)
  const all = Array.from(shares)
  const sum = all.reduce((a, b) => a + b, 0)
  if (!(Math.abs(sum - 1) < 1e-6) || all.some((share) => share < 0))
    throw new RangeError(`shares: expected shares of categories, 1 in sum, got a sum of ${sum}`)
  const order = all.map((_, k) => k).sort((a, b) => all[b]! - all[a]! || a - b)
  let held = 0
  const size = order.findIndex((k) => {
    held += all[k]!
    return held >= level - ROUNDING
  })
  return order.slice(0, size + 1)
}

/** Sums of shares err by less: nine draws in ten are 90 %. */
const ROUNDING = 1e-9

/** The share of each of K categories among draws of their indices, `[K]`. */
export function categoryShares(draws: ArrayLike<number>, categories: number): Float64Array {
  const shares = new Float64Array(categories)
  for (let m = 0; m < draws.length; m++) {
    requireWhole(draws[m], `draws[${m}]`, { high: categories - 1 })
    shares[draws[m]!]! += 1 / draws.length
  }
  return shares
}

function requireLevel(level: unknown): void {
  if (typeof level === 'number' && level > 0 && level < 1) return
  throw new RangeError(`level: expected a number between 0 and 1, got ${described(level)}`)
}
