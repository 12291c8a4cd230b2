import { requireNumbers } from '../../tensor/checks.ts'
import { described, isList } from '../../tensor/described.ts'

/** The area under the receiver operating characteristic, with its standard error. */
export interface Auroc {
  /** Probability that an anomaly scores higher than a normal example, ties counting half. */
  readonly area: number
  /** Of the area, over sampled examples; NaN if a kind has only one. */
  readonly standardError: number
  readonly anomalies: number
  readonly normals: number
}

/**
 * AUROC of scores `[n]` that are higher for what is more likely an anomaly: the Mann-Whitney statistic over all
 * pairs, with its standard error by DeLong, DeLong and Clarke-Pearson 1988. A component is the share of the other
 * kind that an example is on the right side of; the variance is the sum, over the two kinds, of the sample
 * variance of components divided by their number. By mid-ranks, in time n log n (Sun and Xu 2014).
 *
 * @param anomalous truthy for anomalies, `[n]`
 * @throws RangeError if scores are NaN, lengths differ or one of the kinds is missing
 */
export function auroc(scores: ArrayLike<number>, anomalous: ArrayLike<number | boolean>): Auroc {
  const { above, below } = components(scores, anomalous)
  return {
    area: mean(above),
    standardError: standardError(above, below),
    anomalies: above.length,
    normals: below.length,
  }
}

/** By how much one AUROC is larger than another. */
export interface AurocDifference {
  readonly difference: number
  /** Of the difference, over sampled examples; NaN if a kind has only one. */
  readonly standardError: number
  readonly anomalies: number
  readonly normals: number
}

/**
 * By how much the AUROC of some scores is larger than that of others of the same examples. The standard error is that of
 * the difference (DeLong et al. 1988): what both scores find hard about an example cancels.
 *
 * @param anomalous truthy for anomalies, `[n]`
 * @throws RangeError as `auroc`
 */
export function aurocDifference(
  scores: ArrayLike<number>,
  others: ArrayLike<number>,
  anomalous: ArrayLike<number | boolean>,
): AurocDifference {
  const own = components(scores, anomalous)
  const other = components(others, anomalous)
  const above = own.above.map((share, i) => share - other.above[i]!)
  const below = own.below.map((share, j) => share - other.below[j]!)
  return {
    difference: mean(above),
    standardError: standardError(above, below),
    anomalies: above.length,
    normals: below.length,
  }
}

/** Of each anomaly the share of normals below it, and of each normal the share of anomalies above it. */
function components(scores: ArrayLike<number>, anomalous: ArrayLike<number | boolean>) {
  const { anomalies, normals } = byKind(scores, anomalous)
  const among = midRanks([...anomalies, ...normals])
  const [m, n] = [anomalies.length, normals.length]
  return {
    above: midRanks(anomalies).map((rank, i) => (among[i]! - rank) / n),
    below: midRanks(normals).map((rank, j) => 1 - (among[m + j]! - rank) / m),
  }
}

const standardError = (above: Float64Array, below: Float64Array): number =>
  Math.sqrt(variance(above) / above.length + variance(below) / below.length)

/** The scores of each kind, in their order. */
export function byKind(scores: ArrayLike<number>, anomalous: ArrayLike<number | boolean>) {
  requireNumbers(scores, 'scores')
  requireKinds(anomalous)
  if (scores.length !== anomalous.length)
    throw new RangeError(`${scores.length} scores for ${anomalous.length} labels`)
  const all = Array.from(scores)
  const anomalies = all.filter((_, i) => anomalous[i])
  const normals = all.filter((_, i) => !anomalous[i])
  if (anomalies.length === 0 || normals.length === 0)
    throw new RangeError(
      `detection is measured on anomalies and normal examples, got ${anomalies.length} and ${normals.length}`,
    )
  return { anomalies, normals }
}

function requireKinds(anomalous: unknown): void {
  if (!isList(anomalous))
    throw new RangeError(
      `anomalous: expected true or false for each score, got ${described(anomalous)}`,
    )
  const wrong = Array.from<unknown>(anomalous).find(
    (one) => typeof one !== 'boolean' && !(typeof one === 'number' && Number.isFinite(one)),
  )
  if (wrong !== undefined || Array.from<unknown>(anomalous).includes(undefined))
    throw new RangeError(
      `anomalous: expected true or false for each score, got ${described(wrong)} among them`,
    )
}

/** Ranks from 1; equal values share the mean of their ranks. */
function midRanks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => ascending(values[a]!, values[b]!))
  const ranks = new Float64Array(values.length)
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++
    for (let at = start; at < end; at++) ranks[order[at]!] = (start + 1 + end) / 2
    start = end
  }
  return ranks
}

/** Orders infinities too, whose difference is NaN. */
const ascending = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0)

const mean = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** Sample variance, divided by n - 1. */
function variance(values: Float64Array): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}
