import { describe, expect, it } from 'vitest'
import { runExperiment } from '../../src/app/reproduction/results.ts'
import { experimentNamed } from '../../src/reproduce/registry.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { texts } from '../report/svg-reading.ts'
import { bareLaboratory, shifted } from './laboratory.ts'

/** Experiments that need no trained model, or train one within seconds. */
const names = [
  'losses-are-likelihoods',
  'cross-entropy-does-not-vanish',
  'crop-is-nearer-than-shift',
  'two-derivations-of-elbo',
  'likelihood-is-elbo-plus-divergence',
  'elbo-training-reaches-likelihood',
]

describe.each(names)('%s', (name) => {
  it('holds, and shows it', async () => {
    const result = await runExperiment(experimentNamed(name), 'small', [bareLaboratory()])
    for (const { what, value, holds } of result.rows) expect([what, value, holds]).toContain(true)
    expect(result.holds).toBe(true)
    expect(result.figures.length).toBeGreaterThan(0)
    for (const figure of result.figures) {
      expect(figure.alt.length).toBeGreaterThan(20)
      expect(figure.caption).toMatch(/\.$/)
      if (figure.kind === 'svg') expect(texts(figure.svg).length).toBeGreaterThan(5)
    }
  })
})

describe('a measurement that is off by a millionth', () => {
  const laboratory = bareLaboratory({ reference: shifted(referenceRuntime, 1e-6) })

  it.each([
    ['losses-are-likelihoods', 5],
    // What both derivations share cancels in their difference, and in its standard error.
    ['two-derivations-of-elbo', 1],
    ['likelihood-is-elbo-plus-divergence', 1],
  ])('is no proof of %s', async (name, refuted) => {
    const result = await runExperiment(experimentNamed(name), 'small', [laboratory])
    expect(result.holds).toBe(false)
    expect(result.rows.filter(({ holds }) => !holds)).toHaveLength(refuted)
  })
})

describe('the opposite of what is claimed', () => {
  const refutes = (name: string, numbers: Readonly<Record<string, number>>) => {
    const { expects } = experimentNamed(name).settings.small
    for (const [key, value] of Object.entries(numbers))
      expect(expects[key]!.holds(value), key).toBe(false)
  }

  it('is refused: losses whose roles are exchanged', async () => {
    const name = 'cross-entropy-does-not-vanish'
    const { rows } = await runExperiment(experimentNamed(name), 'small', [bareLaboratory()])
    const [crossEntropy, squaredError, steps] = rows.map(({ value }) => value)
    refutes(name, {
      crossEntropy: squaredError!,
      squaredError: crossEntropy!,
      steps: 1 / steps!,
    })
  })

  it('is refused: a shifted digit that is as near as a damaged one', () => {
    refutes('crop-is-nearer-than-shift', { share: 0.5, ratio: 1 })
  })

  it('is refused: noise that is as likely as digits', () => {
    refutes('density-falls-off-the-manifold', {
      noise: 0,
      shuffled: 0,
      some: 0,
      outside: 1,
      best: 0,
    })
  })

  it('is refused: midpoints that lie no nearer, and of which nobody is surer', () => {
    const [ratio, surer] = [1.001, 0]
    refutes('latent-midpoints-are-nearer', {
      ...{ ae: ratio, vae: ratio, aae: ratio, restored: ratio },
      ...{ aeSure: surer, vaeSure: surer, aaeSure: surer },
    })
  })

  it('is refused: coordinates that explain nothing, and a jump across half of the range', () => {
    const name = 'coordinates-are-thickness-and-slant'
    refutes(name, { thickness: 0.1, slant: 0.1, step: 0.5, planar: 0.5 })
  })

  it('is refused: an autoencoder that needs no density, or to which one is no help', () => {
    const alike = { box: 1, scaled: 1, normal: 1, gain: 1, precision: 0 }
    refutes('ae-needs-a-density', { ...alike, mixture: 3 })
  })

  it('is refused: an autoencoder and a VAE that do all alike', () => {
    refutes('ae-restores-vae-generates', { restoring: 1, generating: 1, coverage: 0 })
  })

  it('is refused: a GAN that covers what the VAE covers', () => {
    refutes('gan-need-not-cover', { nearest: 1, farther: 0.5, encoded: 1, covered: 0 })
  })

  it('is refused: layers that bend nothing', () => {
    refutes('layers-bend-the-prior', { once: 1, twice: 1 })
  })

  it('is refused: a decoder of the right space with a wrong σ', () => {
    // What σ off by 10 % costs in log p(x): 7 dimensions of noise, each r² / 2 - 1/2 - log r.
    const r = 1.1
    refutes('elbo-training-reaches-likelihood', {
      missing: 7 * (Math.log(r) + 1 / (2 * r * r) - 1 / 2),
      sigma: r,
    })
  })
})
