import { inBlocks, type RowBlock } from './row-blocks.ts'
import type { RowValues } from './row-source.ts'

/** XᵀX of rows X `[n, width]`, added up piece by piece. */
export interface ColumnProducts {
  readonly width: number
  /** Σ x_p x_q at `p · stride + q` for p ≤ q. Values below the diagonal are meaningless. */
  readonly sums: Float64Array
  /** The width, rounded up to an even number. */
  readonly stride: number
}

/** No rows yet. */
export function columnProducts(width: number): ColumnProducts {
  const stride = width + (width % 2)
  return { width, stride, sums: new Float64Array(stride * stride) }
}

/** The sums, each mapped by `value`, as a symmetric matrix `[width, width]`. */
export function symmetricProducts(
  { width, stride, sums }: ColumnProducts,
  value: (sum: number, p: number, q: number) => number = (sum) => sum,
): Float64Array {
  const matrix = new Float64Array(width * width)
  for (let p = 0; p < width; p++)
    for (let q = p; q < width; q++)
      matrix[p * width + q] = matrix[q * width + p] = value(sums[p * stride + q]!, p, q)
  return matrix
}

/** Adds the products of rows, after subtracting `mean` where it is given. */
export function addRows(
  { width, stride, sums }: ColumnProducts,
  rows: RowValues,
  mean?: Float64Array,
): void {
  const add = ([a, b, c, d]: RowBlock): void => {
    for (let p = 0; p < stride; p += 2) {
      const [a0, b0, c0, d0] = [a[p]!, b[p]!, c[p]!, d[p]!]
      const [a1, b1, c1, d1] = [a[p + 1]!, b[p + 1]!, c[p + 1]!, d[p + 1]!]
      const [first, second] = [p * stride, (p + 1) * stride]
      for (let q = p; q < stride; q++) {
        const aq = a[q]!
        const bq = b[q]!
        const cq = c[q]!
        const dq = d[q]!
        sums[first + q]! += a0 * aq + b0 * bq + c0 * cq + d0 * dq
        sums[second + q]! += a1 * aq + b1 * bq + c1 * cq + d1 * dq
      }
    }
  }
  inBlocks(rows, width, mean, add, stride)
}

/** Adds the products of rows that are mostly zeros: only the other numbers are multiplied. */
export function addSparseRows({ width, stride, sums }: ColumnProducts, rows: RowValues): void {
  const indices = new Int32Array(width)
  const values = new Float64Array(width)
  for (let row = 0; row < rows.length; row += width) {
    let used = 0
    for (let p = 0; p < width; p++) {
      const value = rows[row + p]!
      if (value === 0) continue
      indices[used] = p
      values[used++] = value
    }
    for (let j = 0; j < used; j++) {
      const value = values[j]!
      const start = indices[j]! * stride
      for (let k = j; k < used; k++) sums[start + indices[k]!]! += value * values[k]!
    }
  }
}
