import { describe, expect, it } from 'vitest'
import {
  calibrationError,
  coverage,
  reliability,
} from '../../../src/reproduce/maximum-likelihood/calibration.ts'
import { experimentNamed } from '../../../src/reproduce/registry.ts'
import { stream } from '../../../src/tensor/random.ts'

const COUNT = 40_000

const random = stream(1, 'calibration')

const truth = Float64Array.from({ length: COUNT }, () => random.uniform())

const values = truth.map((p) => (random.uniform() < p ? 1 : 0))

const residuals = truth.map(() => random.normal())

const { expects } = experimentNamed('output-is-a-distribution').settings.small

const worst = (predicted: ArrayLike<number>) =>
  Math.max(...reliability(predicted, values).map((bin) => Math.abs(bin.predicted - bin.observed)))

describe('reliability', () => {
  it('puts every value into the bin of its predicted probability', () => {
    const bins = reliability([0, 0.05, 0.5, 1], [0, 1, 1, 1])
    expect(bins).toEqual([
      { count: 2, predicted: 0.025, observed: 0.5 },
      { count: 1, predicted: 0.5, observed: 1 },
      { count: 1, predicted: 1, observed: 1 },
    ])
    // (2 · 0.475 + 0.5 + 0) / 4
    expect(calibrationError(bins)).toBeCloseTo(0.3625, 12)
  })

  it('finds true probabilities calibrated, and bolder or meeker ones not', () => {
    expect(expects.error!.holds(calibrationError(reliability(truth, values)))).toBe(true)
    expect(expects.worst!.holds(worst(truth))).toBe(true)
    for (const temperature of [0.5, 2]) {
      const predicted = truth.map((p) => 1 / (1 + ((1 - p) / p) ** (1 / temperature)))
      expect(expects.error!.holds(calibrationError(reliability(predicted, values)))).toBe(false)
      expect(expects.worst!.holds(worst(predicted))).toBe(false)
    }
  })
})

describe('coverage of intervals', () => {
  it('is as predicted for normal residuals', () => {
    for (const level of [0.1, 0.5, 0.9] as const) {
      const error = Math.sqrt((level * (1 - level)) / COUNT)
      expect(Math.abs(coverage(residuals, level) - level)).toBeLessThan(4 * error)
    }
    expect(expects.half!.holds(coverage(residuals, 0.5))).toBe(true)
    expect(expects.most!.holds(coverage(residuals, 0.9))).toBe(true)
  })

  it('is refused where σ is a tenth too small or too large', () => {
    for (const factor of [0.9, 1.1]) {
      const wrong = residuals.map((r) => r * factor)
      expect(expects.half!.holds(coverage(wrong, 0.5))).toBe(false)
      expect(expects.most!.holds(coverage(wrong, 0.9))).toBe(false)
    }
  })
})
