import { describe, expect, it } from 'vitest'
import { bernoulli } from '../../src/distributions/bernoulli.ts'
import { categorical } from '../../src/distributions/categorical.ts'
import type { Distribution, Noise } from '../../src/distributions/distribution.ts'
import { gaussian } from '../../src/distributions/gaussian.ts'
import { randomNormal, randomUniform } from '../../src/graph/random.ts'
import { constant, int64, type Tensor } from '../../src/graph/tensor.ts'
import { streamKey } from '../../src/tensor/random.ts'
import { moments, numbersOf, onnx } from '../train/onnx.ts'

const COUNT = 50_000

const noise: Noise = {
  normal: (shape) => randomNormal(int64(streamKey(0, 'normal')), int64(0n), shape),
  uniform: (shape) => randomUniform(int64(streamKey(0, 'uniform')), int64(0n), shape),
}

const repeated = (values: readonly number[]): Tensor =>
  constant(values, [1, values.length]).expand([COUNT, values.length])

/** The draws of each dimension, from ONNX Runtime. */
async function columns(distribution: Distribution, dimension: number): Promise<number[][]> {
  const all = await numbersOf(onnx(), distribution.sample(noise))
  expect(all).toHaveLength(COUNT * dimension)
  return Array.from({ length: dimension }, (_, d) => all.filter((_, i) => i % dimension === d))
}

/** Checks mean and variance within five standard errors. */
function expectMoments(sample: readonly number[], mean: number, variance: number, fourth: number) {
  const found = moments(sample)
  expect(Math.abs(found.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / COUNT))
  const error = Math.sqrt(Math.max(fourth - variance ** 2, 0) / COUNT)
  expect(Math.abs(found.variance - variance)).toBeLessThan(5 * error + 1e-3 * variance)
}

describe('samples', () => {
  it('of a Gaussian have its means and variances', async () => {
    const [mu, logVar] = [
      [1.5, -2],
      [-1, 1.2],
    ]
    const found = await columns(gaussian(repeated(mu), repeated(logVar)), 2)
    found.forEach((sample, d) => {
      const variance = Math.exp(logVar[d]!)
      expectMoments(sample, mu[d]!, variance, 3 * variance ** 2)
    })
  })

  it('of a Bernoulli are 0 and 1, in their proportions', async () => {
    const logits = [-3, 0.4, 2]
    const found = await columns(bernoulli(repeated(logits)), 3)
    found.forEach((sample, d) => {
      expect(new Set(sample)).toEqual(new Set([0, 1]))
      const p = 1 / (1 + Math.exp(-logits[d]!))
      const fourth = p * (1 - p) * ((1 - p) ** 3 + p ** 3)
      expectMoments(sample, p, p * (1 - p), fourth)
    })
  })

  it('of a categorical are its levels, in their proportions', async () => {
    const shares = [0.1, 0.55, 0.05, 0.3]
    const logits = constant(
      shares.map((p) => Math.log(p) + 7),
      [1, 1, 4],
    ).expand([COUNT, 1, 4])
    const [sample] = await columns(categorical(logits, 4), 1)
    for (const [level, share] of shares.entries()) {
      const value = Math.fround(level / 3)
      const found = sample!.filter((x) => x === value).length / COUNT
      expect(Math.abs(found - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / COUNT))
    }
    expect(sample!.every((x) => [0, 1, 2, 3].some((level) => x === Math.fround(level / 3)))).toBe(
      true,
    )
  })

  it('of a Gaussian are μ + σ ε, so that gradients pass; those of the others are not', () => {
    expect(gaussian(repeated([0]), repeated([0])).reparametrised).toBe(true)
    expect(bernoulli(repeated([0])).reparametrised).toBe(false)
    expect(categorical(repeated([0, 0]).reshape([COUNT, 1, 2]), 2).reparametrised).toBe(false)
  })
})
