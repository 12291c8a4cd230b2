import { describe, expect, it } from 'vitest'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const D = 64
const sizes = { train: 20, validation: 30, test: 600 }
const bits = Uint8Array.from({ length: 650 * D }, (_, i) => (i * i + Math.floor(i / 7)) % 2)
const binary = tinyData({ shape: [1, 8, 8], values: bits, scale: 1, classes: 4, sizes })

const evaluated = (options: Readonly<Record<string, unknown>>): Promise<Evaluation> =>
  tinyRun({ data: binary, options: { latent: 2, ...options } }).evaluate('test')

const figure = ({ ledger }: Evaluation, name: string) => {
  const found = ledger.find((entry) => entry.figure === name)
  expect(found, `${name} in ${ledger.map((entry) => entry.figure).join(' | ')}`).toBeDefined()
  return found!
}

const kinds = ({ ledger }: Evaluation) => new Set(ledger.map(({ kind }) => kind))

describe('an importance-weighted bound', () => {
  const options = { model: 'vae', importanceSamples: 5 }

  it('is called so, with its number of samples, and is one figure in nats', async () => {
    const evaluation = await evaluated(options)
    const bound = figure(evaluation, 'importance-weighted bound, k = 5')
    expect(bound).toMatchObject({ kind: 'bound', samples: 5, unit: 'nats per example' })
    expect(bound.value).toBe(evaluation.bound)
    expect(
      evaluation.ledger.filter(({ unit, kind }) => kind === 'bound' && unit === bound.unit),
    ).toHaveLength(1)
    expect(bound.standardError).toBeGreaterThan(0)
  })

  it('is tighter than the ELBO of the same parameters, whose terms are reported as metrics', async () => {
    const evaluation = await evaluated(options)
    const elbo = await evaluated({ model: 'vae' })
    expect(evaluation.bound!).toBeLessThan(elbo.bound!)
    for (const name of ['reconstruction −log p(x|z)', 'KL(q(z|x) ‖ p(z))'])
      expect(figure(evaluation, name).kind).toBe('metric')
    expect(figure(evaluation, 'KL(q(z|x) ‖ p(z))').value).toBeCloseTo(elbo.terms.kl!, 5)
  })
})

describe('a conditional VAE', () => {
  it('bounds the likelihood given the label, and says so in every term', async () => {
    const evaluation = await evaluated({ model: 'cvae' })
    const bound = figure(evaluation, 'negative ELBO, given the label')
    expect(bound).toMatchObject({ kind: 'bound', value: evaluation.bound })
    expect(bound.note).toContain('upper bound on −log p(x|y)')
    const [rec, kl] = ['reconstruction −log p(x|z, y)', 'KL(q(z|x, y) ‖ p(z))']
    expect(figure(evaluation, rec).value + figure(evaluation, kl).value).toBeCloseTo(bound.value, 8)
  })

  it('restores each example by its own label', async () => {
    const run = tinyRun({ data: binary, options: { model: 'cvae', latent: 2 } })
    const { store, rows, labels } = binary.splits.test
    const x = new Float32Array(rows.length * D)
    rows.forEach((row, i) => {
      x.set(store.array!.data.subarray(row * D, (row + 1) * D), i * D)
    })
    const given = { dtype: 'float32', shape: [rows.length, D], data: x } as const
    const restored = await run.reconstruct(
      given,
      Array.from(rows, (row) => labels![row]!),
    )
    const sum = x.reduce((total, value, i) => total + (value - restored.data[i]!) ** 2, 0)
    const error = figure(await run.evaluate('test'), 'squared error')
    expect(error.value).toBeCloseTo(sum / rows.length, 5)
  })
})

describe('binary codes', () => {
  it('are drawn as 0 or 1, so that the sum is a bound, and exact in their divergence', async () => {
    const evaluation = await evaluated({ model: 'vae', prior: 'bernoulli', latent: 3 })
    const bound = figure(evaluation, 'negative ELBO')
    expect(bound).toMatchObject({ kind: 'bound', samples: 1 })
    expect(bound.note).toContain('while training uses a relaxation of it')
    expect(figure(evaluation, 'KL(q(z|x) ‖ p(z))').samples).toBe(0)
    expect(figure(await evaluated({ model: 'vae' }), 'negative ELBO').note).not.toContain('relax')
  })
})

describe('free bits', () => {
  it('leave the bound and its KL as they are, and the objective apart', async () => {
    const evaluation = await evaluated({ model: 'vae', freeBits: 3 })
    const plain = await evaluated({ model: 'vae' })
    expect(evaluation.bound).toBeCloseTo(plain.bound!, 10)
    expect(evaluation.terms.kl).toBeCloseTo(plain.terms.kl!, 10)
    // Two dimensions with next to no divergence of their own: 3 nats each.
    const objective = figure(evaluation, 'weighted objective')
    expect(objective.value).toBeCloseTo(plain.terms.reconstruction! + 6, 5)
    expect(objective.note).toContain('reconstruction + kl as minimised; it bounds nothing')
  })
})

