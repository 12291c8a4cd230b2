import { describe, expect, it } from 'vitest'
import type { Noise } from '../../src/distributions/distribution.ts'
import { standardNormal } from '../../src/distributions/gaussian.ts'
import { bernoulliPrior, relaxedBernoulli } from '../../src/distributions/relaxed-bernoulli.ts'
import { gradients } from '../../src/graph/autodiff.ts'
import { constant, scalar, type Tensor } from '../../src/graph/tensor.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { stream } from '../../src/tensor/random.ts'
import { moments, numbersOf, onnx } from '../train/onnx.ts'

const exactly = (expression: Tensor) => numbersOf(referenceRuntime, expression)
const row = (values: readonly number[]) => constant(values, [1, values.length])
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const logit = (p: number) => Math.log(p / (1 - p))

/** One stream of uniform numbers. */
const noiseOf = (seed: number): Noise => {
  const uniform = (shape: readonly number[]) =>
    constant(
      Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, stream(seed, 'u').uniform),
      shape,
    )
  return { uniform, normal: () => expect.fail('no normal numbers are needed') }
}
const given = (u: readonly number[]): Noise => ({ ...noiseOf(0), uniform: () => row(u) })

describe('relaxed Bernoulli samples', () => {
  it('are σ((l + log u - log(1 - u)) / T)', async () => {
    const [logits, u] = [
      [-1.5, 0.2, 3],
      [0.9, 0.35, 0.02],
    ]
    for (const temperature of [0.1, 2 / 3, 5]) {
      const found = await exactly(
        relaxedBernoulli(row(logits), scalar(temperature)).sample(given(u)),
      )
      found.forEach((z, i) => {
        expect(z).toBeCloseTo(sigmoid((logits[i]! + logit(u[i]!)) / temperature), 12)
      })
    }
  })

  it('lie on either side of ½ with the probabilities of the code, at every temperature', async () => {
    const n = 20_000
    for (const [seed, [l, temperature]] of [
      [-2, 0.2],
      [0.5, 1],
      [1.7, 4],
    ].entries()) {
      const q = relaxedBernoulli(constant([l!], [1, 1]).expand([n, 1]), temperature!)
      const above = (await exactly(q.sample(noiseOf(seed)))).filter((z) => z > 0.5).length / n
      const p = sigmoid(l!)
      expect(Math.abs(above - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n))
    }
  })

  it('have the distribution function σ(T logit z - l)', async () => {
    const [n, l, temperature] = [20_000, 0.8, 0.5]
    const q = relaxedBernoulli(constant([l], [1, 1]).expand([n, 1]), temperature)
    const sample = await exactly(q.sample(noiseOf(9)))
    for (const z of [0.05, 0.3, 0.5, 0.8, 0.99]) {
      const p = sigmoid(temperature * logit(z) - l)
      const below = sample.filter((value) => value < z).length / n
      expect(Math.abs(below - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / n))
    }
  })

  it('round to the hard ones, in float32 too', async () => {
    const logits = Array.from({ length: 400 }, (_, i) => (i - 200) / 40)
    const relaxed = relaxedBernoulli(row(logits), 0.3).sample(noiseOf(4))
    const hard = relaxedBernoulli(row(logits), 0.3, { hard: true }).sample(noiseOf(4))
    const rounded = (await exactly(relaxed)).map(Math.round)
    expect(await exactly(hard)).toEqual(rounded)
    expect(await numbersOf(onnx(), hard)).toEqual(rounded)
    expect(new Set(rounded)).toEqual(new Set([0, 1]))
  })

  it('pass the gradient z(1 - z) / T, and are reparametrised unless they are hard', async () => {
    const logits = row([-0.7, 1.1])
    const q = relaxedBernoulli(logits, 0.4)
    const z = q.sample(given([0.6, 0.3]))
    const [slope] = gradients(z.sum(), [logits])
    const values = await exactly(z)
    const slopes = await exactly(slope!)
    values.forEach((value, i) => {
      expect(slopes[i]).toBeCloseTo((value * (1 - value)) / 0.4, 12)
    })
    expect(q.reparametrised).toBe(true)
    expect(relaxedBernoulli(logits, 0.4, { hard: true }).reparametrised).toBe(false)
  })
})

