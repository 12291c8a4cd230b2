/** Variance of the posterior mean over the examples above which a unit is active: Burda et al. 2016, section 5. */
export const ACTIVE_VARIANCE = 0.01

export interface ActiveUnits {
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
  return { variances, count: variances.filter((variance) => variance > ACTIVE_VARIANCE).length }
}
