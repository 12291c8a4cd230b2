import { describe, expect, it } from 'vitest'
import { keyFigures, type Measured } from '../../src/app/report/key-figures.ts'
import { verdictSection } from '../../src/app/report/verdict-section.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const entry: MeasuredEntry = {
  group: 'loss',
  figure: 'negative ELBO',
  value: 3,
  unit: 'nats per example',
  kind: 'bound',
  split: 'test',
  examples: 4,
  likelihood: 'bernoulli',
  binarize: 'static',
  samples: 1,
  seed: 0,
  examplesHash: 'f00d',
  standardError: 0.5,
}
const squaredError = { ...entry, figure: 'squared error', value: 0.5, kind: 'error' as const }
const data = tinyData({ shape: [2] })
const rows = (...values: readonly (readonly number[])[]) =>
  hostTensor('float32', [values.length, values[0]!.length], Float32Array.from(values.flat()))

const measured = (
  model: string,
  ledger: readonly MeasuredEntry[],
  outputs: Measured['outputs'],
  options: object = {},
): Measured => ({
  run: tinyRun({ data, options: { model, latent: 2, ...options } }),
  data,
  evaluation: {
    split: 'test',
    examples: 4,
    hashes: { examples: '', stored: '', rows: '', data: '' },
    objective: 0,
    terms: {},
    errors: {},
    ledger,
  },
  outputs,
})

describe('the key figures', () => {
  it('of a VAE are its bound, its reconstructions and its code, each with a baseline', async () => {
    const kl = { ...entry, figure: 'KL(q(z|x) ‖ p(z))', value: 1.25, kind: 'objective' as const }
    const found = await keyFigures(
      measured('vae', [entry, kl, squaredError], {
        // The mean of each value is ½: 2 ln 2 nats, and a variance of 2 · ¼.
        x: rows([0, 1], [1, 0], [0, 0], [1, 1]),
        // Squared errors of 0.04 in one value of every example.
        restored: rows([0.2, 1], [0.8, 0], [0.2, 0], [0.8, 1]),
        codes: rows([1, 0.1], [-1, 0.1], [1, 0.1], [-1, 0.1]),
      }),
    )
    expect(found.map(({ title, value, unit }) => [title, value, unit])).toEqual([
      ['negative ELBO', '3.0000', '± 0.5000 nats per example'],
      ['squared error of reconstructions', '0.5000', '± 0.5000 nats per example'],
      ['KL(q(z|x) ‖ p(z))', '1.2500', '± 0.5000 nats per example'],
    ])
    expect(found[0]!.meaning).toContain(
      'An upper bound on the negative log-likelihood: lower is better.',
    )
    expect(found[0]!.meaning).toContain(`has ${(2 * Math.LN2).toFixed(4)}.`)
    expect(found[1]!.meaning).toBe(
      'The mean of the examples has 0.5000. Reconstructions explain 92.0\u00a0% of the variance.',
    )
    expect(found[2]!.meaning).toContain('1 of its 2 dimensions is in use')
  })

  it('of reconstructions that are worse than the mean say so', async () => {
    const x = rows([0, 1], [1, 0], [0, 0], [1, 1])
    const restored = rows([1, 0], [0, 1], [1, 1], [0, 0])
    const found = await keyFigures(measured('ae', [squaredError], { x, restored, codes: x }))
    const one = found.find(({ title }) => title === 'squared error of reconstructions')!
    expect(one.meaning).toBe(
      'The mean of the examples has 0.5000. Reconstructions are no better than that.',
    )
  })

  it('of a GAN are the variety of its samples and its discriminator', async () => {
    const accuracy = { ...entry, figure: 'discriminator accuracy', unit: 'share', value: 0.75 }
    const zeros = measured('gan', [{ ...entry, figure: 'discriminator loss' }, accuracy], {
      x: rows([0, 1], [1, 0]),
    })
    const run = tinyRun({ data, options: { model: 'gan', latent: 2 }, zeros: true })
    const found = await keyFigures({ ...zeros, run })
    expect(found.map(({ title, value }) => [title, value])).toEqual([
      ['variety of samples', '0.0\u00a0%'],
      ['discriminator accuracy', '0.7500'],
      ['discriminator loss', '3.0000'],
    ])
    expect(found[0]!.meaning).toContain('that of test examples: 0.5000')
  })

  it('without codes name the error of reconstructions once', async () => {
    const x = rows([0, 1], [1, 0])
    const mean = { ...squaredError, figure: 'mean squared error' }
    const similarity = { ...entry, figure: 'SSIM', unit: '', kind: 'metric' as const, value: 0.9 }
    const ledger = [entry, squaredError, mean, similarity]
    const found = await keyFigures(measured('dae', ledger, { x, restored: x }))
    expect(found.map(({ title }) => title)).toEqual([
      'negative ELBO',
      'squared error of reconstructions',
      'SSIM',
    ])
  })

  it('are fewer where nothing was measured', async () => {
    const none = { ...measured('vae', [], undefined), evaluation: undefined }
    expect(await keyFigures(none)).toEqual([])
  })
})

describe('the verdict', () => {
  it('lists what the doctor found, with what to try', () => {
    const suggestion = { try: 'weightDecay: 0.1', options: { weightDecay: 0.1 } }
    const finding = { name: 'dead-units', what: 'Units are dead.', evidence: '9', ...suggestion }
    const { caption, remarks } = verdictSection({ findings: [finding], checks: 12 }, [])
    expect(caption).toBe('The doctor found 1 problem in 12 checks:')
    expect(remarks).toEqual([
      { name: 'dead-units', text: 'Units are dead.', code: '--weight-decay 0.1' },
    ])
  })

  it('shows a change to the data as a sentence, and a consequence without advice of its own', () => {
    const finding = {
      name: 'outliers',
      what: 'A value is far.',
      evidence: '1',
      try: 'remove row 7',
    }
    const second = { ...finding, name: 'dead-units', what: 'Units are dead.', cause: 'outliers' }
    expect(verdictSection({ findings: [finding, second], checks: 12 }, []).remarks).toEqual([
      { name: 'outliers', text: 'A value is far. Try to remove row 7.' },
      { name: 'dead-units', text: 'Units are dead. This may follow from outliers.' },
    ])
  })

  it('says that nothing was found', () => {
    const { caption, remarks } = verdictSection({ findings: [], checks: 12 }, [])
    expect(caption).toBe('The doctor found nothing wrong in 12 checks.')
    expect(remarks).toEqual([])
  })
})
