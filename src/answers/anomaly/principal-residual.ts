import { requireOptions } from '../../tensor/checks.ts'
import type { PrincipalComponents } from '../../tensor/components.ts'
import { described } from '../../tensor/described.ts'
import { type AnyFloats, hostTensor } from '../../tensor/host.ts'
import { LARGEST_COVARIANCE, principalComponents } from '../../tensor/principal-components.ts'
import { arrayRows, passesOver, type ReadOptions, type RowValues } from '../../tensor/row-source.ts'
import { type RowScorer, requireRowsOf, requireTrainingRows } from './row-scorer.ts'

export interface ResidualOptions extends ReadOptions {
  /** Share of the variance that the components keep at least: 0.9 by default. */
  readonly kept?: number | undefined
  /** Of the random projection that wide rows need; see `principalComponents`. */
  readonly seed?: number | undefined
}

/** Most components of rows with more than `LARGEST_COVARIANCE` columns. */
const MOST_OF_WIDE = 256

/**
 * Scores a row by its squared distance from the principal subspace of the training rows `[n, D]`: what is left of it after
 * reconstruction by PCA, in the squared unit of the columns, which should be on one scale. The share of a column is its
 * squared residual.
 *
 * The subspace has the fewest components that keep 90 % of the variance, and one fewer than columns at most, since all of
 * them would leave no residual. Rows with more than 2000 columns have at most 256.
 *
 * @throws RangeError for no rows, and numbers that are not finite; the signal's reason if it is aborted
 */
export async function principalResidual(
  rows: AnyFloats,
  options: ResidualOptions = {},
): Promise<RowScorer & { readonly components: number }> {
  const [, width] = requireTrainingRows(rows, 1)
  requireOptions(options, 'options', ['kept', 'seed', 'onProgress', 'signal'])
  const { kept = 0.9, ...others } = options
  if (!(kept > 0 && kept < 1))
    throw new RangeError(`kept: expected a share between 0 and 1, got ${described(kept)}`)
  const count = width > LARGEST_COVARIANCE ? MOST_OF_WIDE : width
  const all = await principalComponents(arrayRows(rows), { ...others, count })
  const components = all.components.slice(0, Math.min(width - 1, fewest(all, kept)))
  const subspace = { mean: all.mean, components }
  return {
    width,
    unit: 'squared distance',
    components: components.length,
    async scores(given, watching = {}) {
      const sums = new Float64Array(requireRowsOf(width, given))
      let row = 0
      const pass = passesOver(arrayRows(given), 1, watching)
      await pass((values) =>
        forResiduals(values, subspace, (residual) => {
          sums[row++] = residual.reduce((sum, value) => sum + value * value, 0)
        }),
      )
      return sums
    },
    async shares(given, watching = {}) {
      const squares = new Float64Array(requireRowsOf(width, given) * width)
      let at = 0
      const pass = passesOver(arrayRows(given), 1, watching)
      await pass((values) =>
        forResiduals(values, subspace, (residual) => {
          for (const value of residual) squares[at++] = value * value
        }),
      )
      return hostTensor('float64', given.shape, squares)
    },
  }
}

/** How many components it takes to keep a share of the variance; all that there are if they do not. */
function fewest({ variances, totalVariance }: PrincipalComponents, kept: number): number {
  let sum = 0
  for (let count = 0; count < variances.length; count++) {
    if (sum >= kept * totalVariance) return count
    sum += variances[count]!
  }
  return variances.length
}

/** Calls `visit` with what the components leave of each row minus the mean, in an array that is reused. */
function forResiduals(
  values: RowValues,
  { mean, components }: Pick<PrincipalComponents, 'mean' | 'components'>,
  visit: (residual: Float64Array) => void,
): void {
  const width = mean.length
  const residual = new Float64Array(width)
  for (let start = 0; start < values.length; start += width) {
    for (let c = 0; c < width; c++) residual[c] = values[start + c]! - mean[c]!
    for (const component of components) {
      let code = 0
      for (let c = 0; c < width; c++) code += residual[c]! * component[c]!
      for (let c = 0; c < width; c++) residual[c]! -= code * component[c]!
    }
    visit(residual)
  }
}
