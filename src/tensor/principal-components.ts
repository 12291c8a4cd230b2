import { requireWatching, requireWhole } from './checks.ts'
import type { ComponentOptions, PrincipalComponents } from './components.ts'
import { covarianceComponents } from './covariance-components.ts'
import { randomisedComponents } from './randomised-components.ts'
import { type RowSource, requireRows } from './row-source.ts'

/** Columns up to which the covariance is formed and decomposed. */
export const LARGEST_COVARIANCE = 2000

/**
 * The principal components of rows (Pearson 1901): up to `LARGEST_COVARIANCE` columns from the eigenvectors
 * of their covariance, above that by a randomised projection.
 *
 * @throws RangeError for no rows, more components than columns, and numbers that are not finite; the
 * signal's reason if it is aborted
 */
export async function principalComponents(
  rows: RowSource,
  options: ComponentOptions,
): Promise<PrincipalComponents> {
  requireRows(rows)
  requireWatching(options)
  requireWhole(options.count, 'count', { low: 1 })
  const { count, dimension, scale = 1 } = rows
  if (count < 1 || options.count < 1 || options.count > dimension)
    throw new RangeError(`${options.count} principal components of ${count} rows of ${dimension}`)
  const method = dimension <= LARGEST_COVARIANCE ? covarianceComponents : randomisedComponents
  const { mean, components, variances, totalVariance } = await method(rows, options)
  return {
    mean: mean.map((value) => value * scale),
    components,
    variances: variances.map((value) => value * scale ** 2),
    totalVariance: totalVariance * scale ** 2,
  }
}
