import { describe, expect, it } from 'vitest'
import { principalResidual } from '../../../src/answers/anomaly/principal-residual.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { expectSharesToAddUp, rowsOf } from './rows.ts'

/** Variances 8, 1.5 and 0.5 along columns 1, 2 and 0, about (1, 0, 2). */
const axes = (() => {
  const [a, b, c] = [Math.sqrt(24), Math.sqrt(4.5), Math.sqrt(1.5)]
  return rowsOf(
    ...[
      [0, a, 0],
      [0, -a, 0],
      [0, 0, b],
      [0, 0, -b],
      [c, 0, 0],
      [-c, 0, 0],
    ].map(([x, y, z]) => [1 + x!, y!, 2 + z!]),
  )
})()

describe('the residual of PCA', () => {
  it.each([
    [undefined, 2],
    [0.94, 2],
    [0.96, 2], // all three, but for the one that is left out
    [0.81, 2],
    [0.79, 1],
  ])('has the fewest components that keep a share %s of the variance: %i', async (kept, count) => {
    expect((await principalResidual(axes, { kept })).components).toBe(count)
  })

  it('is the squared distance from the subspace through the mean; of a column, its own square', async () => {
    const rows = rowsOf([3, 7, 5], [1, 0, 2])
    const two = await principalResidual(axes)
    const one = await principalResidual(axes, { kept: 0.5 })
    for (const [scorer, expected] of [
      [two, [4, 0, 0]],
      [one, [4, 0, 9]],
    ] as const) {
      const { data } = await scorer.shares(rows)
      for (let c = 0; c < 3; c++) {
        expect(data[c]).toBeCloseTo(expected[c]!, 12)
        expect(data[3 + c]).toBeCloseTo(0, 12)
      }
      expect((await scorer.scores(rows))[0]).toBeCloseTo(expected[0] + expected[2], 12)
    }
    expect(two.unit).toBe('squared distance')
  })

  it('of the training rows is the variance that the components leave', async () => {
    const scores = await (await principalResidual(axes)).scores(axes)
    expect(scores.reduce((sum, score) => sum + score, 0) / 6).toBeCloseTo(0.5, 12)
  })

  it('has shares that add up to the scores', async () => {
    const { normal } = stream(1, 'rows')
    const values = Float32Array.from(
      { length: 80 * 5 },
      (_, at) => (at % 5 === 0 ? 4 : 1) * normal(),
    )
    const rows = hostTensor('float32', [80, 5], values)
    await expectSharesToAddUp(await principalResidual(rows), rows)
  })

  it('is the squared distance from the mean of one column, and of rows that are all equal', async () => {
    const one = await principalResidual(rowsOf([1], [3]))
    expect(one.components).toBe(0)
    expect([...(await one.scores(rowsOf([2], [5])))]).toEqual([0, 9])
    const same = await principalResidual(rowsOf([1, 2], [1, 2]))
    expect(same.components).toBe(0)
    expect([...(await same.scores(rowsOf([2, 4])))]).toEqual([5])
  })

  it('is refused other shares, rows of another width and numbers that are not finite', async () => {
    await expect(principalResidual(axes, { kept: 1 })).rejects.toThrow(
      'kept: expected a share between 0 and 1, got 1',
    )
    await expect(principalResidual(rowsOf([1, Infinity]))).rejects.toThrow('row 0, column 1')
    await expect((await principalResidual(axes)).scores(rowsOf([1, 2]))).rejects.toThrow(
      'expected 3 columns, as in the training rows, got 2',
    )
  })
})
