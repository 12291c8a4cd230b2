import { describe, expect, it } from 'vitest'
import {
  expectedValues,
  type QuestionedCell,
} from '../../../src/answers/anomaly/expected-values.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { tinyData, tinyRun } from '../../app/tiny-run.ts'
import {
  bias,
  columns,
  oneFactorModel,
  posteriorMean,
  probability,
  SIGMA,
  weight,
} from '../imputation/one-factor.ts'

const nan = Number.NaN
const cells = (...rows: readonly (readonly number[])[]) =>
  hostTensor('float32', [rows.length, rows[0]!.length], Float32Array.from(rows.flat()))

describe('what a model with one factor expects of a cell', () => {
  const model = oneFactorModel()
  const expected = (row: readonly number[], questioned: readonly QuestionedCell[]) =>
    expectedValues(
      model,
      cells(
        row.map(() => nan),
        row,
      ),
      questioned,
      { seed: 1 },
    )

  it('is the mean of p(x_c|x_a) with its interval of 90 %, whatever the cell itself is', async () => {
    // p(z|a) = N(w (a - b) / (w² + σ²), σ² / (w² + σ²)); c = 0.8 z + noise, a Gaussian column in its own units
    const s = weight[0]! ** 2 + SIGMA ** 2
    const mean = (weight[2]! * weight[0]! * (1 - bias[0]!)) / s + bias[2]!
    const deviation = Math.sqrt((weight[2]! * SIGMA) ** 2 / s + SIGMA ** 2)
    for (const value of [0, 50]) {
      const row = [1, nan, value, nan, nan, nan, nan]
      const [found] = await expected(row, [{ row: 1, column: 2 }])
      expect(Math.abs(found!.value - mean)).toBeLessThan(0.06)
      expect(Math.abs(found!.interval!.low - (mean - 1.645 * deviation))).toBeLessThan(0.25)
      expect(Math.abs(found!.interval!.high - (mean + 1.645 * deviation))).toBeLessThan(0.25)
      expect(found!.interval!.level).toBe(0.9)
    }
  })

  it('is in the units of the file', async () => {
    const row = [40, nan, 1, nan, nan, nan, nan]
    const [found] = await expected(row, [{ row: 1, column: 0 }])
    const code = posteriorMean([nan, nan, 1, nan, nan, nan, nan], (z) => z)
    const mean = 10 + 2 * (weight[0]! * code + bias[0]!)
    expect(Math.abs(found!.value - mean)).toBeLessThan(0.2)
  })

  it('is a category with its probability', async () => {
    const row = [1, nan, nan, nan, 0, nan, nan]
    const [a, yes] = await expected(row, [
      { row: 1, column: 0 },
      { row: 1, column: 4 },
    ])
    expect(a!.probability).toBeUndefined()
    expect(yes!.value).toBe(1)
    const known = probability([1, nan, nan, nan, nan, nan, nan], 4, 1)
    expect(Math.abs(yes!.probability! - known)).toBeLessThan(0.03)
  })

  it('has no interval where too few codes count', async () => {
    // q(z|x) = N(x_a / 2 + 0.3, 0.9²) lies far from the code that all others agree on.
    const row = [-20, nan, 12, nan, nan, nan, nan]
    const [found] = await expected(row, [{ row: 1, column: 1 }])
    expect(found!.interval).toBeUndefined()
    expect(Number.isFinite(found!.value)).toBe(true)
  })

  it('stops when it is told to', async () => {
    const signal = AbortSignal.abort(new Error('stopped'))
    const asked = expectedValues(model, cells(columns.map(() => 1)), [{ row: 0, column: 1 }], {
      seed: 1,
      signal,
    })
    await expect(asked).rejects.toThrow('stopped')
  })
})

describe('what principal components expect of a cell', () => {
  it('is where the other values alone would put it', async () => {
    const data = tinyData({ shape: [3] })
    // One component (2, 1, 2) / 3 around the mean (1, 0, 0).
    const run = tinyRun({
      data,
      options: { model: 'pca', latent: 1, batch: 4 },
      parameters: { mean: [1, 0, 0], components: [2 / 3, 1 / 3, 2 / 3] },
    })
    try {
      const [first, third] = await expectedValues(
        run,
        cells([9, 1, -7], [3, -5, 2]),
        [
          { row: 1, column: 1 },
          { row: 0, column: 2 },
        ],
        { seed: 0 },
      )
      // The code that fits the other two values best, in least squares, times the component's own entry.
      const code = (2 / 3) * (3 - 1) + (2 / 3) * 2
      expect(first!.value).toBeCloseTo(((1 / 3) * code) / (4 / 9 + 4 / 9), 3)
      expect(first!.interval).toBeUndefined()
      const other = (2 / 3) * (9 - 1) + (1 / 3) * 1
      expect(third!.value).toBeCloseTo(((2 / 3) * other) / (4 / 9 + 1 / 9), 3)
    } finally {
      await run.close()
    }
  })
})
