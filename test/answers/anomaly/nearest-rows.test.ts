import { describe, expect, it } from 'vitest'
import { nearestRows } from '../../../src/answers/anomaly/nearest-rows.ts'
import { referenceRuntime as runtime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { expectSharesToAddUp, rowsOf } from './rows.ts'

const random = (seed: number, count: number) => {
  const { normal } = stream(seed, 'rows')
  return hostTensor('float64', [count, 3], Float64Array.from({ length: count * 3 }, normal))
}

describe('the distance to the nearest rows', () => {
  it('is the mean over the k nearest, not of their squares', async () => {
    const scorer = nearestRows(runtime, rowsOf([0, 0], [3, 4], [0, 10], [99, 99]), { k: 3 })
    const scores = await scorer.scores(rowsOf([0, 0], [3, 0]))
    expect(scores[0]).toBeCloseTo((0 + 5 + 10) / 3, 12)
    expect(scores[1]).toBeCloseTo((3 + 4 + Math.sqrt(109)) / 3, 12)
    expect(scorer.unit).toBe('distance')
  })

  it('is split between the columns in proportion to their squared differences', async () => {
    const scorer = nearestRows(runtime, rowsOf([0, 0], [3, 4], [0, 10], [99, 99]), { k: 3 })
    const { data } = await scorer.shares(rowsOf([0, 0], [3, 0]))
    const far = Math.sqrt(109)
    const expected = [9 / 5 / 3, (16 / 5 + 10) / 3, (3 + 9 / far) / 3, (4 + 100 / far) / 3]
    for (const [at, share] of expected.entries()) expect(data[at]).toBeCloseTo(share, 12)
  })

  it('is over five rows unless k is given, and has shares that add up to it', async () => {
    const [train, test] = [random(1, 60), random(2, 20)]
    const scorer = nearestRows(runtime, train)
    const scores = await scorer.scores(test)
    for (const [i, score] of scores.entries()) {
      const distances = Array.from({ length: 60 }, (_, j) =>
        Math.hypot(...[0, 1, 2].map((c) => test.data[3 * i + c]! - train.data[3 * j + c]!)),
      ).sort((a, b) => a - b)
      expect(score).toBeCloseTo(distances.slice(0, 5).reduce((a, b) => a + b, 0) / 5, 6)
    }
    await expectSharesToAddUp(scorer, test)
    await expectSharesToAddUp(scorer, train)
  })

  it('is that of each row where there are too many for one search, whose progress it reports', async () => {
    const count = 2 ** 15 + 3
    const queries = rowsOf(...Array.from({ length: count }, (_, i) => [i]))
    const scorer = nearestRows(runtime, rowsOf([-1], [-3]), { k: 2 })
    const shares: number[] = []
    const scores = await scorer.scores(queries, { onProgress: (share) => shares.push(share) })
    const expected = Float64Array.from({ length: count }, (_, i) => i + 2)
    expect(scores).toEqual(expected)
    expect((await scorer.shares(queries)).data).toEqual(expected)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.at(-1)).toBe(1)
    const stop = AbortSignal.abort(new Error('enough'))
    await expect(scorer.scores(queries, { signal: stop })).rejects.toThrow('enough')
  })

  it('is refused fewer than k training rows, and rows of another width', async () => {
    expect(() => nearestRows(runtime, random(1, 4))).toThrow(
      'rows: expected 5 training rows or more of 1 column or more, got [4, 3]',
    )
    expect(() => nearestRows(runtime, random(1, 4), { k: 0 })).toThrow('k: expected a whole number')
    const scorer = nearestRows(runtime, random(1, 5))
    await expect(scorer.scores(rowsOf([1, 2]))).rejects.toThrow('expected 3 columns')
    await expect(scorer.shares(rowsOf([1, 2]))).rejects.toThrow('expected 3 columns')
  })
})
