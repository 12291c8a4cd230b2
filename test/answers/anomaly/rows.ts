import { expect } from 'vitest'
import type { RowScorer } from '../../../src/answers/anomaly/row-scorer.ts'
import { type AnyFloats, hostTensor } from '../../../src/tensor/host.ts'

/** Rows as an array `[n, D]` of float64. */
export const rowsOf = (...rows: readonly (readonly number[])[]) =>
  hostTensor('float64', [rows.length, rows[0]!.length], Float64Array.from(rows.flat()))

/** Fails unless the shares of each row add up to its score, to 1e-6 of it. */
export async function expectSharesToAddUp(scorer: RowScorer, rows: AnyFloats): Promise<void> {
  const scores = await scorer.scores(rows)
  const { shape, data } = await scorer.shares(rows)
  expect(shape).toEqual(rows.shape)
  expect(scores).toHaveLength(rows.shape[0]!)
  for (const [row, score] of scores.entries()) {
    const shares = data.subarray(row * scorer.width, (row + 1) * scorer.width)
    const sum = shares.reduce((total, share) => total + share, 0)
    expect(Math.abs(sum - score), `row ${row}`).toBeLessThanOrEqual(1e-6 * Math.abs(score))
  }
}
