import { describe, expect, it } from 'vitest'
import {
  annealedImportance,
  sigmoidSchedule,
} from '../../../src/evaluate/likelihood/annealed-importance.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { referenceRuntime } from '../../../src/runtime/reference.ts'
import { build } from '../../../src/train/build.ts'
import { initialParameters } from '../../../src/train/initial-state.ts'
import { onnx } from '../../train/onnx.ts'
import { built, drawn, logEvidence, misspecified, rows } from './linear-gaussian.ts'

const x = drawn(misspecified, 8, 1)
const exact = x.map((one) => logEvidence(misspecified, one))
const settings = { chains: 20, steps: 60, leapfrogSteps: 4, seed: 1 }

/** Mean over examples of the estimate less the truth, and its Monte Carlo standard error. */
function difference(
  found: { logLikelihood: Float64Array; error: Float64Array },
  truth: readonly number[],
) {
  const n = truth.length
  const sum = truth.reduce((total, value, i) => total + found.logLikelihood[i]! - value, 0)
  return { mean: sum / n, error: Math.hypot(...found.error) / n }
}

describe('annealed importance sampling on probabilistic PCA', () => {
  it('reaches log p(x) from the prior within its 95 % interval, in float64', async () => {
    const found = await annealedImportance(built(misspecified), rows(x), settings)
    const { mean, error } = difference(found, exact)
    expect(Math.abs(mean)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.05)
    exact.forEach((value, i) => {
      expect(Math.abs(found.logLikelihood[i]! - value)).toBeLessThan(4 * found.error[i]!)
    })
  })

  it('reaches it from a mis-specified posterior too, with less spread', async () => {
    const options = { ...settings, start: 'posterior' as const }
    const found = await annealedImportance(built(misspecified), rows(x), options)
    const { mean, error } = difference(found, exact)
    expect(Math.abs(mean)).toBeLessThan(1.96 * error)
    const { error: fromPrior } = difference(
      await annealedImportance(built(misspecified), rows(x), settings),
      exact,
    )
    expect(error).toBeLessThan(fromPrior)
  })

  it('is the plain average of p(x|z) over the prior with a single step of β', async () => {
    const found = await annealedImportance(built(misspecified, onnx()), rows(x), {
      ...settings,
      chains: 20_000,
      steps: 1,
    })
    const { mean, error } = difference(found, exact)
    expect(Math.abs(mean)).toBeLessThan(1.96 * error)
    expect(found.acceptance.every(Number.isNaN)).toBe(true)
  })

  it('has intervals that hold log p(x) in about 95 % of 1000 repetitions', async () => {
    const repetitions = 1000
    const same = rows(Array.from({ length: repetitions }, () => x[0]!))
    const found = await annealedImportance(built(misspecified, onnx()), same, {
      ...settings,
      chains: 50,
    })
    const held = found.logLikelihood.filter(
      (value, i) => Math.abs(value - exact[0]!) < 1.96 * found.error[i]!,
    ).length
    expect(held).toBeGreaterThan(0.93 * repetitions)
    expect(held).toBeLessThan(0.97 * repetitions)
    // The mean of the weights themselves is p(x).
    const ratios = Array.from(found.logLikelihood, (value) => Math.exp(value - exact[0]!))
    const mean = ratios.reduce((a, b) => a + b) / repetitions
    const spread = ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0)
    expect(Math.abs(mean - 1)).toBeLessThan((1.96 * Math.sqrt(spread)) / repetitions)
  })

  it('comes to a step size by which 65 % of the transitions are accepted', async () => {
    const options = { ...settings, steps: 1000 }
    const { acceptance } = await annealedImportance(built(misspecified, onnx()), rows(x), options)
    for (const share of acceptance) expect(share).toBeCloseTo(0.65, 1)
  })

  it('gives the same figures however chains are cut into calls', async () => {
    const short = { ...settings, chains: 3, steps: 5 }
    const whole = await annealedImportance(built(misspecified), rows(x), short)
    for (const rowsPerCall of [1, 9, 15])
      expect(
        await annealedImportance(built(misspecified), rows(x), { ...short, rowsPerCall }),
      ).toEqual(whole)
  })
})

describe('annealed importance sampling', () => {
  it('reaches log p(x|y) of a conditional model', async () => {
    const conditional = {
      ...misspecified,
      shifts: [
        [0, 0, 0, 0],
        [1, 2, -1, 0],
      ],
    }
    const labels = [1, 0, 1, 1, 0]
    const examples = drawn(conditional, 5, 3, labels)
    const truth = examples.map((one, i) => logEvidence(conditional, one, labels[i]))
    const options = { ...settings, labels }
    const found = await annealedImportance(built(conditional), rows(examples), options)
    const { mean, error } = difference(found, truth)
    expect(Math.abs(mean)).toBeLessThan(1.96 * error)
    expect(error).toBeLessThan(0.1)
  })

  it('goes from 0 to 1 along a sigmoid, symmetric about one half', () => {
    const betas = sigmoidSchedule(10)
    expect(betas[0]).toBe(0)
    expect(betas[5]).toBeCloseTo(0.5, 14)
    expect(betas[10]).toBe(1)
    // σ(-4 + 0.8) - σ(-4), over σ(4) - σ(-4).
    expect(betas[1]).toBeCloseTo((0.0391657228 - 0.0179862099) / (0.9820137901 - 0.0179862099), 9)
    betas.forEach((beta, t) => {
      expect(beta + betas[10 - t]!).toBeCloseTo(1, 14)
    })
  })

  const other = (name: string, config: object) => {
    const definition = modelNamed(name)
    const info = { exampleShape: [4], dimension: 4 }
    const model = build(definition, definition.config.parse({ hidden: [3], ...config }), info)
    return { model, parameters: initialParameters(model, 0), runtime: referenceRuntime }
  }

  it.each([
    ['ae', {}, 'no prior over codes'],
    ['vae', { prior: 'bernoulli' }, 'binary codes'],
    ['aae', { prior: 'swiss-roll' }, 'no closed-form density'],
  ])('is refused to %s with %o', async (name, config, reason) => {
    await expect(annealedImportance(other(name, config), rows(x), settings)).rejects.toThrow(reason)
  })

  it('needs no encoder: it serves a generator, and any prior with a density', async () => {
    const few = { ...settings, chains: 4000, steps: 1 }
    for (const model of [
      other('gan', { latent: 2, normalization: 'none' }),
      other('aae', { prior: 'mixture' }),
    ]) {
      const grey = rows(x.map((one) => one.map((value) => (value > 0 ? 1 : 0))))
      const plain = await annealedImportance(model, grey, few)
      const annealed = await annealedImportance(model, grey, { ...settings, steps: 30 })
      plain.logLikelihood.forEach((value, i) => {
        const error = Math.hypot(plain.error[i]!, annealed.error[i]!)
        expect(Math.abs(annealed.logLikelihood[i]! - value)).toBeLessThan(4 * error)
        expect(error).toBeLessThan(0.1)
      })
    }
  })
})
