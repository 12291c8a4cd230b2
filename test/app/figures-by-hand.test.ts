import { beforeAll, describe, expect, it } from 'vitest'
import { evaluatedValues, exampleNumbers } from '../../src/data/evaluated.ts'
import { splitValues } from '../../src/data/rows.ts'
import type { Evaluation } from '../../src/evaluate/evaluate.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import { annealedImportance } from '../../src/evaluate/likelihood/annealed-importance.ts'
import { importanceBound } from '../../src/evaluate/likelihood/importance-bound.ts'
import { exampleNoise, rowKeys } from '../../src/evaluate/loss/row-noise.ts'
import { keysInput } from '../../src/evaluate/loss/stage-loss.ts'
import type { EvaluationOptions } from '../../src/evaluate/options.ts'
import { structuralSimilarity } from '../../src/evaluate/reconstruction/structural-similarity.ts'
import { tinyData, tinyRun } from './tiny-run.ts'

const [D, L, SEED] = [4, 3, 5]
const sizes = { train: 20, validation: 30, test: 50 }
const bits = Uint8Array.from({ length: 100 * D }, (_, i) => (i * i + Math.floor(i / 7)) % 2)
const binary = tinyData({ shape: [1, 2, 2], values: bits, scale: 1, classes: 3, sizes })
const table = tinyData({ shape: [D], sizes })
const all = Array.from({ length: sizes.test }, (_, i) => i)

/** Codes that differ between examples, and so do what is decoded of them. */
const parameters = { 'encoder.1.bias': [2, 1, 0, -2, -1, 0], 'decoder.1.bias': [-1, 0, 1, 2] }
const vae = (options: Readonly<Record<string, unknown>> = {}) =>
  tinyRun({ data: binary, options: { latent: L, seed: SEED, ...options }, parameters })

