import { describe, expect, it } from 'vitest'
import { weightSums } from '../../../src/evaluate/likelihood/log-weights.ts'

function summary(logWeights: readonly number[]) {
  const sums = weightSums()
  for (const value of logWeights) sums.add(value)
  return sums.summary()
}

describe('sums of log-weights', () => {
  it('are those of the weights 1, 2, 4, 8 by hand', () => {
    const found = summary([1, 2, 4, 8].map(Math.log))
    expect(found.logMean).toBeCloseTo(Math.log(15 / 4), 14)
    expect(found.mean).toBeCloseTo(1.5 * Math.LN2, 14)
    // Deviations of the logarithms are ±1.5 and ±0.5 times log 2: Σ squares = 5 log² 2.
    expect(found.meanError).toBeCloseTo(Math.LN2 * Math.sqrt(5 / 3 / 4), 14)
    expect(found.effectiveSamples).toBeCloseTo(225 / 85, 13)
    // The weights' variance is (85 - 4 · 3.75²) / 3 = 115/12.
    expect(found.logMeanError).toBeCloseTo(Math.sqrt(115 / 12 / 4) / 3.75, 13)
  })

  it('are moved by whatever the logarithms are moved by, also out of the range of weights', () => {
    const logWeights = [-3, 0.5, 2, -1, 2.25]
    const here = summary(logWeights)
    for (const far of [-5000, 5000]) {
      const there = summary(logWeights.map((value) => value + far))
      expect(there.logMean - far).toBeCloseTo(here.logMean, 9)
      expect(there.logMeanError).toBeCloseTo(here.logMeanError, 9)
      expect(there.effectiveSamples).toBeCloseTo(here.effectiveSamples, 9)
    }
  })

  it('count a weight of zero', () => {
    const found = summary([Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY, 0])
    expect(found.logMean).toBeCloseTo(-Math.LN2, 14)
    expect(found.mean).toBe(Number.NEGATIVE_INFINITY)
    expect(found.effectiveSamples).toBe(2)
    expect(summary([Number.NEGATIVE_INFINITY]).logMean).toBe(Number.NEGATIVE_INFINITY)
  })
})
