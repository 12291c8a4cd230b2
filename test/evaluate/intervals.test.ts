import { describe, expect, it } from 'vitest'
import { auroc } from '../../src/evaluate/anomaly/auroc.ts'
import { logitBootstrap, percentileBootstrap } from '../../src/evaluate/statistics/bootstrap.ts'
import { criticalNormal, criticalStudent } from '../../src/evaluate/statistics/critical-values.ts'
import {
  aurocDifferenceInterval,
  aurocInterval,
  logMeanExp,
  meanInterval,
  monteCarloInterval,
  pairedInterval,
  proportionInterval,
} from '../../src/evaluate/statistics/intervals.ts'
import { floats, golden, meanOf } from './scikit-learn.ts'

describe('critical values', () => {
  it.each(golden.quantiles.normal)(
    'of the normal distribution at %f are those of SciPy',
    (level, z) => {
      expect(Math.abs(criticalNormal(level) / z - 1)).toBeLessThan(1e-12)
    },
  )

  it("of Student's t are those of SciPy to 1e-10, for 1 to 59 999 degrees of freedom", () => {
    for (const [level, degrees, t] of golden.quantiles.student)
      expect(
        Math.abs(criticalStudent(level, degrees) / t - 1),
        `level ${level}, ${degrees} degrees`,
      ).toBeLessThan(1e-10)
  })

  it('are refused for impossible levels and degrees', () => {
    expect(() => criticalNormal(1)).toThrow(RangeError)
    expect(() => criticalStudent(0, 3)).toThrow(RangeError)
    expect(() => criticalStudent(0.95, 0)).toThrow('got 0')
    expect(() => criticalStudent(0.95, 2.5)).toThrow(RangeError)
  })
})

