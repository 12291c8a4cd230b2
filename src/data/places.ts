import type { Split } from './dataset.ts'

/** `count` places evenly spread over `total`, from 0 on, or all of them. */
export function evenly(total: number, count: number): number[] {
  const chosen = Math.min(total, count)
  return Array.from({ length: chosen }, (_, i) => Math.floor((i * total) / chosen))
}

/**
 * Places within a split of `count` of its rows, evenly spread over them in the order of the store, or of all
 * of them: the same examples, one after the other, whatever the order of the split.
 */
export function evenPlaces({ rows }: Split, count: number): number[] {
  const byRow = Array.from(rows.keys()).sort((a, b) => rows[a]! - rows[b]!)
  return evenly(rows.length, count).map((i) => byRow[i]!)
}
