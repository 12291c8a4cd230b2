import { describe, expect, it } from 'vitest'
import { auroc } from '../../src/evaluate/anomaly/auroc.ts'
import { averagePrecisionOf } from '../../src/evaluate/anomaly/average-precision.ts'
import { bootstrapInterval } from '../../src/evaluate/bootstrap.ts'
import {
  aurocInterval,
  type Interval,
  logMeanExp,
  meanInterval,
  monteCarloInterval,
  pairedInterval,
  proportionInterval,
} from '../../src/evaluate/intervals.ts'
import { type Stream, stream } from '../../src/tensor/random.ts'

const REPETITIONS = 2000

/** Share of repetitions, each with random numbers of its own, whose interval holds the truth. */
function coverage(
  truth: number,
  interval: (random: Stream, repetition: number) => Interval,
): number {
  let held = 0
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const { low, high } = interval(stream(0, 'coverage', repetition), repetition)
    if (low <= truth && truth <= high) held++
  }
  return held / REPETITIONS
}

function expectCoverage(...given: Parameters<typeof coverage>): void {
  const held = coverage(...given)
  expect(held).toBeGreaterThanOrEqual(0.935)
  expect(held).toBeLessThanOrEqual(0.965)
}

const times = (n: number, value: () => number): number[] => Array.from({ length: n }, value)

describe('95 % intervals hold the truth in 93.5 to 96.5 % of 2000 repetitions', () => {
  it.each([5, 30, 1000])('of a mean of %i normal values', (n) => {
    expectCoverage(3, ({ normal }) => meanInterval(times(n, () => 3 + 2 * normal())))
  })

  it('of a mean of 200 skewed values, as negative log-likelihoods are (gamma of shape 2)', () => {
    expectCoverage(2, ({ uniform }) =>
      meanInterval(times(200, () => -Math.log(uniform() * uniform()))),
    )
  })

  it.each([
    [50, 0.5],
    [200, 0.9],
    [500, 0.97],
    [2000, 0.985],
  ])('of a proportion, of %i with a chance of %f', (n, chance) => {
    expectCoverage(chance, ({ uniform }) => {
      const successes = times(n, uniform).filter((u) => u < chance).length
      return proportionInterval(successes, n)
    })
  })

  it.each([10, 100])('of a paired difference, of %i examples', (n) => {
    expectCoverage(0.5, ({ normal }) => {
      const common = times(n, () => 10 * normal())
      return pairedInterval(
        common.map((c) => c + 0.5 + normal()),
        common.map((c) => c + normal()),
      )
    })
  })

  it.each([
    [30, 30, 0.7],
    [50, 150, 0.85],
    [100, 900, 0.95],
  ])('of an AUROC, of %i anomalies and %i normal examples with a true area of %f', (m, n, area) => {
    // N(δ, 1) against N(0, 1) has the area Φ(δ / √2).
    const apart = { 0.7: 0.7416143, 0.85: 1.4657382, 0.95: 2.3261743 }[area]!
    expectCoverage(area, ({ normal }) => {
      const scores = times(m + n, normal).map((score, i) => score + (i < m ? apart : 0))
      return aurocInterval(
        auroc(
          scores,
          scores.map((_, i) => i < m),
        ),
      )
    })
  })

  it.each([
    [1, 1000],
    [10, 200],
  ])('of Monte Carlo, examples: %i, weights of each: %i', (n, k) => {
    // E exp(σ ε) = exp(σ² / 2)
    const sigma = 0.5
    expectCoverage(sigma ** 2 / 2, ({ normal }) => {
      const estimates = Array.from({ length: n }, () =>
        logMeanExp(times(k, () => sigma * normal())),
      )
      return monteCarloInterval(
        estimates.map((e) => e.estimate),
        estimates.map((e) => e.standardError),
      )
    })
  })

  it('of an average precision by bootstrap, of 200 examples', () => {
    expectCoverage(AP_TRUTH, ({ normal, uniform }, seed) => {
      const labels = times(200, () => Number(uniform() < 0.3))
      const scores = labels.map((label) => normal() + 1.5 * label)
      return bootstrapInterval(200, averagePrecisionOf(scores, labels), { seed, resamples: 199 })
    })
  })
})

/** ∫ P dR of N(1.5, 1) against N(0, 1), 30 % of the former. */
const AP_TRUTH = 0.7353091490304544
