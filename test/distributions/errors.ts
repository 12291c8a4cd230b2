import { expect } from 'vitest'

/** The largest difference from what is expected, relative to numbers above 1. */
export function largestError(found: readonly number[], expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length)
  const errors = found.map(
    (x, i) => Math.abs(x - expected[i]!) / Math.max(1, Math.abs(expected[i]!)),
  )
  return Math.max(...errors)
}
