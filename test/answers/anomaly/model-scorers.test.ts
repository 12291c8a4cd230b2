import { inverse, LuDecomposition } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { baselineScorers } from '../../../src/answers/anomaly/baseline-scorers.ts'
import { boundScorer } from '../../../src/answers/anomaly/bound-scorer.ts'
import { distanceScorer } from '../../../src/answers/anomaly/distance-scorer.ts'
import type { ExplainedScores } from '../../../src/answers/anomaly/example-scorer.ts'
import { reconstructionScorer } from '../../../src/answers/anomaly/reconstruction-scorer.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { oneFactorModel, posteriorMean } from '../imputation/one-factor.ts'
import { linearFactors } from './linear-factors.ts'

const rowsOf = (values: ArrayLike<number>, width: number) =>
  hostTensor('float32', [values.length / width, width], Float32Array.from(values))

/** The largest difference between a score and what adds up to it, as a share of the score. */
function missingShare({ scores, shares, code }: ExplainedScores): number {
  const width = shares.shape[1]!
  return Math.max(
    ...Array.from(scores, (score, i) => {
      const own = shares.data.subarray(i * width, (i + 1) * width)
      const sum = own.reduce((a, b) => a + b, code?.[i] ?? 0)
      return Math.abs(sum - score) / Math.abs(score)
    }),
  )
}

describe('minus the bound', () => {
  const factors = linearFactors(2, 5, 0.5)
  const values = factors.sample(40, 3)
  values[7] = 4

  it('is -log p(x), which linear factors have in closed form', async () => {
    const scorer = boundScorer(factors.trained, { seed: 0, samples: 4000 })
    const scores = await scorer.scores({ values: rowsOf(values, 5) })
    const precision = inverse(factors.covariance)
    const logDet = Math.log(new LuDecomposition(factors.covariance).determinant)
    scores.forEach((score, i) => {
      const x = Array.from(values.subarray(i * 5, i * 5 + 5))
      const square = x.reduce(
        (sum, a, r) => sum + x.reduce((inner, b, c) => inner + a * b * precision.get(r, c), 0),
        0,
      )
      const exact = 0.5 * (square + logDet + 5 * Math.log(2 * Math.PI))
      expect(Math.abs(score - exact)).toBeLessThan(0.02 + 0.01 * Math.abs(exact))
    })
    expect(scorer.unit).toBe('nats')
  })

  it('has shares that are the expectations of -log p(x_c|z) under the posterior', async () => {
    const trained = oneFactorModel()
    const cells = [0.4, Number.NaN, -0.3, 3, 1, 2, 0]
    const scorer = boundScorer(trained, { seed: 1, samples: 20_000 })
    const { shares, code, scores } = await scorer.explained({ values: rowsOf(cells, 7) })
    const normal = (cell: number, weight: number, bias: number, scale: number) =>
      posteriorMean(
        cells,
        (z) =>
          0.5 * ((cell - weight * z - bias) / 0.6) ** 2 +
          Math.log(0.6 * scale * Math.sqrt(2 * Math.PI)),
      )
    expect(shares.data[0]).toBeCloseTo(normal(0.4, 1.2, 0.1, 2), 1)
    expect(shares.data[1]).toBe(0) // missing
    expect(shares.data[2]).toBeCloseTo(normal(Math.fround(-0.3), 0.8, 0, 1), 1)
    const yes = posteriorMean(cells, (z) => Math.log(1 + Math.exp(-(2 * z + 0.4))))
    expect(shares.data[4]).toBeCloseTo(yes, 2)
    const sum = shares.data.reduce((a, b) => a + b, 0)
    expect(code![0]).toBeCloseTo(scores[0]! - sum, 9)
  })

  it('has shares that add up where the density of a row is as good as 0', async () => {
    const far = values.slice(0, 5)
    far[2] = 1e6
    const found = await boundScorer(factors.trained, { seed: 0 }).explained({
      values: rowsOf(far, 5),
    })
    const [score, sum] = [found.scores[0]!, found.shares.data.reduce((a, b) => a + b)]
    expect(sum / score).toBeGreaterThan(0.8)
    expect(sum / score).toBeLessThan(1.001) // and not 64, where each of the 64 codes has weight 1
    expect(found.code![0]).toBeCloseTo(score - sum, -3)
  })

  it('has shares that add up however far a value is, also where float32 gives several codes the same weight', async () => {
    const distances = [10, 1e3, 1e4, 1e6, 1e7, 1e8, 1e10]
    const rows = distances.flatMap((x) => [...values.slice(0, 2), x, ...values.slice(3, 5)])
    for (const seed of [0, 1]) {
      const found = await boundScorer(factors.trained, { seed }).explained({
        values: rowsOf(rows, 5),
      })
      distances.forEach((_, i) => {
        const sum = found.shares.data.subarray(5 * i, 5 * i + 5).reduce((a, b) => a + b)
        expect(sum / found.scores[i]!).toBeGreaterThan(0.95)
        expect(sum / found.scores[i]!).toBeLessThan(1.001)
      })
    }
  })

  it('does not depend on what it is asked with', async () => {
    const scorer = boundScorer(factors.trained, { seed: 0 })
    const all = await scorer.explained({ values: rowsOf(values, 5) })
    const last = await scorer.explained({ values: rowsOf(values.subarray(190), 5) })
    expect(last.scores[1]).toBeCloseTo(all.scores[39]!, 5)
    expect(last.shares.data[9]).toBeCloseTo(all.shares.data[199]!, 5)
    const others = boundScorer(factors.trained, { seed: 1 })
    const otherwise = await others.scores({ values: rowsOf(values, 5) })
    expect(otherwise[39]).not.toBeCloseTo(all.scores[39]!, 5)
  })
})