function entry({ ledger }: Evaluation, figure: string, unit = 'nats per example'): MeasuredEntry {
  const found = ledger.find((one) => one.figure === figure && one.unit === unit)
  expect(found, `${figure} in ${ledger.map((one) => one.figure).join(' | ')}`).toBeDefined()
  return found!
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length

/** Of a mean of values, from the definition. */
function standardError(values: ArrayLike<number>): number {
  const centre = mean(values)
  const squares = Array.from(values).reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

/** Of a mean of numbers of which each has an error of its own. */
const errorOfMean = (errors: ArrayLike<number>) => Math.hypot(...Array.from(errors)) / errors.length

describe('the importance-weighted bound', () => {
  const SAMPLES = 7
  const asked: EvaluationOptions = { measure: ['likelihood'], importanceSamples: SAMPLES }
  const run = vae()
  let evaluation: Evaluation
  beforeAll(async () => {
    evaluation = await run.evaluate('test', asked)
  })
  const drawing = (places = all) => ({
    x: evaluatedValues(binary, 'test', places, SEED),
    seed: run.config.train.seed,
    numbers: exampleNumbers(binary, 'test', places),
  })

  it('is the mean over the examples for the seed of the run, with the errors of examples and of draws', async () => {
    const { x, ...drawn } = drawing()
    expect(drawn.seed).toBe(SEED)
    const found = await importanceBound(run, x, { ...drawn, samples: SAMPLES })
    for (const [figure, values, errors] of [
      ['importance-weighted bound', found.bound, found.boundError],
      [`negative ELBO, mean of ${SAMPLES} codes`, found.elbo, found.elboError],
    ] as const) {
      const told = entry(evaluation, figure)
      expect(told).toMatchObject({ samples: SAMPLES, examples: sizes.test, seed: SEED })
      expect(told.value).toBeCloseTo(-mean(values), 8)
      expect(told.standardError).toBeCloseTo(standardError(values), 8)
      expect(told.drawingError).toBeCloseTo(errorOfMean(errors), 8)
    }
    expect(errorOfMean(found.boundError)).not.toBeCloseTo(errorOfMean(found.elboError), 3)
    expect(entry(evaluation, 'importance-weighted bound').note).toContain(`k = ${SAMPLES} codes`)
  })

  it('is told in bits per dimension too, and so are its errors', () => {
    const nats = entry(evaluation, 'importance-weighted bound')
    const inBits = entry(evaluation, 'importance-weighted bound', 'bits per dimension')
    const factor = Math.LOG2E / D
    expect(inBits.value).toBeCloseTo(factor * nats.value, 10)
    expect(inBits.standardError).toBeCloseTo(factor * nats.standardError!, 10)
    expect(inBits.drawingError).toBeCloseTo(factor * nats.drawingError!, 10)
    expect(mean(inBits.values!)).toBeCloseTo(inBits.value, 10)
  })

  it('is checked by annealing, with the errors of examples and of draws', async () => {
    const told = entry(evaluation, 'annealed importance sampling')
    const places = Array.from({ length: 32 }, (_, i) => Math.floor((i * sizes.test) / 32))
    const { x, ...drawn } = drawing(places)
    const options = { ...drawn, chains: 16, steps: 500, start: 'posterior' } as const
    const found = await annealedImportance(run, x, options)
    expect(told).toMatchObject({ samples: 16, examples: 32 })
    expect(told.value).toBeCloseTo(-mean(found.logLikelihood), 8)
    expect(told.standardError).toBeCloseTo(standardError(found.logLikelihood), 8)
    expect(told.drawingError).toBeCloseTo(errorOfMean(found.error), 8)
  })

  it('of a model that minimises it is of as many samples as the model draws', async () => {
    const minimised = await vae({ importanceSamples: 3 }).evaluate('test', { measure: ['loss'] })
    expect(entry(minimised, 'importance-weighted bound, k = 3').samples).toBe(3)
  })
})

describe('a loss term', () => {
  it('is of noise of the seed, the example and a stream of evaluation, which training does not share', async () => {
    // q(z|x) is the prior; the first hidden unit is z₁ where that is above 0, and the first value is the unit.
    const one = (size: number) => Array.from({ length: size }, (_, i) => Number(i === 0))
    const run = tinyRun({
      data: table,
      zeros: true,
      options: { latent: L, seed: SEED, likelihood: 'gaussian', activation: 'relu' },
      parameters: { 'decoder.0.weight': one(L * 5), 'decoder.1.weight': one(5 * D) },
    })
    const noise = exampleNoise(SEED, keysInput(sizes.test))
    const epsilon = noise('evaluation epsilon').normal([sizes.test, L])
    const session = await run.runtime.compile({ epsilon })
    const numbers = exampleNumbers(table, 'test')
    const keys = rowKeys(Array.from(numbers, (number) => ({ number, k: 0 })))
    const codes = (await session.run({ keys })).epsilon!.data as Float32Array
    await session.close()
    const x = splitValues(table, 'test', all).data
    const densities = all.map((i) => {
      const restored = [Math.max(0, codes[i * L]!), 0, 0, 0]
      return restored.reduce(
        (sum, value, d) => sum + (x[i * D + d]! - value) ** 2 / 2 + Math.log(2 * Math.PI) / 2,
        0,
      )
    })
    const evaluation = await run.evaluate('test', { measure: ['loss'] })
    const told = entry(evaluation, 'reconstruction −log p(x|z)')
    expect(told.seed).toBe(SEED)
    for (const i of all) expect(told.values![i]).toBeCloseTo(densities[i]!, 4)
    expect(told.value).toBeCloseTo(mean(densities), 4)
  })

  it('has its own values and their standard error', async () => {
    const evaluation = await vae().evaluate('test', { measure: ['loss', 'representation'] })
    const [kl, same] = [
      entry(evaluation, 'KL(q(z|x) ‖ p(z))'),
      // Computed by a graph of its own.
      entry(evaluation, 'KL(q(z|x) ‖ p(z)), of these examples'),
    ]
    for (const i of all) expect(kl.values![i]).toBeCloseTo(same.values![i]!, 4)
    expect(kl.standardError).toBeCloseTo(standardError(same.values!), 5)
    const restored = entry(evaluation, 'reconstruction −log p(x|z)')
    expect(restored.standardError).toBeCloseTo(standardError(restored.values!), 8)
    expect(restored.standardError).not.toBeCloseTo(kl.standardError!, 2)
  })

  it('is told beside what its mutual information cannot exceed', async () => {
    const evaluation = await vae().evaluate('test', { measure: ['representation'] })
    const told = entry(evaluation, 'mutual information of x and z under q', 'nats')
    expect(told.note).toContain('cannot exceed ln 50 = 3.91')
  })
})

describe('errors of images', () => {
  it('have the range of the training examples as their peak', async () => {
    const shape = [1, 12, 12]
    const values = Float32Array.from({ length: 100 * 144 }, (_, i) => Math.sin(i * (1 + (i % 5))))
    const given = tinyData({ shape, values, sizes })
    const data = { ...given, form: { ...given.form, range: [-1, 1] as const } }
    const run = tinyRun({ data, options: { model: 'ae', likelihood: 'gaussian', latent: 2 } })
    const evaluation = await run.evaluate('test')
    const x = splitValues(data, 'test', all)
    const restored = await run.reconstruct(x)
    const errors = all.map((i) =>
      x.data
        .subarray(i * 144, (i + 1) * 144)
        .reduce((sum, value, d) => sum + (value - restored.data[i * 144 + d]!) ** 2, 0),
    )
    const psnr = entry(evaluation, 'peak signal-to-noise ratio', 'decibels')
    expect(psnr.value).toBeCloseTo(mean(errors.map((e) => 10 * Math.log10(4 / (e / 144)))), 6)
    expect(psnr.note).toContain('R = 2.0000, from -1.0000 to 1.0000')
    const ssim = entry(evaluation, 'structural similarity (SSIM)', 'up to 1')
    expect(ssim.value).toBeCloseTo(mean(structuralSimilarity(x, restored, { shape, range: 2 })), 10)
    const perPixel = entry(evaluation, 'mean squared error', 'squared error per pixel')
    expect(perPixel.value).toBeCloseTo(mean(errors) / 144, 8)
    expect(perPixel.standardError).toBeCloseTo(standardError(errors) / 144, 8)
  })
})
