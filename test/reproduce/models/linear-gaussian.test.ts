import { describe, expect, it } from 'vitest'
import { Tensor } from '../../../src/graph/tensor.ts'
import { rowOf } from '../../../src/reproduce/measures/rows.ts'
import { meanOf } from '../../../src/reproduce/measures/statistics.ts'
import {
  decoded,
  divergenceFromPosterior,
  EXAMPLE,
  exampleModel,
  generated,
  logLikelihoods,
  maximumLikelihood,
  truePosterior,
} from '../../../src/reproduce/models/linear-gaussian.ts'
import { experimentNamed } from '../../../src/reproduce/registry.ts'
import {
  exactElbo,
  randomPosteriors,
} from '../../../src/reproduce/variational-autoencoders/exact-elbo.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { numbersOf } from '../../train/onnx.ts'

const model = exampleModel(3)

const x = generated(model, 50, 3)

const [D, L] = [EXAMPLE.dimension, EXAMPLE.latent]

const logLikelihood = logLikelihoods(model, x)

const logNormal = (values: ArrayLike<number>, precision: Float64Array, logDeterminant: number) => {
  let quadratic = 0
  for (let i = 0; i < L; i++)
    for (let j = 0; j < L; j++) quadratic += values[i]! * precision[i * L + j]! * values[j]!
  return -0.5 * (L * Math.log(2 * Math.PI) - logDeterminant + quadratic)
}

describe('the linear Gaussian model', () => {
  it('satisfies Bayes at any code: log p(x) = log p(x|z) + log p(z) - log p(z|x)', async () => {
    const random = stream(4, 'codes')
    const identity = Float64Array.from({ length: L * L }, (_, k) => (k % (L + 1) === 0 ? 1 : 0))
    const input = Tensor.input('z', [1, L])
    const row = Tensor.input('x', [1, D])
    for (let i = 0; i < 50; i++) {
      const z = Float64Array.from({ length: L }, () => 2 * random.normal())
      const feeds = { z: hostTensor('float64', [1, L], z), x: oneRow(i) }
      const [given] = await numbersOf(referenceRuntime, decoded(model, input).logProb(row), feeds)
      const { mean, precision, logDeterminant } = truePosterior(model, rowOf(x, i))
      const posterior = logNormal(
        z.map((value, l) => value - mean[l]!),
        precision,
        logDeterminant,
      )
      expect(given! + logNormal(z, identity, 0) - posterior).toBeCloseTo(logLikelihood[i]!, 9)
    }
  })

  const oneRow = (i: number) => hostTensor('float32', [1, D], rowOf(x, i))

  it('has a divergence of 0 from the posterior itself, where its dimensions are independent', () => {
    const independent = {
      ...model,
      loadings: [0, 1].map((l) => Float64Array.from({ length: D }, (_, d) => (d === l ? 2 : 0))),
    }
    const row = rowOf(x, 0)
    const { mean, precision } = truePosterior(independent, row)
    const q = { mean, variance: mean.map((_, l) => 1 / precision[l * 3]!) }
    expect(divergenceFromPosterior(independent, row, q)).toBeCloseTo(0, 12)
    const twice = { mean, variance: q.variance.map((v) => 4 * v) }
    // KL(N(0, 4) ‖ N(0, 1)) = (4 - 1 - log 4) / 2 in each dimension.
    expect(divergenceFromPosterior(independent, row, twice)).toBeCloseTo(3 - Math.log(4), 12)
  })

  it('is no sum of the ELBO and the divergence from the prior instead of the posterior', async () => {
    const elbo = await exactElbo(referenceRuntime, model)
    const { difference } = experimentNamed('likelihood-is-elbo-plus-divergence').settings.small
      .expects
    for (const [i, q] of randomPosteriors(model, x, 0).entries()) {
      const { split } = await elbo(rowOf(x, i), q)
      const fromPrior = Array.from(q.mean).reduce(
        (sum, m, l) => sum + (m ** 2 + q.variance[l]! - 1 - Math.log(q.variance[l]!)) / 2,
        0,
      )
      expect(difference!.holds(Math.abs(logLikelihood[i]! - split - fromPrior))).toBe(false)
    }
  })

  it('has no likelihood above the maximum, which its own parameters nearly reach', () => {
    const many = generated(model, 5000, 5)
    const { logLikelihood: best, sigma } = maximumLikelihood(many, L)
    const own = meanOf(logLikelihoods(model, many))
    expect(own).toBeLessThan(best)
    // Twice what is missing, times n, is χ² with as many degrees of freedom as parameters: 38 of them.
    const missing = 2 * 5000 * (best - own)
    const freedom = D * L + 1 - (L * (L - 1)) / 2 + D
    expect(Math.abs(missing - freedom)).toBeLessThan(4 * Math.sqrt(2 * freedom))
    expect(sigma / EXAMPLE.sigma).toBeCloseTo(1, 2)
    const worse = logLikelihoods({ ...model, sigma: 0.6 }, many)
    expect(meanOf(worse)).toBeLessThan(own - 0.05)
  })
})