describe('a value of 1e38', () => {
  const trained = oneFactorModel([4, 16])
  const row = [0.4, 1, -0.3, 3, 1, 2, 0]
  const odd = rowsOf([1e38, 1, -0.3, 3, 1, 2, 0], 7)
  const train = rowsOf(
    Array.from({ length: 12 }, (_, i) => row.map((v, c) => (c < 3 ? v + i / 9 : v))).flat(),
    7,
  )

  it('has finite scores and shares by every score and baseline, and is the reason', async () => {
    const scorers = [
      boundScorer(trained, { seed: 0 }),
      reconstructionScorer(trained),
      await distanceScorer(trained, { values: train }),
      ...Object.values(await baselineScorers(trained, train, 0)),
    ]
    for (const scorer of scorers) {
      const { scores, shares } = await scorer.explained({ values: odd })
      expect(Number.isFinite(scores[0])).toBe(true)
      expect(shares.data.every(Number.isFinite)).toBe(true)
      if (scorer.unit !== 'splits')
        // a tree ends soon
        expect(shares.data.indexOf(Math.max(...shares.data))).toBe(0)
    }
  })
})

describe('the squared error', () => {
  it('is that of the reconstruction, column by column, and leaves gaps out', async () => {
    const trained = oneFactorModel()
    const cells = [0.4, 1, Number.NaN, 3, 1, 2, 0]
    const { scores, shares } = await reconstructionScorer(trained).explained({
      values: rowsOf(cells, 7),
    })
    const z = 0.5 * 0.4 + 0.3 // its mean code
    expect(shares.data[0]).toBeCloseTo((0.4 - (1.2 * z + 0.1)) ** 2, 5)
    expect(shares.data[1]).toBeCloseTo((1 - (-z + 0.2)) ** 2, 5)
    expect(shares.data[2]).toBe(0)
    expect(shares.data[4]).toBe(0) // yes, as it is restored
    expect(scores[0]).toBeCloseTo(
      shares.data.reduce((a, b) => a + b),
      9,
    )
  })
})

describe('the distance', () => {
  it('is the mean to the five nearest training rows, of reconstructions and residuals', async () => {
    const { trained, weights, sigma, sample } = linearFactors(2, 5, 0.5)
    const [train, rows] = [sample(30, 1), sample(3, 2)]
    const scorer = await distanceScorer(trained, { values: rowsOf(train, 5) })
    const { scores, shares } = await scorer.explained({ values: rowsOf(rows, 5) })
    // The projection (W W' + σ² I)⁻¹ once more, by hand: two factors.
    const gram = weights.mmul(weights.transpose())
    const [a, b, d] = [gram.get(0, 0) + sigma ** 2, gram.get(0, 1), gram.get(1, 1) + sigma ** 2]
    const seen = (x: Float32Array) => {
      const [p, q] = [0, 1].map((k) => x.reduce((sum, v, c) => sum + v * weights.get(k, c), 0))
      const z = [(d * p! - b * q!) / (a * d - b * b), (a * q! - b * p!) / (a * d - b * b)]
      const restored = Array.from(
        x,
        (_, c) => z[0]! * weights.get(0, c) + z[1]! * weights.get(1, c),
      )
      return [...restored, ...Array.from(x, (v, c) => v - restored[c]!)]
    }
    const references = Array.from({ length: 30 }, (_, i) => seen(train.subarray(i * 5, i * 5 + 5)))
    for (let i = 0; i < 3; i++) {
      const own = seen(rows.subarray(i * 5, i * 5 + 5))
      const nearest = references
        .map((other) => ({ other, d: Math.hypot(...own.map((v, f) => v - other[f]!)) }))
        .sort((one, two) => one.d - two.d)
        .slice(0, 5)
      expect(scores[i]).toBeCloseTo(
        nearest.reduce((sum, { d }) => sum + d / 5, 0),
        5,
      )
      for (let c = 0; c < 5; c++) {
        const share = nearest.reduce(
          (sum, { other, d }) =>
            sum + ((own[c]! - other[c]!) ** 2 + (own[c + 5]! - other[c + 5]!) ** 2) / d / 5,
          0,
        )
        expect(shares.data[i * 5 + c]).toBeCloseTo(share, 5)
      }
    }
  })
})

describe('the largest share', () => {
  it('is that of a cell that was moved by five standard deviations', async () => {
    const width = 20
    const { trained, covariance, sample } = linearFactors(4, width, 0.3)
    const training = { values: rowsOf(sample(500, 1), width) }
    const rows = sample(400, 2)
    const moved = Array.from({ length: 400 }, (_, i) => i % width)
    moved.forEach((column, i) => {
      rows[i * width + column]! += 5 * Math.sqrt(covariance.get(column, column)) * (i % 3 ? 1 : -1)
    })
    const scorers = {
      distance: await distanceScorer(trained, training),
      bound: boundScorer(trained, { seed: 0 }),
      reconstruction: reconstructionScorer(trained),
      ...(await baselineScorers(trained, training.values, 0)),
    }
    for (const [name, scorer] of Object.entries(scorers)) {
      const found = await scorer.explained({ values: rowsOf(rows, width) })
      expect(missingShare(found), name).toBeLessThan(1e-9)
      const named = moved.filter((column, i) => {
        const own = found.shares.data.subarray(i * width, (i + 1) * width)
        return own.indexOf(Math.max(...own, found.code?.[i] ?? -Infinity)) === column
      })
      if (['distance', 'bound', 'reconstruction'].includes(name))
        expect(named.length / 400, name).toBeGreaterThanOrEqual(0.95)
    }
  })
})
