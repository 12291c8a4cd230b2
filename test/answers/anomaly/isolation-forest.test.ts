import { describe, expect, it } from 'vitest'
import {
  forestScorer,
  isolationForest,
  isolationScore,
} from '../../../src/answers/anomaly/isolation-forest.ts'
import { averagePath } from '../../../src/answers/anomaly/isolation-trees.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { expectSharesToAddUp, rowsOf } from './rows.ts'

/** c(4) of the paper. */
const C4 = 2 * (Math.log(3) + 0.5772156649015329) - 1.5

/**
 * Two trees of four rows. The first splits column 1 at 0.5, and the rows above it by column 0 at 2, two to the left; the
 * second is a leaf.
 */
const byHand = forestScorer(
  {
    sample: 4,
    depth: 2,
    roots: Int32Array.of(0, 5),
    columns: Int32Array.of(1, 0, 0, 0, 0, 0),
    thresholds: Float64Array.of(0.5, Infinity, 2, Infinity, Infinity, Infinity),
    left: Int32Array.of(1, 1, 3, 3, 4, 5),
    paths: Float64Array.of(C4, 1, 1 + averagePath(3), 2 + 1, 2, C4),
  },
  2,
)

const clustered = (seed: number, odd: readonly number[]) => {
  const { normal } = stream(seed, 'rows')
  const values = Float32Array.from({ length: 600 * 3 }, normal)
  values.set(odd, 300)
  return hostTensor('float32', [600, 3], values)
}

describe('an isolation forest', () => {
  const three = rowsOf([9, 0.5], [1, 0.6], [3, 0.6])

  it('scores by the splits saved: average path minus mean path, a value at the threshold going left', async () => {
    const scores = await byHand.scores(three)
    expect(scores[0]).toBeCloseTo(C4 - (1 + C4) / 2, 12)
    expect(scores[1]).toBeCloseTo(C4 - (3 + C4) / 2, 12)
    expect(scores[2]).toBeCloseTo(C4 - (2 + C4) / 2, 12)
    expect(byHand.unit).toBe('splits')
  })

  it('gives a column what its splits save of the path to expect', async () => {
    const { data } = await byHand.shares(three)
    const second = [(1 + averagePath(3) - 3) / 2, (C4 - 1 - averagePath(3)) / 2]
    const third = [(1 + averagePath(3) - 2) / 2, second[1]!]
    for (const [at, share] of [0, (C4 - 1) / 2, ...second, ...third].entries())
      expect(data[at]).toBeCloseTo(share, 12)
  })

  it('has the score of the paper as a function of its own', () => {
    expect(isolationScore(0, 256)).toBe(0.5)
    expect(isolationScore(averagePath(256), 256)).toBe(1)
    expect(isolationScore(averagePath(256) - 7, 256)).toBeCloseTo(2 ** (-7 / 10.24477092), 8)
  })

  it('saves what three rows on a line save on average over the trees', async () => {
    // The first split isolates 10 with probability 0.9, and 0 otherwise; the next, the two others.
    const rows = rowsOf([0], [1], [10])
    const scores = await isolationForest(rows, { seed: 5, trees: 20_000 }).scores(rows)
    for (const [i, path] of [1.9, 2, 1.1].entries())
      expect(Math.abs(scores[i]! - (averagePath(3) - path))).toBeLessThan(0.0085) // 4 σ
  })

  it.each([0, 1, 2])('scores a row far away in all columns highest (seed %i)', async (seed) => {
    const rows = clustered(seed, [9, -9, 9])
    const scores = await isolationForest(rows, { seed }).scores(rows)
    expect(scores.indexOf(Math.max(...scores))).toBe(100)
    expect(isolationScore(scores[100]!, 256)).toBeGreaterThan(0.75)
    const others = scores.filter((_, i) => i !== 100).reduce((sum, score) => sum + score, 0) / 599
    expect(isolationScore(others, 256)).toBeLessThan(0.5)
  })

  it.each([0, 1, 2])(
    'gives column %i the largest share where that one is far away',
    async (column) => {
      const odd = [0.1, 0.1, 0.1].with(column, -7)
      const forest = isolationForest(clustered(1, odd), { seed: column })
      const { data } = await forest.shares(rowsOf(odd))
      const [score] = await forest.scores(rowsOf(odd))
      expect(data[column]).toBeGreaterThan(0.8 * score!)
      expect(isolationScore(score!, 256)).toBeGreaterThan(0.55)
    },
  )

  it('has shares that add up to the scores', async () => {
    const forest = isolationForest(clustered(3, []), { seed: 1 })
    await expectSharesToAddUp(forest, clustered(4, [5, 5, 5]))
  })

  it('is a function of the seed, and scores a row alone as among others', async () => {
    const rows = clustered(1, [])
    const scores = await isolationForest(rows, { seed: 1 }).scores(rows)
    const again = isolationForest(rows, { seed: 1 })
    expect(await again.scores(rows)).toEqual(scores)
    for (let i = 590; i < 600; i++) {
      const alone = rowsOf([...rows.data.subarray(3 * i, 3 * i + 3)])
      expect((await again.scores(alone))[0]).toBe(scores[i])
    }
    expect(await isolationForest(rows, { seed: 2 }).scores(rows)).not.toEqual(scores)
  })

  it('is refused rows that it cannot be grown on or score', async () => {
    expect(() => isolationForest(rowsOf([1, 2]), { seed: 1 })).toThrow(
      'rows: expected 2 training rows or more of 1 column or more, got [1, 2]',
    )
    const rows = rowsOf([1, 2], [3, Number.NaN])
    expect(() => isolationForest(rows, { seed: 1 })).toThrow('row 1, column 1')
    expect(() => isolationForest(three, { seed: 0.5 })).toThrow('seed')
    expect(() => isolationForest(three, { seed: 1, sample: 1 })).toThrow('sample')
    expect(() => isolationForest(three, { seed: 1, trees: 0 })).toThrow('trees')
    await expect(byHand.scores(rowsOf([1, 2, 3]))).rejects.toThrow(
      'rows: expected 2 columns, as in the training rows, got 3',
    )
    const stop = AbortSignal.abort(new Error('enough'))
    await expect(byHand.scores(three, { signal: stop })).rejects.toThrow('enough')
  })
})
