import type { Split } from './dataset.ts'

/** The whole numbers from `start` (included) to `end` (excluded). */
export const wholeNumbers = (start: number, end: number): Int32Array =>
  Int32Array.from({ length: end - start }, (_, i) => start + i)

/** `count` indices evenly spread over 0 … `total` - 1, or all of them. */
export function evenly(total: number, count: number): number[] {
  const chosen = Math.min(total, count)
  return Array.from({ length: chosen }, (_, i) => Math.floor((i * total) / chosen))
}

/**
 * Indices within a split of `count` of its rows, evenly spread in the order of the store, or of all rows: the
 * same examples in the same order, whatever the order of the split.
 */
export function evenIndices({ rows }: Split, count: number): number[] {
  const byRow = Array.from(rows.keys()).sort((a, b) => rows[a]! - rows[b]!)
  return evenly(rows.length, count).map((i) => byRow[i]!)
}
