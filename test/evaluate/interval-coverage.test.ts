import { describe, expect, it } from 'vitest'
import { auroc } from '../../src/evaluate/anomaly/auroc.ts'
import { averagePrecisionOf } from '../../src/evaluate/anomaly/average-precision.ts'
import { logitBootstrap, percentileBootstrap } from '../../src/evaluate/statistics/bootstrap.ts'
import {
  aurocInterval,
  type Interval,
  logMeanExp,
  meanInterval,
  monteCarloInterval,
  pairedInterval,
  proportionInterval,
} from '../../src/evaluate/statistics/intervals.ts'
import { type Stream, stream } from '../../src/tensor/random.ts'

const REPETITIONS = 2000

/** Share of repetitions, each with random numbers of its own, whose interval holds the truth. */
function coverage(
  truth: number | (() => number),
  interval: (random: Stream, repetition: number) => Interval,
): number {
  let held = 0
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const { low, high } = interval(stream(0, 'coverage', repetition), repetition)
    const value = typeof truth === 'number' ? truth : truth()
    if (low <= value && value <= high) held++
  }
  return held / REPETITIONS
}

function expectCoverage(...given: Parameters<typeof coverage>): void {
  const held = coverage(...given)
  expect(held).toBeGreaterThanOrEqual(0.935)
  expect(held).toBeLessThanOrEqual(0.965)
}

/** Chances of 0 to n successes. */
function binomial(n: number, chance: number): Float64Array {
  const logs = new Float64Array(n + 1)
  logs[0] = n * Math.log(1 - chance)
  for (let count = 1; count <= n; count++)
    logs[count] = logs[count - 1]! + Math.log(((n - count + 1) * chance) / (count * (1 - chance)))
  return logs.map(Math.exp)
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

  it.each([20, 100, 1000])('of a proportion, of %i with a chance from 0.5 to 0.98', (n) => {
    let chance = 0
    const truth = () => chance
    expectCoverage(truth, ({ uniform }) => {
      chance = 0.5 + 0.48 * uniform()
      const successes = times(n, uniform).filter((u) => u < chance).length
      return proportionInterval(successes, n)
    })
  })

  it('of a proportion, of 1000 with any one chance, by the binomial distribution', () => {
    // A count is whole, so for one chance the coverage swings about 95 %, by less the larger n is.
    const intervals = Array.from({ length: 1001 }, (_, count) => proportionInterval(count, 1000))
    for (let chance = 0.5; chance < 0.9801; chance += 0.005) {
      const held = binomial(1000, chance).reduce((sum, probability, count) => {
        const { low, high } = intervals[count]!
        return low <= chance && chance <= high ? sum + probability : sum
      }, 0)
      expect(held, `chance ${chance}`).toBeGreaterThan(0.94)
      expect(held, `chance ${chance}`).toBeLessThan(0.96)
    }
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

  it('of the median of 101 skewed values, by percentiles of a bootstrap', () => {
    expectCoverage(Math.log(2), ({ uniform }, seed) => {
      const rising = times(101, () => -Math.log(uniform())).sort((a, b) => a - b)
      const median = (indices: Int32Array) => rising[indices.sort()[50]!]!
      return percentileBootstrap(101, median, { seed, resamples: 199 })
    })
  })

  it('of an average precision of 400 examples, by a bootstrap on the logit scale', () => {
    // ∫ P dR of N(1.5, 1) against N(0, 1), 30 % of the former.
    expectCoverage(0.7353091490304544, ({ normal, uniform }, seed) => {
      const labels = times(400, () => Number(uniform() < 0.3))
      const scores = labels.map((label) => normal() + 1.5 * label)
      return logitBootstrap(400, averagePrecisionOf(scores, labels), { seed, resamples: 199 })
    })
  })
})