describe('models whose codes follow the prior as a whole', () => {
  it.each([
    { model: 'aae', discriminatorHidden: [5] },
    { model: 'wae' },
    { model: 'gan', discriminatorActivation: 'relu' },
    { model: 'vae-gan', features: 6 },
  ])('$model bounds nothing', async (options) => {
    const evaluation = await evaluated(options)
    expect(evaluation).not.toHaveProperty('bound')
    expect(kinds(evaluation)).not.toContain('bound')
    expect(evaluation.ledger.some(({ unit }) => unit === 'bits per dimension')).toBe(false)
  })

  it('give a discrepancy in its own unit, as one of all examples, and its weight', async () => {
    const evaluation = await evaluated({ model: 'wae' })
    const discrepancy = figure(evaluation, 'discrepancy')
    expect(discrepancy).toMatchObject({ unit: 'squared MMD', kind: 'objective', samples: 1 })
    expect(discrepancy).toMatchObject({ examples: 600, note: 'of 600 examples together' })
    expect(discrepancy).not.toHaveProperty('standardError')
    expect(figure(evaluation, 'weighted objective').note).toContain(
      'reconstruction + 100 · discrepancy',
    )
  })
})

describe('losses that are minimised apart', () => {
  it('have no objective in common, and each says whom it moves', async () => {
    const evaluation = await evaluated({ model: 'aae', discriminatorHidden: [5] })
    expect(evaluation.ledger.map((entry) => entry.figure)).not.toContain('weighted objective')
    expect(figure(evaluation, 'discriminator loss').note).toContain(
      'minimised by discriminator alone',
    )
    expect(figure(evaluation, 'generator loss').note).toContain('minimised by encoder alone')
    const note = figure(evaluation, 'reconstruction −log p(x|z)').note
    expect(note).toContain('minimised by encoder and decoder alone')
    expect(note).toContain('codes match the prior only as a whole, so no bound on log p(x)')
  })

  it("give the discriminator's accuracy as a share that nothing minimises", async () => {
    const accuracy = figure(await evaluated({ model: 'gan' }), 'discriminator accuracy')
    expect(accuracy).toMatchObject({ unit: 'share', kind: 'metric' })
    expect(accuracy.value).toBeGreaterThanOrEqual(0)
    expect(accuracy.value).toBeLessThanOrEqual(1)
  })
})

describe('what restores nothing', () => {
  it('has no likelihood and no squared error', async () => {
    const evaluation = await evaluated({ model: 'gan' })
    expect(new Set(evaluation.ledger.map(({ likelihood }) => likelihood))).toEqual(
      new Set(['none']),
    )
    expect(kinds(evaluation)).toEqual(new Set(['objective', 'metric']))
  })
})

describe('what is trained to undo a corruption', () => {
  it('draws one for its term, and none for its squared error', async () => {
    const evaluation = await evaluated({ model: 'dae' })
    const term = figure(evaluation, 'reconstruction −log p(x|z)')
    expect(term).toMatchObject({ kind: 'error', samples: 1 })
    expect(term.note).toContain('given the code of a corrupted one')
    const error = figure(evaluation, 'squared error')
    expect(error.samples).toBe(0)
    expect(error.note).toContain('uncorrupted')
  })

  it('needs no code for either', async () => {
    const options = { model: 'dae', network: 'unet', channels: [3, 4], hidden: undefined }
    const evaluation = await evaluated(options)
    expect(figure(evaluation, 'reconstruction −log p(x|x̃)').note).toContain('no code')
    expect(figure(evaluation, 'squared error').note).toContain('the output of the network for')
  })
})

describe('a penalty', () => {
  it('has its own unit and stands beside the objective that it is weighted in', async () => {
    const evaluation = await evaluated({ model: 'cae', lambda: 0.1 })
    const penalty = figure(evaluation, 'contraction')
    expect(penalty).toMatchObject({ unit: 'squared norm of ∂h/∂x', kind: 'objective', samples: 0 })
    const { reconstruction, contraction } = evaluation.terms
    const objective = figure(evaluation, 'weighted objective')
    expect(objective.value).toBeCloseTo(reconstruction! + 0.1 * contraction!, 5)
    expect(objective.note).toContain('reconstruction + 0.1 · contraction')
  })
})

describe('a classification', () => {
  it('is told in nats and as a share', async () => {
    const evaluation = await evaluated({ model: 'stacked-ae', finetune: 'labels' })
    expect(figure(evaluation, 'cross-entropy of labels')).toMatchObject({
      unit: 'nats per example',
      kind: 'objective',
    })
    expect(figure(evaluation, 'accuracy')).toMatchObject({ unit: 'share', kind: 'metric' })
  })

  it('moves the encoder away from its decoder, which the squared error says', async () => {
    const note = 'the last stage trained only the encoder'
    const classified = await evaluated({ model: 'stacked-ae', finetune: 'labels' })
    expect(figure(classified, 'squared error').note).toContain(note)
    const restored = await evaluated({ model: 'stacked-ae' })
    expect(figure(restored, 'squared error').note).not.toContain(note)
  })
})
