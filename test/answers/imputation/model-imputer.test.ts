import { beforeAll, describe, expect, it } from 'vitest'
import { importanceResampling } from '../../../src/answers/imputation/importance-resampling.ts'
import {
  fewCodes,
  fewCodesRemark,
  type ImputationOptions,
  type ImputedGaps,
  modelImputer,
  requireImputer,
} from '../../../src/answers/imputation/model-imputer.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import type { UserError } from '../../../src/tensor/errors.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { build } from '../../../src/train/build.ts'
import {
  bias,
  columns,
  oneFactorModel,
  posteriorMean,
  probability,
  SIGMA,
  weight,
} from './one-factor.ts'

const nan = Number.NaN
const model = oneFactorModel()
const width = columns.length

const array = (rows: readonly (readonly number[])[]) =>
  hostTensor('float32', [rows.length, width], Float32Array.from(rows.flat()))

async function imputed(
  rows: readonly (readonly number[])[],
  options: Partial<ImputationOptions> = {},
  numbers?: readonly number[],
) {
  const settings = {
    seed: 1,
    method: 'resampling',
    samples: 1000,
    importanceSamples: 20_000,
    ...options,
  } as const
  const imputer = await modelImputer(model, settings)
  try {
    return await imputer.impute(array(rows), numbers && { numbers })
  } finally {
    await imputer.close()
  }
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length
const variance = (values: ArrayLike<number>) => {
  const centre = mean(values)
  return mean(Array.from(values, (value) => (value - centre) ** 2))
}

/** Cells: a 1 above its mean in standard deviations; all others but one are gaps. */
const row = [1, nan, nan, nan, nan, nan, nan]
const outputMean = (cells: readonly number[], c: number) =>
  posteriorMean(cells, (code) => weight[c]! * code + bias[c]!)

describe('a gap filled by a model with one factor, against p(x_m|x_o) by quadrature', () => {
  let filled: ImputedGaps
  beforeAll(async () => {
    filled = await imputed([row])
  })

  it('has the conditional mean and variance of a Gaussian column, in closed form', () => {
    // p(z|a) = N(w (a - b) / (w² + σ²), σ² / (w² + σ²)); c = 0.8 z + noise
    const s = weight[0]! ** 2 + SIGMA ** 2
    const code = { mean: (weight[0]! * (1 - bias[0]!)) / s, variance: SIGMA ** 2 / s }
    const expected = {
      mean: weight[2]! * code.mean + bias[2]!,
      variance: weight[2]! ** 2 * code.variance + SIGMA ** 2,
    }
    expect(outputMean(row, 2)).toBeCloseTo(expected.mean, 6)
    const { cells } = filled
    const { value, draws, interval } = cells.find(({ column }) => column === 2)!
    expect(Math.abs(value - expected.mean)).toBeLessThan(0.015)
    expect(Math.abs(mean(draws) - expected.mean)).toBeLessThan(0.08)
    expect(variance(draws) / expected.variance).toBeGreaterThan(0.88)
    expect(variance(draws) / expected.variance).toBeLessThan(1.12)
    const sigma = Math.sqrt(expected.variance)
    expect(Math.abs(interval!.low - (expected.mean - 1.645 * sigma))).toBeLessThan(0.16)
    expect(Math.abs(interval!.high - (expected.mean + 1.645 * sigma))).toBeLessThan(0.16)
    expect(interval!.level).toBe(0.9)
  })

  it('is in the units of the file: the mean of a positive column, not its median', async () => {
    const { cells } = filled
    const log = (code: number) => 1 + 0.5 * (weight[1]! * code + bias[1]!)
    const expected = posteriorMean(row, (code) => Math.exp(log(code) + (0.5 * SIGMA) ** 2 / 2))
    const { value, draws } = cells.find(({ column }) => column === 1)!
    expect(Math.abs(value / expected - 1)).toBeLessThan(0.01)
    expect(Math.abs(mean(draws) / expected - 1)).toBeLessThan(0.06)
    expect(Math.min(...draws)).toBeGreaterThan(0)
  })

  it('has the probabilities of categories, the most probable one, and the median rank', async () => {
    const { cells } = filled
    for (const c of [4, 5, 6]) {
      const { value, probabilities, draws, set, interval } = cells.find(
        (cell) => cell.column === c,
      )!
      const expected = Array.from(probabilities!, (_, k) => probability(row, c, k))
      expected.forEach((p, k) => {
        expect(Math.abs(probabilities![k]! - p)).toBeLessThan(0.01)
        const share = draws.filter((draw) => draw === k).length / draws.length
        expect(Math.abs(share - p)).toBeLessThan(0.06)
      })
      if (c === 5) {
        const upTo = (rank: number) => expected.slice(0, rank + 1).reduce((a, b) => a + b)
        const ranks = [0.05, 0.5, 0.95].map((share) => [0, 1, 2, 3].find((k) => upTo(k) > share))
        expect([interval!.low, value, interval!.high]).toEqual(ranks)
        expect(ranks).toEqual([0, 3, 3])
      } else {
        expect(value).toBe(expected[1]! > 0.5 ? 1 : 0)
        expect(set![0]).toBe(value)
      }
    }
  })

  it('is a whole number in a column of counts, and so are its draws and bounds', async () => {
    const { cells } = filled
    const { value, draws, interval } = cells.find(({ column }) => column === 3)!
    const rate = posteriorMean(row, (code) => 4 * Math.exp(weight[3]! * code + bias[3]!))
    expect(value).toBe(Math.round(rate))
    expect(Math.abs(mean(draws) / rate - 1)).toBeLessThan(0.06)
    for (const one of [...draws, interval!.low, interval!.high])
      expect(Number.isInteger(one)).toBe(true)
  })

  it('follows all values of the row, not those of q alone', async () => {
    // q looks at the first column only; the weights bring in the others.
    const other = [nan, nan, -1.5, 1, 0, 0, nan]
    const { cells, effectiveSamples } = await imputed([other])
    const { value } = cells.find(({ column }) => column === 0)!
    expect(Math.abs(value - (10 + 2 * outputMean(other, 0)))).toBeLessThan(0.06)
    expect(effectiveSamples[0]).toBeGreaterThan(1000)
    expect(effectiveSamples[0]).toBeLessThan(15_000)
  })

  it('comes from the prior in a row without any value, and then all codes count', async () => {
    const empty = columns.map(() => nan)
    const { cells, effectiveSamples } = await imputed([empty])
    expect(cells).toHaveLength(width)
    expect(effectiveSamples[0]).toBeCloseTo(20_000, 0)
    const { value, draws } = cells[0]!
    expect(Math.abs(value - (10 + 2 * bias[0]!))).toBeLessThan(0.06)
    const total = 4 * (weight[0]! ** 2 + SIGMA ** 2)
    expect(Math.abs(variance(draws) / total - 1)).toBeLessThan(0.12)
  })

  it('is near the same by pseudo-Gibbs sampling, where q is near the posterior', async () => {
    const { cells, effectiveSamples } = await imputed([row], { method: 'gibbs', samples: 20 })
    const { value, draws } = cells.find(({ column }) => column === 2)!
    // q(z|a) = N(0.8, 0.9²), which does not see the other columns: c ~ N(0.64, 0.8² 0.9² + σ²).
    expect(Math.abs(value - weight[2]! * 0.8)).toBeLessThan(0.12)
    expect(draws).toHaveLength(20)
    expect(new Set(draws).size).toBe(20)
    expect(Number.isNaN(effectiveSamples[0]!)).toBe(true)
  })
})

describe('what fills a row', () => {
  it.each([
    { codes: 1000, draws: 200, rows: 8 },
    { codes: 3, draws: 200, rows: 40 },
    { codes: 3, draws: 1000, rows: 8 },
    { codes: 20_000, draws: 200, rows: 1 },
  ])('is decoded beside so many rows that 8192 codes are at once, or one row: %o', async (one) => {
    const predictor = await importanceResampling(model, { ...one, seed: 1 })
    expect(predictor.rows).toBe(one.rows)
    await predictor.close()
  })

  const rows = Array.from({ length: 11 }, (_, i) =>
    i === 4 ? [0, 0, 0, 1, 0, 1, 0] : [i / 5 - 1, nan, i % 2 ? nan : 0.3, nan, nan, i % 4, nan],
  )
  // Four rows are resampled in a call.
  const few = { samples: 3, importanceSamples: 2000 } as const

  it.each(['resampling', 'gibbs'] as const)(
    'does not depend on the rows beside it, but on its number: %s',
    async (method) => {
      const all = await imputed(rows, { ...few, method })
      const numbers = [9, 2, 4]
      const some = await imputed(
        numbers.map((row) => rows[row]!),
        { ...few, method },
        numbers,
      )
      const own = numbers.flatMap((row, i) =>
        all.cells.filter((cell) => cell.row === row).map((cell) => ({ ...cell, row: i })),
      )
      expect(some.cells).toEqual(own)
      const renumbered = await imputed([rows[9]!], { ...few, method }, [8])
      expect(renumbered.cells[0]!.draws).not.toEqual(some.cells[0]!.draws)
    },
  )

  it('leaves complete rows out', async () => {
    const { cells, effectiveSamples } = await imputed(rows, few)
    expect(cells.some(({ row }) => row === 4)).toBe(false)
    expect(effectiveSamples[4]).toBeNaN()
    expect(cells).toHaveLength(10 * 4 + 5)
  })

  it('depends on the seed', async () => {
    const [a, b] = await Promise.all([1, 2].map((seed) => imputed(rows, { ...few, seed })))
    expect(a!.cells[0]!.draws).not.toEqual(b!.cells[0]!.draws)
  })
})

describe('a model that cannot impute is refused', () => {
  const refusal = (name: string, own = {}) => {
    const { config } = modelNamed(name)
    const info = { exampleShape: [width], dimension: width, columns, ...own }
    try {
      requireImputer(build(modelNamed(name), config.parse({ latent: 2 }), info))
    } catch (error) {
      return error as UserError
    }
    return undefined
  }

  it.each(['ae', 'dae', 'pca', 'aae', 'wae'])('%s has no p(row)', (name) => {
    expect(refusal(name)?.commandLine).toBe(
      `${name} has no distribution over rows, which imputation needs: a posterior, a prior and a likelihood; train one that has, with --model vae`,
    )
  })

  it('and so is one of examples without columns, but not a vae of a table', () => {
    expect(refusal('vae', { columns: undefined })?.message).toBe(
      'vae was not trained on a table with columns, and only gaps of such tables can be imputed',
    )
    expect(refusal('vae')).toBeUndefined()
  })
})

describe('a remark on few codes', () => {
  it('counts the rows with gaps of which fewer codes count than draws are made', () => {
    const counts = Float64Array.of(nan, 19, 20, 500, 3)
    const settings = { samples: 20, importanceSamples: 1000 }
    expect(fewCodesRemark(fewCodes(counts, 20), settings)?.commandLine).toBe(
      '2 of 4 rows with gaps: fewer than 20 of 1000 codes count, so their draws are too alike; raise --importance-samples, or compare with --method gibbs',
    )
    expect(fewCodesRemark(fewCodes(Float64Array.of(nan, 20), 20), settings)).toBeUndefined()
    expect(fewCodes(counts, 20, { rows: 10, few: 1 })).toEqual({ rows: 14, few: 3 })
  })
})
