import { requireOptions, requireWhole } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import { bayesianRidge, type LinearFit } from './bayesian-ridge.ts'
import { encodingOf, featureMeans } from './encoding.ts'
import { type ImputedColumn, type Imputer, withGapsFilled } from './imputer.ts'

export interface IterativeRidgeOptions {
  /** Times that each feature is predicted at most; 10 by default. */
  readonly rounds?: number | undefined
  /**
   * Rounds end once no row moves by more than this share of the largest feature, in the sum over its features; 1e-3 by
   * default.
   */
  readonly tolerance?: number | undefined
}

/** A regression of one feature on others. */
interface Step extends LinearFit {
  readonly feature: number
  readonly inputs: readonly number[]
}

/**
 * Fills gaps with the predictions of Bayesian ridge regressions (`bayesianRidge`) of each column on all others, round
 * by round, as scikit-learn's `IterativeImputer` does by default (van Buuren and Groothuis-Oudshoorn 2011, mice). It
 * works on the features of `encodingOf`. Gaps start at the mean of their feature; then each feature in turn, those
 * with the fewest gaps first, is regressed on the others over the rows that have it, and predicted for those that do
 * not.
 *
 * One thing differs from `IterativeImputer` on such features: a category is not predicted from the other categories
 * of its column. They determine it, so its gaps would stay at the frequencies of the categories that they start with.
 *
 * In float64; a round takes time n F³ for n rows.
 *
 * @param rows `[n, C]` that the regressions are fitted on
 * @throws RangeError for an unknown option, one out of range, and a column without a value
 */
export function iterativeRidge(
  columns: readonly ImputedColumn[],
  rows: Float64Array,
  options: IterativeRidgeOptions = {},
): Imputer {
  requireOptions(options, 'iterativeRidge', ['rounds', 'tolerance'])
  const { rounds = 10, tolerance = 1e-3 } = options
  requireWhole(rounds, 'rounds')
  if (!(typeof tolerance === 'number' && tolerance >= 0))
    throw new RangeError(`tolerance: expected a number from 0, got ${described(tolerance)}`)
  const { columnOf, encode, decode } = encodingOf(columns, rows)
  const width = columnOf.length
  const encoded = encode(rows)
  const means = featureMeans(encoded, width)
  const steps = fitted(encoded, means, columnOf, rounds, tolerance)
  return (values) => {
    const own = encode(values)
    const filled = withMeans(own, means)
    for (const step of steps) predictGaps(step, own, filled, width)
    return withGapsFilled(columns, values, (row, column) =>
      decode(column, (feature) => filled[row * width + feature]!),
    )
  }
}

/** The regressions of all rounds, in order. */
function fitted(
  encoded: Float64Array,
  means: Float64Array,
  columnOf: readonly number[],
  rounds: number,
  tolerance: number,
): Step[] {
  const width = means.length
  const largest = encoded.reduce(
    (most, value) => (Number.isNaN(value) ? most : Math.max(most, Math.abs(value))),
    0,
  )
  const order = byGaps(encoded, width)
  const filled = withMeans(encoded, means)
  const steps: Step[] = []
  for (let round = 0; round < rounds; round++) {
    const before = filled.slice()
    for (const feature of order) {
      const inputs = columnOf.flatMap((column, f) => (column === columnOf[feature] ? [] : [f]))
      if (inputs.length === 0) continue
      const step = { feature, inputs, ...regression(feature, inputs, encoded, filled, width) }
      predictGaps(step, encoded, filled, width)
      steps.push(step)
    }
    if (largestMove(before, filled, width) < tolerance * largest) break
  }
  return steps
}

const withMeans = (encoded: Float64Array, means: Float64Array): Float64Array =>
  encoded.map((value, at) => (Number.isNaN(value) ? means[at % means.length]! : value))

/** Features, those with the fewest gaps first, and in the order of the columns among equals. */
function byGaps(encoded: Float64Array, width: number): number[] {
  const gaps = new Float64Array(width)
  encoded.forEach((value, at) => {
    if (Number.isNaN(value)) gaps[at % width]!++
  })
  return Array.from(gaps.keys()).sort((a, b) => gaps[a]! - gaps[b]! || a - b)
}

/** Of a feature on the inputs, over the rows that have it. */
function regression(
  feature: number,
  inputs: readonly number[],
  encoded: Float64Array,
  filled: Float64Array,
  width: number,
): LinearFit {
  const x: number[] = []
  const y: number[] = []
  for (let start = 0; start < encoded.length; start += width) {
    if (Number.isNaN(encoded[start + feature]!)) continue
    y.push(encoded[start + feature]!)
    for (const input of inputs) x.push(filled[start + input]!)
  }
  return bayesianRidge(Float64Array.from(x), Float64Array.from(y))
}

/** Replaces what stands in the gaps of a feature. */
function predictGaps(
  { feature, inputs, weights, intercept }: Step,
  encoded: Float64Array,
  filled: Float64Array,
  width: number,
): void {
  for (let start = 0; start < encoded.length; start += width) {
    if (!Number.isNaN(encoded[start + feature]!)) continue
    filled[start + feature] = inputs.reduce(
      (sum, input, i) => sum + filled[start + input]! * weights[i]!,
      intercept,
    )
  }
}

/** The largest Σ |a - b| of a row. */
function largestMove(a: Float64Array, b: Float64Array, width: number): number {
  let most = 0
  for (let start = 0; start < a.length; start += width) {
    let sum = 0
    for (let at = start; at < start + width; at++) sum += Math.abs(a[at]! - b[at]!)
    most = Math.max(most, sum)
  }
  return most
}
