import { describe, expect, it } from 'vitest'
import {
  categorySet,
  categoryShares,
  drawInterval,
  effectiveSamples,
  normalisedWeights,
  resampled,
} from '../../../src/answers/imputation/multiple.ts'
import { stream } from '../../../src/tensor/random.ts'

/**
 * p(z) = N(0, 1), p(x_d|z) = N(w_d z + m_d, σ²): the last value is missing. Given the others, z is N(mean, 1 /
 * precision) and the last value N(w mean + m, w² / precision + σ²).
 */
const model = { w: [1.1, -0.6, 1.4], m: [0.5, -1, 3], sigma: 0.5 }
const precision = 1 + (model.w[0]! ** 2 + model.w[1]! ** 2) / model.sigma ** 2
const deviation = Math.sqrt(1 / precision)
const missingDeviation = Math.sqrt((model.w[2]! * deviation) ** 2 + model.sigma ** 2)

const meanOfCode = (x: readonly number[]) =>
  [0, 1].reduce((sum, d) => sum + model.w[d]! * (x[d]! - model.m[d]!), 0) /
  model.sigma ** 2 /
  precision

const logNormal = (x: number, mean: number, sigma: number) =>
  -0.5 * ((x - mean) / sigma) ** 2 - Math.log(sigma * Math.sqrt(2 * Math.PI))

/** q(z|x) is off by 0.5 standard deviations, and 1.3 times as wide as the posterior. */
const [SHIFT, WIDTH] = [0.5, 1.3]

/** K draws of q(z|x) and their log-weights. */
function sampled(x: readonly number[], count: number, normal: () => number) {
  const [mean, sigma] = [meanOfCode(x) + SHIFT * deviation, WIDTH * deviation]
  const z = Float64Array.from({ length: count }, () => mean + sigma * normal())
  const logWeights = z.map((code) => {
    const observed = [0, 1].reduce(
      (sum, d) => sum + logNormal(x[d]!, model.w[d]! * code + model.m[d]!, model.sigma),
      0,
    )
    return observed + logNormal(code, 0, 1) - logNormal(code, mean, sigma)
  })
  return { z, logWeights }
}

const average = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length

describe('importance weights', () => {
  const x = [1.7, -0.2]
  const { z, logWeights } = sampled(x, 40_000, stream(3, 'codes').normal)

  it('make the moments of q(z|x) those of the posterior', () => {
    const weights = normalisedWeights(logWeights)
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    const expectation = (of: (code: number) => number) =>
      weights.reduce((sum, weight, k) => sum + weight * of(z[k]!), 0)
    const mean = expectation((code) => code)
    expect(Math.abs(mean - meanOfCode(x)) / deviation).toBeLessThan(0.03)
    const variance = expectation((code) => (code - mean) ** 2)
    expect(Math.abs(variance * precision - 1)).toBeLessThan(0.05)
  })

  it('are worth as many equal ones as the widths and means of both say', () => {
    // E w = 1 and E w² = s² / √(2s² - 1) exp(δ² / (2s² - 1)), in standard deviations of the posterior.
    const excess = 2 * WIDTH ** 2 - 1
    const square = (WIDTH ** 2 / Math.sqrt(excess)) * Math.exp(SHIFT ** 2 / excess)
    expect(effectiveSamples(logWeights) / logWeights.length / (1 / square)).toBeCloseTo(1, 1.5)
    expect(effectiveSamples([-900, -900, -900, Number.NEGATIVE_INFINITY])).toBeCloseTo(3, 12)
  })

  it('neither overflow nor vanish', () => {
    const [a, b, c] = normalisedWeights([5000, 5000 + Math.log(3), Number.NEGATIVE_INFINITY])
    expect(a).toBeCloseTo(0.25, 12)
    expect(b).toBeCloseTo(0.75, 12)
    expect(c).toBe(0)
  })

  it('are refused where they are none', () => {
    const none = Number.NEGATIVE_INFINITY
    expect(() => normalisedWeights([none, none])).toThrow(
      'log-weights: all 2 weights are 0; expected one that is not',
    )
    expect(() => normalisedWeights([0, Number.NaN])).toThrow(
      'log-weights: expected numbers or -Infinity, got NaN',
    )
    expect(() => normalisedWeights([0, Infinity])).toThrow('got Infinity')
  })
})

describe('imputations of a linear Gaussian model', () => {
  const [ROWS, SAMPLES, DRAWS] = [3000, 150, 20]
  const { normal } = stream(5, 'rows')
  const drawn = Array.from({ length: ROWS }, () => {
    const code = normal()
    const x = model.w.map((w, d) => w * code + model.m[d]! + model.sigma * normal())
    const { z, logWeights } = sampled(x, SAMPLES, normal)
    return { x, z, logWeights }
  })
  const logWeights = Float64Array.from(drawn.flatMap((row) => Array.from(row.logWeights)))
  const indices = resampled(logWeights, SAMPLES, { seed: 7, draws: DRAWS })
  const rows = drawn.map(({ x, z }, row) => ({
    truth: x[2]!,
    mean: model.w[2]! * meanOfCode(x) + model.m[2]!,
    draws: Array.from(
      indices.subarray(row * DRAWS, (row + 1) * DRAWS),
      (k) => model.w[2]! * z[k]! + model.m[2]! + model.sigma * normal(),
    ),
  }))

  it('have the mean and the variance of the missing value, in every place', () => {
    for (const place of [0, 7, DRAWS - 1]) {
      const residuals = rows.map(({ draws, mean }) => (draws[place]! - mean) / missingDeviation)
      expect(Math.abs(average(residuals))).toBeLessThan(4 / Math.sqrt(ROWS))
      expect(Math.abs(average(residuals.map((r) => r * r)) - 1)).toBeLessThan(
        4 * Math.sqrt(2 / ROWS),
      )
    }
  })

  it.each([0.5, 0.8, 0.9])(
    'have intervals that hold the true value as often as they say: %d',
    (level) => {
      const held = rows.map(({ draws, truth }) => {
        const interval = drawInterval(draws, level)
        expect(interval.level).toBe(level)
        return Number(interval.low <= truth && truth <= interval.high)
      })
      expect(Math.abs(average(held) - level)).toBeLessThan(
        3 * Math.sqrt((level * (1 - level)) / ROWS),
      )
    },
  )
})