describe('intervals', () => {
  it('of a mean are those of SciPy', () => {
    const { values, low, high } = golden.means
    const found = meanInterval(floats(values).data)
    expect(found.low).toBeCloseTo(low, 12)
    expect(found.high).toBeCloseTo(high, 12)
    expect(found.estimate).toBeCloseTo(meanOf(floats(values).data), 12)
    expect(() => meanInterval([1])).toThrow('got 1')
  })

  it.each(golden.proportions)(
    'of %i in %i at level %f are those of SciPy',
    (successes, count, level, low, high) => {
      const found = proportionInterval(successes, count, level)
      expect(found.low).toBeCloseTo(low, 12)
      expect(found.high).toBeCloseTo(high, 12)
    },
  )

  it('of a proportion are refused where more succeed than there are', () => {
    expect(() => proportionInterval(3, 2)).toThrow(RangeError)
    expect(() => proportionInterval(0, 0)).toThrow(RangeError)
  })

  it('of a paired difference do not see what is common to both', () => {
    const common = [1000, -500, 0, 333, 12]
    const a = common.map((c, i) => c + i)
    const expected = meanInterval([0, 1, 2, 3, 4])
    const found = pairedInterval(a, common)
    expect(found.low).toBeCloseTo(expected.low, 10)
    expect(found.high).toBeCloseTo(expected.high, 10)
    expect(() => pairedInterval([1, 2], [1, 2, 3])).toThrow(RangeError)
  })

  it('of a difference of AUROCs have the degrees of freedom of the rarer kind', () => {
    const measured = { difference: 0.1, standardError: 0.02, anomalies: 5, normals: 100 }
    const { low, high } = aurocDifferenceInterval(measured)
    // Student's t for 4 degrees of freedom.
    expect(low).toBeCloseTo(0.1 - 2.7764451051977987 * 0.02, 12)
    expect(high).toBeCloseTo(0.1 + 2.7764451051977987 * 0.02, 12)
    const one = { difference: 0.1, standardError: Number.NaN, anomalies: 1, normals: 100 }
    expect(aurocDifferenceInterval(one)).toMatchObject({ low: -1, high: 1, estimate: 0.1 })
  })

  it('of an AUROC are even on the logit scale, and turn over with the scores', () => {
    const [scores, labels] = [
      [1, 5, 2, 8, 3, 9, 4, 7],
      [0, 0, 0, 1, 0, 1, 1, 0],
    ]
    const measured = auroc(scores, labels)
    const { low, high, estimate } = aurocInterval(measured)
    const logit = (a: number) => Math.log(a / (1 - a))
    expect(logit(high) - logit(estimate)).toBeCloseTo(logit(estimate) - logit(low), 10)
    const { area, standardError } = measured
    const slope = (1.959963984540054 * standardError) / (area * (1 - area))
    expect(logit(high) - logit(estimate)).toBeCloseTo(slope, 10)
    const turned = aurocInterval(
      auroc(
        scores.map((s) => -s),
        labels,
      ),
    )
    expect([turned.low, turned.high]).toEqual([
      expect.closeTo(1 - high, 12),
      expect.closeTo(1 - low, 12),
    ])
  })

  it('of an AUROC of 1 leave room for less, the less room the more examples', () => {
    const perfect = (m: number, n: number) =>
      aurocInterval({ area: 1, standardError: 0, anomalies: m, normals: n })
    expect(perfect(10, 10).high).toBe(1)
    expect(perfect(10, 10).low).toBeGreaterThan(0.7)
    expect(perfect(10, 10).low).toBeLessThan(0.9)
    expect(perfect(100, 100).low).toBeGreaterThan(0.95)
    const reversed = aurocInterval({ area: 0, standardError: 0, anomalies: 10, normals: 10 })
    expect([reversed.low, reversed.high]).toEqual([0, expect.closeTo(1 - perfect(10, 10).low, 10)])
    // One anomaly, and so no error to be had: next to nothing is known.
    const one = aurocInterval(auroc([1, 2, 3, 4], [0, 1, 0, 0]))
    expect(one.low).toBeLessThan(0.1)
    expect(one.high).toBeGreaterThan(0.8)
  })

  it('of Monte Carlo are those of a mean of independent errors', () => {
    const { estimate, low, high } = monteCarloInterval([1, 2, 6], [0.3, 0.4, 1.2])
    expect(estimate).toBe(3)
    expect(high - 3).toBeCloseTo((1.959963984540054 * 1.3) / 3, 12)
    expect(3 - low).toBeCloseTo(high - 3, 12)
    expect(() => monteCarloInterval([1], [])).toThrow(RangeError)
  })

  it('of the log of a mean of weights do not depend on their size', () => {
    const weights = [1, 2, 3, 6]
    const found = logMeanExp(weights.map((w) => Math.log(w) - 5000))
    expect(found.estimate).toBeCloseTo(Math.log(3) - 5000, 10)
    // Σ (w - 3)² = 14, over 3 and 4 is the variance of the mean.
    expect(found.standardError).toBeCloseTo(Math.sqrt(14 / 12) / 3, 10)
    expect(() => logMeanExp([0])).toThrow('got 1')
  })

  it('of a bootstrap are order statistics of a function of the seed', () => {
    const values = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    const mean = (indices: Int32Array) => meanOf(Array.from(indices, (i) => values[i]!))
    const one = percentileBootstrap(10, mean, { seed: 1 })
    expect(one).toEqual(percentileBootstrap(10, mean, { seed: 1 }))
    expect(one).not.toEqual(percentileBootstrap(10, mean, { seed: 2 }))
    expect(one.estimate).toBe(12.9)
    // The mean of n draws has the variance Σ (x - mean)² / n², and is near enough to normal.
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - 12.9) ** 2, 0)) / 10
    expect(one.low).toBeCloseTo(12.9 - 1.96 * deviation, 0)
    expect(one.high).toBeCloseTo(12.9 + 1.96 * deviation, 0)
    const narrow = percentileBootstrap(10, mean, { seed: 1, level: 0.5 })
    expect(narrow.high - narrow.low).toBeLessThan(0.4 * (one.high - one.low))
  })

  it('of a bootstrap draw again where a draw has no value, and give up where most have none', () => {
    const rare = (indices: Int32Array) => (indices.includes(0) ? 1 : Number.NaN)
    expect(percentileBootstrap(10, rare, { seed: 1, resamples: 99 })).toMatchObject({
      low: 1,
      high: 1,
    })
    const never = () => Number.NaN
    expect(() => percentileBootstrap(10, never, { seed: 1 })).toThrow('not finite')
    expect(() => percentileBootstrap(0, () => 1, { seed: 1 })).toThrow(RangeError)
  })

  it('of a bootstrap on the logit scale are the percentiles mirrored at the estimate', () => {
    const hits = Array.from({ length: 40 }, (_, i) => Number(i % 4 === 0))
    const share = (indices: Int32Array) => meanOf(Array.from(indices, (i) => hits[i]!))
    const percentiles = percentileBootstrap(40, share, { seed: 3 })
    const mirrored = logitBootstrap(40, share, { seed: 3 })
    const logit = (s: number) => Math.log(s / (1 - s))
    expect(mirrored.estimate).toBe(0.25)
    expect(logit(mirrored.low) + logit(percentiles.high)).toBeCloseTo(2 * logit(0.25), 10)
    expect(logit(mirrored.high) + logit(percentiles.low)).toBeCloseTo(2 * logit(0.25), 10)
  })

  it('of a bootstrap on the logit scale say nothing where nothing varies, and refuse what is no share', () => {
    expect(logitBootstrap(9, () => 1, { seed: 1 })).toMatchObject({ estimate: 1, low: 0, high: 1 })
    const often = (indices: Int32Array) => (indices[0] === 0 && indices[1] === 1 ? 0.9 : 1)
    expect(logitBootstrap(9, often, { seed: 1 })).toMatchObject({ estimate: 0.9, low: 0 })
    expect(() => logitBootstrap(9, () => 1.5, { seed: 1 })).toThrow('got 1.5')
  })
})
