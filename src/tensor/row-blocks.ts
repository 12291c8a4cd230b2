import type { RowValues } from './row-source.ts'

/** Four rows. */
export type RowBlock = readonly [Float64Array, Float64Array, Float64Array, Float64Array]

/**
 * Calls `visit` with rows of `width` numbers, four at a time, minus the mean where it is given: a product
 * with four rows makes more use of what it loads from memory. The last block is filled up with zero rows,
 * and every row with zeros up to `length`. The arrays are reused between calls.
 */
export function inBlocks(
  values: RowValues,
  width: number,
  mean: Float64Array | undefined,
  visit: (block: RowBlock) => void,
  length = width,
): void {
  const block = [0, 1, 2, 3].map(() => new Float64Array(length)) as unknown as RowBlock
  for (let start = 0; start < values.length; start += 4 * width) {
    for (const [i, row] of block.entries()) {
      const from = start + i * width
      if (from >= values.length) row.fill(0)
      else for (let p = 0; p < width; p++) row[p] = values[from + p]! - (mean ? mean[p]! : 0)
    }
    visit(block)
  }
}