describe('resampling', () => {
  const weights = [0.5, 0.23, 0.27, 0]
  const logs = weights.map(Math.log)

  it('draws each as often as its weight says, rounded down or up', () => {
    const draws = 7
    const many = 3000
    const all = resampled(Array.from({ length: many }, () => logs).flat(), 4, { seed: 1, draws })
    for (const [k, weight] of weights.entries()) {
      const counts = Array.from(
        { length: many },
        (_, row) => all.subarray(row * draws, (row + 1) * draws).filter((one) => one === k).length,
      )
      expect(Math.min(...counts)).toBe(Math.floor(draws * weight))
      expect(Math.max(...counts)).toBe(Math.ceil(draws * weight))
      expect(Math.abs(average(counts) / draws - weight)).toBeLessThan(0.005)
      // Each draw alone follows the weights.
      for (const place of [0, 3, 6]) {
        const own = Array.from({ length: many }, (_, row) => Number(all[row * draws + place] === k))
        expect(Math.abs(average(own) - weight)).toBeLessThan(0.03)
      }
    }
  })

  it('depends on the seed and the number of the row alone', () => {
    const rows = Array.from({ length: 9 }, (_, row) => logs.map((log) => log * (1 + row / 9)))
    const all = resampled(rows.flat(), 4, { seed: 11, draws: 5 })
    const part = resampled(rows.slice(4, 7).flat(), 4, { seed: 11, draws: 5, firstRow: 4 })
    expect(part).toEqual(all.subarray(20, 35))
    expect(resampled(rows.flat(), 4, { seed: 11, draws: 5 })).toEqual(all)
    expect(resampled(rows.flat(), 4, { seed: 12, draws: 5 })).not.toEqual(all)
  })

  it('refuses what are no rows', () => {
    expect(() => resampled([0, 0, 0], 2, { seed: 1, draws: 3 })).toThrow(
      'log-weights: expected whole rows of 2, got 3 numbers',
    )
    expect(() => resampled([0, 0, 0, Number.NaN], 2, { seed: 1, draws: 3, firstRow: 7 })).toThrow(
      'log-weights of row 9: expected numbers or -Infinity, got NaN',
    )
    expect(() => resampled([0, 0], 2, { seed: 1, draws: 0 })).toThrow(
      'draws: expected a whole number from 1, got 0',
    )
    expect(() => resampled([0, 0], 0, { seed: 1, draws: 1 })).toThrow('samples: expected')
    expect(() => resampled([0, 0], 2, { seed: 0.5, draws: 1 })).toThrow('seed: expected')
    expect(() => resampled([0, 0], 2, { seed: 1, draws: 1, firstRow: -1 })).toThrow('firstRow')
  })
})

describe('the interval of draws', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => n - i)

  it('has its bounds at the ranks p (M + 1)', () => {
    for (const [draws, first, last] of [
      [39, 2, 38],
      [20, 1.05, 19.95],
    ] as const) {
      const { low, high } = drawInterval(upTo(draws))
      expect(low).toBeCloseTo(first, 12)
      expect(high).toBeCloseTo(last, 12)
    }
    expect(drawInterval(upTo(3), 0.5)).toEqual({ low: 1, high: 3, level: 0.5 })
  })

  it('is that of all draws where these are few, with a level of its own', () => {
    expect(drawInterval(upTo(9))).toEqual({ low: 1, high: 9, level: 0.8 })
    expect(drawInterval([4, 2], 0.9)).toEqual({ low: 2, high: 4, level: 1 / 3 })
  })

  it('is refused where there is none', () => {
    expect(() => drawInterval([1])).toThrow('draws: an interval needs 2 or more, got 1')
    expect(() => drawInterval([1, Number.NaN])).toThrow('draws: expected finite numbers, got NaN')
    expect(() => drawInterval([1, 2], 90)).toThrow(
      'level: expected a number between 0 and 1, got 90',
    )
  })
})

describe('the set of categories', () => {
  it('is the smallest that holds the share, the most frequent first', () => {
    expect(categorySet([0.06, 0.55, 0.39])).toEqual([1, 2])
    expect(categorySet([0.06, 0.55, 0.39], 0.5)).toEqual([1])
    expect(categorySet([0.06, 0.55, 0.39], 0.95)).toEqual([1, 2, 0])
    expect(categorySet([0.25, 0.25, 0.25, 0.25], 0.5)).toEqual([0, 1])
  })

  it('counts nine draws in ten as 90 %', () => {
    const shares = categoryShares([2, 2, 2, 0, 2, 2, 2, 2, 2, 2], 3)
    expect(shares[2]).toBeCloseTo(0.9, 12)
    expect(categorySet(shares)).toEqual([2])
  })

  it('is refused of what are no shares', () => {
    expect(() => categorySet([0.5, 0.4])).toThrow(
      'shares: expected shares of categories, 1 in sum, got a sum of 0.9',
    )
    expect(() => categorySet([0.5, 0.5], 1)).toThrow('level: expected')
    expect(() => categoryShares([0, 3], 3)).toThrow(
      'draws[1]: expected a whole number from 0 to 2, got 3',
    )
  })
})
