import {
  addRows,
  addSparseRows,
  type ColumnProducts,
  columnProducts,
  symmetricProducts,
} from './column-products.ts'
import {
  addSums,
  columnMeans,
  passesOver,
  type ReadOptions,
  type RowSource,
  type RowValues,
} from './row-source.ts'

/** Mean and covariance of rows. */
export interface Moments {
  /** `[D]`. */
  readonly mean: Float64Array
  /** `[D, D]`. */
  readonly covariance: Float64Array
}

/**
 * Mean and covariance, dividing by n, of rows as they are stored: without their scale. Computed in float64,
 * in time n D² / 2.
 *
 * @throws RangeError where numbers are not finite; the signal's reason if it is aborted
 */
export function rowMoments(rows: RowSource, options: ReadOptions = {}): Promise<Moments> {
  return rows.dtype === 'uint8' ? ofBytes(rows, options) : ofFloats(rows, options)
}

/**
 * Σ x and Σ x xᵀ are whole numbers, and so is n Σ x xᵀ - Σ x Σ xᵀ. Up to 370 000 rows they are below 2⁵³,
 * so nothing is rounded before the division by n².
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

/** The mean is subtracted first, so that the products are not differences of large numbers. */
async function ofFloats(rows: RowSource, options: ReadOptions): Promise<Moments> {
  const { count, dimension } = rows
  const pass = passesOver(rows, 2, options)
  const mean = await columnMeans(pass, rows)
  const products = columnProducts(dimension)
  await pass((values) => addRows(products, values, mean))
  return { mean, covariance: symmetricProducts(products, (product) => product / count) }
}

/** Images are often mostly zeros; leaving these out of the products does not change the sums. */
function addBytes(products: ColumnProducts, bytes: RowValues): void {
  let zeros = 0
  for (const value of bytes) if (value === 0) zeros++
  if (zeros > bytes.length / 2) addSparseRows(products, bytes)
  else addRows(products, bytes)
}
