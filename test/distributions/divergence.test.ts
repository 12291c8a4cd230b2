import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bernoulli } from '../../src/distributions/bernoulli.ts'
import { gaussian, standardNormal } from '../../src/distributions/gaussian.ts'
import { constant, type Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { stream } from '../../src/tensor/random.ts'
import { moments, numbersOf } from '../train/onnx.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)
const row = (values: readonly number[]) => constant(values, [1, values.length])
const normal = (mu: readonly number[], logVar: readonly number[]) => gaussian(row(mu), row(logVar))

/** Σ log(s/σ) + (σ² + (μ - m)²) / 2s² - ½, by numbers. */
const closedForm = (mu: number[], logVar: number[], m: number[], logS2: number[]) =>
  mu.reduce((total, value, i) => {
    const [variance, s2] = [Math.exp(logVar[i]!), Math.exp(logS2[i]!)]
    return total + (logS2[i]! - logVar[i]!) / 2 + (variance + (value - m[i]!) ** 2) / (2 * s2) - 0.5
  }, 0)

describe('the divergence of two Gaussians', () => {
  const numbers = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: 2,
    maxLength: 2,
  })

  it('is the closed form, is never negative, and is 0 from itself', async () => {
    await fc.assert(
      fc.asyncProperty(numbers, numbers, numbers, numbers, async (mu, logVar, m, logS2) => {
        const q = normal(mu, logVar)
        const [kl] = await exactly(q.kl(normal(m, logS2)))
        expect(kl! - closedForm(mu, logVar, m, logS2)).toBeCloseTo(0, 9)
        expect(kl).toBeGreaterThanOrEqual(-1e-12)
        expect((await exactly(q.kl(q)))[0]).toBeCloseTo(0, 12)
        const [standard] = await exactly(q.kl(standardNormal([1, 2])))
        expect(standard! - closedForm(mu, logVar, [0, 0], [0, 0])).toBeCloseTo(0, 9)
      }),
      { numRuns: 50, seed: 1 },
    )
  })

  it('is what sampling estimates, within four standard errors', async () => {
    const [mu, logVar, m, logS2] = [
      [0.7, -1.2],
      [-1, 0.4],
      [0.2, 0.1],
      [0.5, -0.3],
    ]
    const n = 20_000
    const repeated = (values: readonly number[]) => row(values).expand([n, 2])
    const q = gaussian(repeated(mu), repeated(logVar))
    for (const p of [gaussian(repeated(m), repeated(logS2)), standardNormal([n, 2])]) {
      const random = stream(0, 'monte carlo')
      const epsilon = constant(Float64Array.from({ length: 2 * n }, random.normal), [n, 2])
      const x = q.sample({ normal: () => epsilon, uniform: () => epsilon })
      const { mean, variance } = moments(await exactly(q.logProb(x).sub(p.logProb(x))))
      const [kl] = await exactly(q.kl(p).slice(0, 0, 1))
      expect(Math.abs(mean - kl!)).toBeLessThan(4 * Math.sqrt(variance / n))
      expect(Math.sqrt(variance / n)).toBeLessThan(0.03)
    }
  })

  it('is the sum of what its dimensions add, each the divergence of that dimension alone', async () => {
    const [mu, logVar, m, logS2] = [
      [0.7, -1.2, 3],
      [-1, 0.4, 2],
      [0.2, 0.1, -1],
      [0.5, -0.3, 0],
    ]
    const q = normal(mu, logVar)
    for (const [prior, means, logVars] of [
      [normal(m, logS2), m, logS2],
      [standardNormal([1, 3]), [0, 0, 0], [0, 0, 0]],
    ] as const) {
      const each = await exactly(q.klPerDimension(prior))
      expect(each).toHaveLength(3)
      for (const [d, found] of each.entries())
        expect(found).toBeCloseTo(
          closedForm([mu[d]!], [logVar[d]!], [means[d]!], [logVars[d]!]),
          12,
        )
      const [whole] = await exactly(q.kl(prior))
      expect(each.reduce((sum, value) => sum + value, 0)).toBeCloseTo(whole!, 12)
    }
  })

  it('has no closed form towards anything else', () => {
    expect(() => normal([0], [0]).kl(bernoulli(row([0])))).toThrow('no closed-form divergence')
  })
})
