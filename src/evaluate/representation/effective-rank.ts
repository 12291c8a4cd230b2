import { requireMatrix } from '../../tensor/checks.ts'
import { addRows, columnProducts, symmetricProducts } from '../../tensor/column-products.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { arrayRows, columnMeans, passesOver } from '../../tensor/row-source.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'

/** In how many directions codes vary, from 1 to their width; 0 if all are the same. */
export interface EffectiveRank {
  /** e to the entropy of the singular values divided by their sum: Roy and Vetterli 2007. */
  readonly effectiveRank: number
  /** (Σ λ)² / Σ λ² of the variances λ along the principal axes: dominated by the few largest. */
  readonly participationRatio: number
  /** Singular values of the codes minus their mean, divided by √n, in decreasing order: the roots of λ, `[L]`. */
  readonly singularValues: Float64Array
}

/**
 * Effective rank and participation ratio of codes `[n, L]` minus their mean, in float64 by the eigenvalues of
 * their covariance. Singular values below 1e-7 of the largest are rounding error, and count as 0.
 *
 * @throws RangeError if there are no codes, or numbers are not finite
 */
export async function effectiveRank(
  codes: HostTensor<'float32'> | HostTensor<'float64'>,
): Promise<EffectiveRank> {
  requireMatrix(codes, 'codes')
  const rows = arrayRows(codes)
  if (rows.count < 1) throw new RangeError('the effective rank needs 1 code or more, got 0')
  const pass = passesOver(rows, 2)
  const mean = await columnMeans(pass, rows)
  const products = columnProducts(rows.dimension)
  await pass((values) => addRows(products, values, mean))
  const covariance = symmetricProducts(products, (sum) => sum / rows.count)
  const { values } = symmetricEigen(covariance, rows.dimension)
  const variances = values.map((value) => (value > ROUNDING * values[0]! ? value : 0))
  const singularValues = variances.map(Math.sqrt)
  return {
    effectiveRank: perplexity(singularValues),
    participationRatio: ratio(variances),
    singularValues,
  }
}

/** Variances below this share of the largest are rounding error. */
const ROUNDING = 1e-14

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0)

/** e to the entropy of values divided by their sum. */
function perplexity(values: Float64Array): number {
  const sum = total(values)
  if (sum === 0) return 0
  return Math.exp(
    -total(values.map((value) => (value > 0 ? (value / sum) * Math.log(value / sum) : 0))),
  )
}

function ratio(values: Float64Array): number {
  const squares = total(values.map((value) => value ** 2))
  return squares === 0 ? 0 : total(values) ** 2 / squares
}
