import { requireNumbers, requireOptions, requireWatching } from '../../tensor/checks.ts'
import { type Moments, rowMoments } from '../../tensor/row-moments.ts'
import { type ReadOptions, type RowSource, requireRows } from '../../tensor/row-source.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'

/**
 * Mean and covariance of features, one example per row, as `frechetDistance` takes them. The covariance is divided
 * by n - 1, which makes it unbiased. Both are in the unit of the features, with their scale applied.
 *
 * @throws RangeError for fewer than two rows, and for numbers that are not finite; the signal's reason if it is
 * aborted
 */
export async function featureMoments(
  features: RowSource,
  options: ReadOptions = {},
): Promise<Moments> {
  requireRows(features, 'features')
  requireWatching(options)
  const { count, scale = 1 } = features
  if (count < 2) throw new RangeError(`a covariance needs 2 examples or more, got ${count}`)
  const { mean, covariance } = await rowMoments(features, options)
  const factor = (scale ** 2 * count) / (count - 1)
  return {
    mean: mean.map((value) => value * scale),
    covariance: covariance.map((value) => value * factor),
  }
}

/**
 * The Fréchet distance of two normal distributions, in the squared unit of the features: ‖μ₁ - μ₂‖² + tr(S₁ + S₂ -
 * 2 (S₁^½ S₂ S₁^½)^½), Dowson and Landau 1982. Heusel et al. 2017 compare samples with data by this distance of
 * the moments of features. It is 0 if the moments are equal, whatever else differs. Covariances may have any rank.
 * Computed in float64, in time D³.
 *
 * Moments of n examples are estimates, and their errors add up: on average the distance is too large by about a
 * constant / n. Between two samples of size n from one distribution N(0, I) in D dimensions it is about D (D + 5)
 * / 2n instead of 0. So compare figures only for equally many examples; the distance between two halves of the
 * data shows how small it can be.
 *
 * @throws RangeError unless the moments are of equally many features
 */
export function frechetDistance(a: Moments, b: Moments): number {
  requireMoments(a, 'a')
  requireMoments(b, 'b')
  const width = a.mean.length
  if (
    b.mean.length !== width ||
    [a, b].some(({ covariance }) => covariance.length !== width * width)
  )
    throw new RangeError(
      `moments of ${width} and of ${b.mean.length} features have no distance: expected equally many features, and covariances of their squares`,
    )
  let distance = -2 * traceOfRoot(a.covariance, b.covariance, width)
  for (let p = 0; p < width; p++) {
    const diagonal = p * width + p
    distance += (a.mean[p]! - b.mean[p]!) ** 2 + a.covariance[diagonal]! + b.covariance[diagonal]!
  }
  // Rounding may make a distance of 0 negative.
  return Math.max(0, distance)
}

function requireMoments(moments: Moments, name: string): void {
  requireOptions(moments, name)
  requireNumbers(moments.mean, `${name}.mean`, 'finite')
  requireNumbers(moments.covariance, `${name}.covariance`, 'finite')
}

/**
 * tr (S₁^½ S₂ S₁^½)^½. With S₁ = V Λ Vᵀ the matrix under the root has the eigenvalues of
 * (V Λ^½)ᵀ S₂ (V Λ^½), where directions in which S₁ is 0 can be left out.
 */
function traceOfRoot(first: Float64Array, second: Float64Array, width: number): number {
  const { values, vectors } = symmetricEigen(first, width)
  const factor = Array.from({ length: rank(values) }, (_, k) =>
    vectors[k]!.map((value) => value * Math.sqrt(values[k]!)),
  ) // [r, D]
  if (factor.length === 0) return 0
  const between = symmetricEigen(projected(second, factor), factor.length).values
  return between.subarray(0, rank(between)).reduce((sum, value) => sum + Math.sqrt(value), 0)
}

/** How many of the eigenvalues, in decreasing order, are above rounding error. */
function rank(values: Float64Array): number {
  const least = values.length * Number.EPSILON * Math.max(0, values[0] ?? 0)
  return values.filter((value) => value > least).length
}

/** F S Fᵀ `[r, r]` of rows F `[r, D]` and a symmetric S `[D, D]`. */
function projected(matrix: Float64Array, factor: readonly Float64Array[]): Float64Array {
  const r = factor.length
  const result = new Float64Array(r * r)
  for (const [i, row] of factor.entries()) {
    const image = new Float64Array(row.length) // S f
    for (let p = 0; p < row.length; p++) {
      const value = row[p]!
      if (value === 0) continue
      const start = p * row.length
      for (let q = 0; q < row.length; q++) image[q]! += value * matrix[start + q]!
    }
    for (let j = 0; j <= i; j++) {
      let sum = 0
      const other = factor[j]!
      for (let q = 0; q < image.length; q++) sum += image[q]! * other[q]!
      result[i * r + j] = result[j * r + i] = sum
    }
  }
  return result
}
