import type { ComponentOptions, PrincipalComponents } from './components.ts'
import { rowMoments } from './row-moments.ts'
import type { RowSource } from './row-source.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/**
 * Principal components from the covariance of the columns, of stored numbers: without the scale.
 * Decomposing it takes time D³ and blocks the thread.
 */
export async function covarianceComponents(
  rows: RowSource,
  options: ComponentOptions,
): Promise<PrincipalComponents> {
  const { dimension } = rows
  const { mean, covariance } = await rowMoments(rows, options)
  const { values, vectors } = symmetricEigen(covariance, dimension)
  return {
    mean,
    components: vectors.slice(0, options.count),
    // Rounding may turn a variance of 0 negative.
    variances: values.slice(0, options.count).map((value) => Math.max(0, value)),
    totalVariance: mean.reduce((sum, _, p) => sum + covariance[p * dimension + p]!, 0),
  }
}
