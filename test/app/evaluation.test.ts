import { describe, expect, it } from 'vitest'
import type { DataSet } from '../../src/data/dataset.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const D = 4
const image = [1, 2, 2]
const grey = tinyData({ shape: image })
const bits = Uint8Array.from({ length: 100 * D }, (_, i) => (i * i) % 2)
const binary = tinyData({ shape: image, values: bits, scale: 1, binarize: 'static' })
const table = tinyData({ shape: [D] })

/** Test values as the network sees them. */
function testValues({ splits, scale }: DataSet): number[][] {
  return Array.from(splits.test.rows, (row) =>
    Array.from(
      splits.test.store.array!.data.slice(row * D, (row + 1) * D),
      (value) => value * scale,
    ),
  )
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

/** Standard error of a mean, from the definition. */
function standardError(values: readonly number[]): number {
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

function entry(evaluation: Evaluation, figure: string, unit = 'nats per example') {
  const found = evaluation.ledger.find((one) => one.figure === figure && one.unit === unit)
  expect(
    found,
    `${figure} in ${evaluation.ledger.map((one) => one.figure).join(' | ')}`,
  ).toBeDefined()
  return found!
}

/** With all parameters 0, q(z|x) is the prior and every logit and mean is 0, whatever the example. */
const zeroRun = (data: DataSet, options: Readonly<Record<string, unknown>> = {}) =>
  tinyRun({ data, zeros: true, options: { latent: 3, ...options } })

describe('a VAE with a Bernoulli likelihood', () => {
  it('has a bound of one bit per dimension on binary data when every logit is 0', async () => {
    const evaluation = await zeroRun(binary).evaluate('test')
    expect(evaluation.bound).toBeCloseTo(D * Math.LN2, 5)
    expect(evaluation.objective).toBe(evaluation.bound)
    const nats = entry(evaluation, 'negative ELBO')
    expect(nats).toMatchObject({
      kind: 'bound',
      split: 'test',
      examples: 50,
      likelihood: 'bernoulli',
      binarize: 'static',
      samples: 1,
      seed: 0,
    })
    expect(nats.note).toContain('upper bound on −log p(x)')
    const perDimension = entry(evaluation, 'negative ELBO', 'bits per dimension')
    expect(perDimension.value).toBeCloseTo(1, 6)
    expect(perDimension.kind).toBe('bound')
    expect(entry(evaluation, 'KL(q(z|x) ‖ p(z))').value).toBeCloseTo(0, 6)
  })

  it('has no bound on grey levels, and says that the sum is not a likelihood', async () => {
    const evaluation = await zeroRun(grey).evaluate('test')
    expect(evaluation).not.toHaveProperty('bound')
    expect(evaluation.ledger.every(({ kind }) => kind !== 'bound')).toBe(true)
    const sum = entry(evaluation, 'cross-entropy plus KL (grey level; no likelihood)')
    expect(sum.value).toBeCloseTo(D * Math.LN2, 5)
    expect(sum.kind).toBe('objective')
    expect(sum.note).toContain('not a likelihood')
    expect(entry(evaluation, 'grey-level cross-entropy').kind).toBe('objective')
    expect(evaluation.ledger.some(({ unit }) => unit === 'bits per dimension')).toBe(false)
  })

  it('goes by the values of the split that is evaluated, not of those that were trained on', async () => {
    const plain = tinyData({ shape: image, values: bits, scale: 1 })
    expect((await zeroRun(plain).evaluate('test')).bound).toBeCloseTo(D * Math.LN2, 5)
    const test = { ...plain.splits.test, store: grey.splits.test.store }
    const mixed = { ...plain, splits: { ...plain.splits, test } }
    expect(await zeroRun(mixed).evaluate('test')).not.toHaveProperty('bound')
  })

  it('has a bound on grey images that are binarised at every step, and on data of zeros and ones', async () => {
    const dynamic = await zeroRun({ ...grey, binarize: 'dynamic' }).evaluate('test')
    expect(dynamic.bound).toBeCloseTo(D * Math.LN2, 5)
    expect(entry(dynamic, 'negative ELBO').binarize).toBe('dynamic')
    expect(entry(dynamic, 'squared error', 'squared error per example').note).toContain(
      'of the grey levels',
    )
    const plain = await zeroRun({ ...binary, binarize: 'none' }).evaluate('test')
    expect(plain.bound).toBeCloseTo(D * Math.LN2, 5)
  })

  it('tells the weighted objective apart from the bound', async () => {
    // Three dimensions with mean 2 and variance 1: KL = 3 · 2² / 2 = 6.
    const means = { 'encoder.1.bias': [2, 2, 2, 0, 0, 0] }
    const options = { latent: 3, beta: '0:4@10' }
    const run = tinyRun({ data: binary, zeros: true, options, parameters: means })
    const evaluation = await run.evaluate('validation')
    expect(evaluation.terms.kl).toBeCloseTo(6, 5)
    expect(evaluation.bound).toBeCloseTo(D * Math.LN2 + 6, 5)
    expect(evaluation.objective).toBeCloseTo(D * Math.LN2 + 4 * 6, 5)
    const objective = entry(evaluation, 'weighted objective')
    expect(objective.value).toBe(evaluation.objective)
    expect(objective).toMatchObject({ kind: 'objective', split: 'validation', examples: 30 })
    expect(objective.note).toContain('reconstruction + 4 · kl; it bounds nothing')
    const names = (await zeroRun(binary).evaluate('test')).ledger.map(({ figure }) => figure)
    expect(names).not.toContain('weighted objective')
  })
})

describe('a VAE with a Gaussian likelihood', () => {
  it('gives the density in stated units, with the fixed σ and no bits per dimension', async () => {
    const sigma = 0.5
    const evaluation = await zeroRun(grey, { likelihood: `gaussian:${sigma}` }).evaluate('test')
    const densities = testValues(grey).map((x) =>
      x.reduce(
        (sum, value) =>
          sum + value ** 2 / (2 * sigma ** 2) + 0.5 * Math.log(2 * Math.PI * sigma ** 2),
        0,
      ),
    )
    const bound = entry(evaluation, 'negative ELBO')
    expect(bound.value).toBeCloseTo(mean(densities), 4)
    expect(evaluation.errors.reconstruction).toBeCloseTo(standardError(densities), 4)
    expect(bound.likelihood).toBe('gaussian (σ = 0.5, fixed)')
    expect(bound.note).toContain('stored values / 255')
    // Per grey level, a density is 255 times smaller in each of the 4 dimensions.
    expect(bound.note).toContain(`4 ln 255 = ${(4 * Math.log(255)).toFixed(2)} nats more`)
    expect(bound.note).toContain('dequantisation')
    // Codes that are all 0 have no divergence: the bound has the spread of the density alone.
    expect(bound.standardError).toBeCloseTo(standardError(densities), 4)
    expect(evaluation.ledger.some(({ unit }) => unit === 'bits per dimension')).toBe(false)
  })

  it("gives the density of a table in the data's own units", async () => {
    const evaluation = await zeroRun(table, { likelihood: 'gaussian' }).evaluate('test')
    const { note } = entry(evaluation, 'negative ELBO')
    expect(note).toContain("the data's own units")
    expect(note).not.toContain('dequantisation')
    expect(evaluation.ledger.map(({ unit }) => unit)).toContain('squared error per column')
  })

  it('states a learned σ as it came out', async () => {
    const global = tinyRun({
      data: table,
      options: { likelihood: 'gaussian:global' },
      parameters: { 'likelihood.logSigma': [Math.log(0.25)] },
    })
    const each = tinyRun({
      data: table,
      options: { likelihood: 'gaussian:per-dimension' },
      parameters: { 'likelihood.logSigma': [0.1, 0.2, 0.3, 1e-9].map(Math.log) },
    })
    expect((await global.evaluate('test')).ledger[0]?.likelihood).toBe(
      'gaussian (σ = 0.250, learned)',
    )
    // The likelihood's σ has a floor of 0.001.
    expect((await each.evaluate('test')).ledger[0]?.likelihood).toBe(
      'gaussian (σ from 0.00100 to 0.300, learned for each dimension)',
    )
  })
})

describe('a VAE with a categorical likelihood', () => {
  it('has log2(levels) bits per dimension when every level is equally likely', async () => {
    const evaluation = await zeroRun(grey, { likelihood: 'categorical:16' }).evaluate('test')
    expect(evaluation.bound).toBeCloseTo(D * Math.log(16), 4)
    const perDimension = entry(evaluation, 'negative ELBO', 'bits per dimension')
    expect(perDimension.value).toBeCloseTo(4, 5)
    expect(perDimension.likelihood).toBe('categorical (16 levels)')
    expect(entry(evaluation, 'negative ELBO').note).toContain('quantised to 16 equal bins')
  })

  it('speaks of the stored values themselves with a level for each of the 256', async () => {
    const evaluation = await zeroRun(grey, { likelihood: 'categorical:256' }).evaluate('test')
    expect(entry(evaluation, 'negative ELBO', 'bits per dimension').value).toBeCloseTo(8, 4)
    expect(entry(evaluation, 'negative ELBO').note).toContain('stored 8-bit values')
  })
})

describe('an AE', () => {
  it('has errors, and no bound on any likelihood', async () => {
    const onBinary = await zeroRun(binary, { model: 'ae' }).evaluate('test')
    const onGrey = await zeroRun(grey, { model: 'ae' }).evaluate('test')
    for (const evaluation of [onBinary, onGrey]) {
      expect(evaluation).not.toHaveProperty('bound')
      expect(new Set(evaluation.ledger.map(({ kind }) => kind))).toEqual(new Set(['error']))
      expect(new Set(evaluation.ledger.map(({ samples }) => samples))).toEqual(new Set([0]))
    }
    const likelihood = entry(onBinary, 'reconstruction −log p(x|z)')
    expect(likelihood.value).toBeCloseTo(D * Math.LN2, 5)
    expect(likelihood.note).toContain('no bound on log p(x)')
    expect(entry(onGrey, 'grey-level cross-entropy').note).toContain('not a likelihood')
  })
})

describe('the squared error', () => {
  it('is that of the deterministic reconstruction, per example and per pixel', async () => {
    const run = tinyRun({ data: grey, options: { latent: 3 } })
    const x = testValues(grey)
    const restored = await run.reconstruct({
      dtype: 'float32',
      shape: [x.length, D],
      data: Float32Array.from(x.flat()),
    })
    const errors = x.map((example, i) =>
      example.reduce((sum, value, j) => sum + (value - restored.data[i * D + j]!) ** 2, 0),
    )
    const evaluation = await run.evaluate('test')
    const [whole, perPixel] = evaluation.ledger.filter(({ unit }) => unit.startsWith('squared'))
    expect(whole).toMatchObject({ unit: 'squared error per example', kind: 'error', samples: 0 })
    expect(whole!.value).toBeCloseTo(mean(errors), 6)
    expect(whole!.standardError!).toBeCloseTo(standardError(errors), 6)
    expect(perPixel).toMatchObject({ unit: 'squared error per pixel', kind: 'error' })
    expect(perPixel!.value).toBeCloseTo(mean(errors) / D, 6)
  })
})

describe('evaluateRun', () => {
  it('refuses an empty split, naming it and the data', async () => {
    const sizes = { train: 20, validation: 0, test: 50 }
    const run = zeroRun(tinyData({ shape: image, sizes }))
    const refused = run.evaluate('validation')
    await expect(refused).rejects.toThrow(UserError)
    await expect(refused).rejects.toThrow(/^split 'validation': tiny has no validation examples/)
  })

  it('gives the same figures twice', async () => {
    const run = tinyRun({ data: grey })
    expect(await run.evaluate('test')).toEqual(await run.evaluate('test'))
  })
})
