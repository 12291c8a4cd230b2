import {
  addRows,
  addSparseRows,
  type ColumnProducts,
  columnProducts,
  symmetricProducts,
} from './column-products.ts'
import type { ComponentOptions, PrincipalComponents } from './principal-components.ts'
import {
  addSums,
  columnMeans,
  passesOver,
  type ReadOptions,
  type RowSource,
  type RowValues,
} from './row-source.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/**
 * Principal components by the covariance of the columns, of stored numbers: without the scale.
 * Decomposing it takes time D³, and nothing else of the thread runs meanwhile.
 */
export async function covarianceComponents(
  rows: RowSource,
  options: ComponentOptions,
): Promise<PrincipalComponents> {
  const { dimension } = rows
  const gather = rows.dtype === 'uint8' ? ofBytes : ofFloats
  const { mean, covariance } = await gather(rows, options)
  const { values, vectors } = symmetricEigen(covariance, dimension)
  return {
    mean,
    components: vectors.slice(0, options.count),
    // Rounding may leave less than nothing of a variance that is 0.
    variances: values.slice(0, options.count).map((value) => Math.max(0, value)),
    totalVariance: mean.reduce((sum, _, p) => sum + covariance[p * dimension + p]!, 0),
  }
}

interface Moments {
  readonly mean: Float64Array
  /** `[D, D]`, dividing by n. */
  readonly covariance: Float64Array
}

/**
 * Σ x and Σ x xᵀ are whole numbers, and so is n Σ x xᵀ - Σ x Σ xᵀ. Up to 370 000 rows they are below 2⁵³,
 * and nothing is rounded before the division by n².
 */
async function ofBytes(rows: RowSource, options: ReadOptions): Promise<Moments> {
  const { count, dimension } = rows
  const products = columnProducts(dimension)
  const sums = new Float64Array(dimension)
  const pass = passesOver(rows, 1, options)
  await pass((bytes) => {
    addSums(sums, bytes)
    addBytes(products, bytes)
  })
  return {
    mean: sums.map((sum) => sum / count),
    covariance: symmetricProducts(
      products,
      (product, p, q) => (count * product - sums[p]! * sums[q]!) / count ** 2,
    ),
  }
}

/** The mean first: without it in the products, differences of large numbers cannot cancel. */
async function ofFloats(rows: RowSource, options: ReadOptions): Promise<Moments> {
  const { count, dimension } = rows
  const pass = passesOver(rows, 2, options)
  const mean = await columnMeans(pass, rows)
  const products = columnProducts(dimension)
  await pass((values) => addRows(products, values, mean))
  return { mean, covariance: symmetricProducts(products, (product) => product / count) }
}

/** Images are mostly zeros, which are then left out of the products; the sums are the same. */
function addBytes(products: ColumnProducts, bytes: RowValues): void {
  let zeros = 0
  for (const value of bytes) if (value === 0) zeros++
  if (zeros > bytes.length / 2) addSparseRows(products, bytes)
  else addRows(products, bytes)
}
