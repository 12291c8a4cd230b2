import { describe, expect, it } from 'vitest'
import { rowOf } from '../../../src/reproduce/measures/rows.ts'
import { meanWithError } from '../../../src/reproduce/measures/statistics.ts'
import {
  decoded,
  EXAMPLE,
  exampleModel,
  generated,
} from '../../../src/reproduce/models/linear-gaussian.ts'
import { experimentNamed } from '../../../src/reproduce/registry.ts'
import {
  exactElbo,
  exampleFeeds,
  randomPosteriors,
} from '../../../src/reproduce/variational-autoencoders/exact-elbo.ts'
import {
  exactGradient,
  gradientDraws,
} from '../../../src/reproduce/variational-autoencoders/gradient-estimators.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'

const model = exampleModel(3)

const x = generated(model, 50, 3)

const [D, L] = [EXAMPLE.dimension, EXAMPLE.latent]

describe('estimators of the gradient', () => {
  const draws = 4000
  const [q] = randomPosteriors(model, x, 1)
  const feeds = exampleFeeds(rowOf(x, 0), q!)
  const deviations = (columns: readonly Float64Array[], exact: readonly number[]) =>
    columns.map((column, i) => {
      const { value, error } = meanWithError(column)
      return Math.abs(value - exact[i]!) / error
    })

  it('have the exact gradient as their mean, and not that of another q', async () => {
    const size = { dimension: D, latent: L, draws }
    const { draw } = await gradientDraws(referenceRuntime, (z) => decoded(model, z), size)
    const drawn = await draw(feeds, 0)
    const exact = await exactGradient(referenceRuntime, model, feeds)
    const moved = { mean: Array.from(q!.mean, (m) => m + 0.5), variance: q!.variance }
    const other = await exactGradient(referenceRuntime, model, exampleFeeds(rowOf(x, 0), moved))
    const { bias } = experimentNamed('reparametrised-gradient').settings.small.expects
    for (const name of ['reparametrised', 'score', 'baseline'] as const)
      expect(bias!.holds(Math.max(...deviations(drawn[name], exact))), name).toBe(true)
    expect(bias!.holds(Math.max(...deviations(drawn.reparametrised, other)))).toBe(false)
  })

  it('are held against a gradient that finite differences confirm', async () => {
    const exact = await exactGradient(referenceRuntime, model, feeds)
    const elbo = await exactElbo(referenceRuntime, model)
    // The ELBO less its divergence from the prior, whose gradient by μ is -μ and by log σ² is (1 - σ²) / 2.
    const step = 1e-5
    for (let l = 0; l < L; l++) {
      const at = async (by: number) =>
        (
          await elbo(rowOf(x, 0), {
            mean: Array.from(q!.mean, (m, k) => (k === l ? m + by : m)),
            variance: q!.variance,
          })
        ).split
      const slope = ((await at(step)) - (await at(-step))) / (2 * step)
      expect(slope + q!.mean[l]!).toBeCloseTo(exact[l]!, 6)
    }
  })
})
