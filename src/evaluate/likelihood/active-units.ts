/** Variance of the posterior mean over the examples above which a unit is active: Burda et al. 2016, section 5. */
export const ACTIVE_VARIANCE = 0.01

/** Share of the largest variance above which a dimension of a code without a distribution is active. */
const ACTIVE_SHARE = 1e-6

/**
 * The variance over examples above which a dimension of the code is active. A code with a distribution is measured against
 * its prior; any other has no scale of its own, and is measured against its dimension of the largest variance.
 */
export function activeAbove(
  variances: Float64Array,
  hasDistribution: boolean,
): { readonly variance: number; readonly text: string } {
  if (hasDistribution) return { variance: ACTIVE_VARIANCE, text: `${ACTIVE_VARIANCE}` }
  const largest = variances.reduce((a, b) => Math.max(a, b), 0)
  return { variance: ACTIVE_SHARE * largest, text: 'a millionth of the largest variance' }
}

export interface ActiveUnits {
  /** E_x E_q(z|x)[z_l], for each dimension of the code. */
  readonly centres: Float64Array
  /** Var_x E_q(z|x)[z_l], for each dimension of the code, with n - 1 in the denominator. */
  readonly variances: Float64Array
  /** How many of them are above `ACTIVE_VARIANCE`. */
  readonly count: number
}

/**
 * Which dimensions of the code distinguish examples, from the means of q(z|x) `[n, L]`: a unit whose mean is the
 * same for all examples carries no information about them.
 *
 * @throws RangeError for fewer than two examples, which do not vary
 */
export function activeUnits(
  means: ArrayLike<number>,
  shape: readonly [number, number],
): ActiveUnits {
  const [n, width] = shape
  if (n < 2) throw new RangeError(`the variance over examples needs two of them, got ${n}`)
  const centres = new Float64Array(width)
  for (let i = 0; i < n * width; i++) centres[i % width]! += means[i]! / n
  const variances = new Float64Array(width)
  for (let i = 0; i < n * width; i++)
    variances[i % width]! += (means[i]! - centres[i % width]!) ** 2 / (n - 1)
  return {
    centres,
    variances,
    count: variances.filter((variance) => variance > ACTIVE_VARIANCE).length,
  }
}
