import type { ReadOptions } from './row-source.ts'

/** The affine subspaces that fit rows `[n, D]` best in squared error, in float64. */
export interface PrincipalComponents {
  /** `[D]`. */
  readonly mean: Float64Array
  /** Orthonormal vectors `[D]`, by falling variance; the entry of largest magnitude in each is positive. */
  readonly components: readonly Float64Array[]
  /** Variance of the rows along each of them, dividing by n. */
  readonly variances: Float64Array
  /** Sum of the variances of all columns. Less the sum of `variances`, it is the mean squared error of a row. */
  readonly totalVariance: number
}

export interface ComponentOptions extends ReadOptions {
  /** How many components. */
  readonly count: number
  /** Seed of the random projection, which is used above `LARGEST_COVARIANCE` columns. */
  readonly seed?: number | undefined
}
