import { describe, expect, it } from 'vitest'
import {
  componentLogDensities,
  gaussianMixture,
  mixtureDraws,
} from '../../../src/evaluate/generation/gaussian-mixture.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'

/** Two Gaussians of the plane: 30 % at (-2, 0), wide in x; 70 % at (2, 1), tilted. */
const TRUTH = [
  { weight: 0.3, mean: Float64Array.of(-2, 0), factor: Float64Array.of(1, 0, 0, 0.3) },
  { weight: 0.7, mean: Float64Array.of(2, 1), factor: Float64Array.of(0.5, 0, 0.4, 0.2) },
]

const draws = (count: number, seed: number) =>
  mixtureDraws({ components: TRUTH, history: [] }, count, seed)

const logDensity = (components: typeof TRUTH, row: ArrayLike<number>) =>
  Math.log(componentLogDensities(components, row).reduce((sum, log) => sum + Math.exp(log), 0))

const meanLogDensity = (components: typeof TRUTH, { data }: ReturnType<typeof draws>) => {
  let sum = 0
  for (let i = 0; i < data.length; i += 2) sum += logDensity(components, data.subarray(i, i + 2))
  return (2 * sum) / data.length
}

describe('a mixture of Gaussians', () => {
  it('of one component has the mean and the covariance of the rows', async () => {
    const { normal } = stream(0, 'rows')
    const n = 50
    const rows = Float64Array.from({ length: 3 * n }, (_, at) => normal() * (1 + (at % 3)) + at)
    const x = hostTensor('float64', [n, 3], rows)
    const { components } = await gaussianMixture(x, { components: 1, seed: 0 })
    const [{ weight, mean, factor }] = components as [(typeof components)[number]]
    expect(weight).toBeCloseTo(1, 12)
    const column = (p: number) => Array.from({ length: n }, (_, i) => rows[3 * i + p]!)
    const average = (values: number[]) => values.reduce((a, b) => a + b) / n
    for (let p = 0; p < 3; p++) {
      expect(mean[p]).toBeCloseTo(average(column(p)), 9)
      for (let q = 0; q < 3; q++) {
        const products = column(p).map(
          (value, i) => (value - average(column(p))) * (column(q)[i]! - average(column(q))),
        )
        let covariance = 0
        for (let r = 0; r < 3; r++) covariance += factor[3 * p + r]! * factor[3 * q + r]!
        // The floor adds a millionth of the mean variance to the diagonal.
        expect(covariance / average(products)).toBeCloseTo(1, 5)
      }
    }
  })

  it('has the density of its normal distributions', () => {
    // At (2, 1), the mean of the second: 0.7 / (2π · 0.5 · 0.2), and the first far away.
    const [, second] = componentLogDensities(TRUTH, [2, 1])
    expect(second).toBeCloseTo(Math.log(0.7 / (2 * Math.PI * 0.1)), 12)
    // C⁻¹ (0.5, 0.6) = (1, 1): a distance of √2.
    const [, moved] = componentLogDensities(TRUTH, [2.5, 1.6])
    expect(second! - moved!).toBeCloseTo(1, 12)
  })

  it('rises with every iteration, to more than the truth has on the same rows', async () => {
    const x = draws(2000, 1)
    const { components, history } = await gaussianMixture(x, {
      components: 2,
      seed: 0,
      tolerance: 1e-8,
    })
    for (const [i, value] of history.slice(1).entries())
      expect(value).toBeGreaterThan(history[i]! - 1e-9)
    const reached = meanLogDensity(components as typeof TRUTH, x)
    expect(reached).toBeGreaterThan(meanLogDensity(TRUTH, x))
    // By half the number of its parameters in all (Wilks), 5 and 6 of them: 5.5 ± some.
    expect((reached - meanLogDensity(TRUTH, x)) * 2000).toBeLessThan(20)
  })

  it('finds the parts that rows were drawn from', async () => {
    const { components } = await gaussianMixture(draws(4000, 2), { components: 2, seed: 3 })
    const [first, second] = [...components].sort((a, b) => a.weight - b.weight)
    expect(first!.weight).toBeCloseTo(0.3, 1)
    for (const [found, truth] of [
      [first!, TRUTH[0]!],
      [second!, TRUTH[1]!],
    ] as const) {
      // Standard errors of means are below 1 / √1200, those of the factors about as large.
      found.mean.forEach((value, p) => {
        expect(Math.abs(value - truth.mean[p]!)).toBeLessThan(0.12)
      })
      found.factor.forEach((value, p) => {
        expect(Math.abs(value - truth.factor[p]!)).toBeLessThan(0.1)
      })
    }
  })

  it('draws with its weights, means and covariances', () => {
    const { data } = draws(40_000, 4)
    const right = Array.from({ length: 40_000 }, (_, i) => i).filter((i) => data[2 * i]! > 0.4)
    // The parts overlap by 1 %.
    expect(right.length / 40_000).toBeCloseTo(0.7, 1)
    const mean = (axis: number) =>
      right.reduce((sum, i) => sum + data[2 * i + axis]!, 0) / right.length
    expect(Math.abs(mean(0) - 2)).toBeLessThan(0.05)
    expect(Math.abs(mean(1) - 1)).toBeLessThan(0.05)
  })

  it('needs as many rows as components', async () => {
    await expect(gaussianMixture(draws(3, 0), { components: 4, seed: 0 })).rejects.toThrow(
      RangeError,
    )
  })
})