describe('binary codes', () => {
  const logits = [-2, 0.3, 1.4]

  it('have probabilities that sum to one, and σ(l) as mean', async () => {
    const codes = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, i >> 2])
    const q = relaxedBernoulli(row(logits).expand([8, 3]), 0.5)
    const probabilities = (await exactly(q.logProb(constant(codes.flat(), [8, 3])))).map(Math.exp)
    expect(sum(probabilities)).toBeCloseTo(1, 12)
    const mean = await exactly(relaxedBernoulli(row(logits), 0.5).mean())
    mean.forEach((value, d) => {
      const expected = sum(probabilities.map((p, i) => p * codes[i]![d]!))
      expect(value).toBeCloseTo(expected, 12)
    })
  })

  it('have the divergence Σ_z q(z) log q(z) / p(z) from their prior', async () => {
    for (const p of [0.5, 0.1, 0.93]) {
      const prior = bernoulliPrior([1, 3], p)
      const q = relaxedBernoulli(row(logits), 0.5)
      const each = await exactly(q.klPerDimension(prior))
      for (const [d, l] of logits.entries()) {
        const s = sigmoid(l)
        expect(each[d]).toBeCloseTo(s * Math.log(s / p) + (1 - s) * Math.log((1 - s) / (1 - p)), 12)
      }
      expect((await exactly(q.kl(prior)))[0]).toBeCloseTo(sum(each), 12)

      const codes = Array.from({ length: 8 }, (_, i) => [i & 1, (i >> 1) & 1, i >> 2]).flat()
      const z = constant(codes, [8, 3])
      const logQ = await exactly(relaxedBernoulli(row(logits).expand([8, 3]), 1).logProb(z))
      const logP = await exactly(bernoulliPrior([8, 3], p).logProb(z))
      const byHand = sum(logQ.map((value, i) => Math.exp(value) * (value - logP[i]!)))
      expect(sum(each)).toBeCloseTo(byHand, 12)
    }
  })

  it('have the divergence that hard samples estimate, within four standard errors', async () => {
    const n = 20_000
    const q = relaxedBernoulli(row(logits).expand([n, 3]), 0.5, { hard: true })
    const prior = bernoulliPrior([n, 3], 0.3)
    const z = q.sample(noiseOf(2))
    const { mean, variance } = moments(await exactly(q.logProb(z).sub(prior.logProb(z))))
    const [kl] = await exactly(q.kl(prior).slice(0, 0, 1))
    expect(Math.abs(mean - kl!)).toBeLessThan(4 * Math.sqrt(variance / n))
    expect(Math.sqrt(variance / n)).toBeLessThan(0.01)
  })

  it('have a divergence that stays right at logits of ±100, and so does its gradient', async () => {
    const far = row([-100, -20, 0, 20, 100])
    for (const p of [0.5, 0.2]) {
      const kl = relaxedBernoulli(far, 1).klPerDimension(bernoulliPrior([1, 5], p))
      const [slope] = gradients(kl.sum(), [far])
      // Far out a code is certain: -log(1 - p) or -log p, up to a term of order |l| e^-|l|.
      const half = 0.5 * Math.log(0.5 / p) + 0.5 * Math.log(0.5 / (1 - p))
      const expected = [-Math.log1p(-p), -Math.log1p(-p), half, -Math.log(p), -Math.log(p)]
      for (const values of [await exactly(kl), await numbersOf(onnx(), kl)])
        values.forEach((value, i) => {
          expect(value).toBeCloseTo(expected[i]!, 6)
        })
      // d KL / dl = σ(l) σ(-l) (l - logit p).
      const single = await numbersOf(onnx(), slope!)
      for (const [i, l] of [-100, -20, 0, 20, 100].entries())
        expect(single[i]).toBeCloseTo(sigmoid(l) * sigmoid(-l) * (l - logit(p)), 6)
    }
  })

  it('have no closed-form divergence from a normal prior, and a prior has 0 < p < 1', () => {
    expect(() => relaxedBernoulli(row(logits), 1).kl(standardNormal([1, 3]))).toThrow(
      'no closed-form divergence',
    )
    for (const p of [0, 1, Number.NaN]) expect(() => bernoulliPrior([1, 3], p)).toThrow(RangeError)
  })
})

describe('the Bernoulli prior', () => {
  it('draws ones in the proportion p, its mean', async () => {
    const n = 20_000
    const prior = bernoulliPrior([n, 1], 0.3)
    const ones = sum(await exactly(prior.sample(noiseOf(5)))) / n
    expect(Math.abs(ones - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / n))
    expect((await exactly(prior.mean()))[0]).toBeCloseTo(0.3, 12)
  })
})
