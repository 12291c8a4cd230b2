import { afterAll, describe, expect, it } from 'vitest'
import { scoringOfRun } from '../../src/app/answers/stored-scoring.ts'
import type { Model } from '../../src/app/library/model.ts'
import { publicModel } from '../../src/app/library/public-model.ts'
import type { Command } from '../../src/cli/command.ts'
import { denoise } from '../../src/cli/commands/denoise.ts'
import { interpolation } from '../../src/cli/commands/interpolate.ts'
import { manifold } from '../../src/cli/commands/manifold.ts'
import { sample } from '../../src/cli/commands/sample.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { oneFactorModel, schema } from '../answers/imputation/one-factor.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'
import { expectRefused, good, type Junk } from './junk.ts'

const classes = 3
const data = tinyData({ shape: [2], classes, sizes: { train: 8, validation: 4, test: 6 } })
const run = tinyRun({ data, options: { latent: 2, batch: 4 } })
const conditional = tinyRun({
  data,
  options: { model: 'cvae', likelihood: 'gaussian', latent: 2, batch: 4 },
})
const denoising = tinyRun({ data, options: { model: 'dae', latent: 2, batch: 4 } })
const [vae, cvae, dae] = [run, conditional, denoising].map((one) =>
  publicModel({ ...one, trained: one, scoring: (names) => scoringOfRun(one, names) }),
) as [Model, Model, Model]
const columns = oneFactorModel()
const ofTable = publicModel({
  ...run,
  trained: columns,
  scoring: (names) => scoringOfRun(run, names),
  form: async () => ({
    ...data.form,
    table: { schema, columns: columns.model.info.columns! },
  }),
})
const row = { a: 1, b: null, c: 1, n: 2, yes: 'no', rank: '2', kind: 'x' }
afterAll(() => Promise.all([run.close(), conditional.close(), denoising.close()]))

type Call = (given: never) => unknown
const methods: Readonly<Record<string, readonly [Call, ...Junk[]]>> = {
  'encode(x)': [(j) => vae.encode(j)],
  'encode(x, options)': [(j) => vae.encode(good, j), 'undefined', 'object'],
  'encode(labels)': [(j) => cvae.encode(good, { labels: j })],
  'decode(z)': [(j) => vae.decode(j)],
  'decode(z, options)': [(j) => vae.decode(good, j), 'undefined', 'object'],
  'decode(labels)': [(j) => cvae.decode(good, { labels: j })],
  'draw(z)': [(j) => vae.draw(j)],
  'draw(z, options)': [(j) => vae.draw(good, j), 'undefined', 'object'],
  'draw(seed)': [(j) => vae.draw(good, { seed: j }), 'undefined', 'number', 'negative'],
  'draw(labels)': [(j) => cvae.draw(good, { labels: j })],
  'reconstruct(x)': [(j) => vae.reconstruct(j)],
  'reconstruct(x, options)': [(j) => vae.reconstruct(good, j), 'undefined', 'object'],
  'reconstruct(labels)': [(j) => cvae.reconstruct(good, { labels: j })],
  'latents(x)': [(j) => vae.latents(j)],
  'latents(x, options)': [(j) => vae.latents(good, j), 'undefined', 'object'],
  'latents(labels)': [(j) => cvae.latents(good, { labels: j })],
  'losses(x)': [(j) => vae.losses(j)],
  'losses(x, options)': [(j) => vae.losses(good, j), 'undefined', 'object'],
  'losses(seed)': [(j) => vae.losses(good, { seed: j }), 'undefined', 'number', 'negative'],
  'losses(labels)': [(j) => cvae.losses(good, { labels: j })],
  'losses(numbers)': [(j) => vae.losses(good, { numbers: j }), 'undefined'],
  'impute(x)': [(j) => ofTable.impute(j)],
  'impute(x, options)': [(j) => ofTable.impute([row], j), 'undefined', 'object'],
  'impute(seed)': [(j) => ofTable.impute([row], { seed: j }), 'undefined', 'number', 'negative'],
  'impute(samples)': [(j) => ofTable.impute([row], { samples: j }), 'undefined', 'number'],
  'impute(method)': [(j) => ofTable.impute([row], { method: j }), 'undefined'],
  'impute(importanceSamples)': [
    (j) => ofTable.impute([row], { importanceSamples: j }),
    'undefined',
    'number',
  ],
  'corrupt(x)': [(j) => dae.corrupt(j)],
  'corrupt(x, options)': [(j) => dae.corrupt(good, j), 'undefined', 'object'],
  'corrupt(seed)': [(j) => dae.corrupt(good, { seed: j }), 'undefined', 'number', 'negative'],
  'corrupt(by)': [(j) => dae.corrupt(good, { by: j }), 'undefined'],
  'denoise(x)': [(j) => dae.denoise(j)],
  'denoise(x, options)': [(j) => dae.denoise(good, j), 'undefined', 'object'],
  'score(x)': [(j) => vae.score(j)],
  'score(x, options)': [(j) => vae.score(good, j), 'undefined', 'object'],
  'score(score)': [(j) => vae.score(good, { score: j }), 'undefined'],
  'score(falseAlarms)': [(j) => vae.score(good, { falseAlarms: j }), 'undefined'],
  'score(labels)': [(j) => cvae.score(good, { labels: j })],
  'export(options)': [(j) => vae.export(j), 'undefined', 'object'],
  'export(name)': [
    (j) => vae.export({ name: j }),
    'undefined',
    'text',
    'text of digits',
    'long text',
  ],
  'export(score)': [(j) => vae.export({ score: j }), 'undefined'],
  'export(falseAlarms)': [(j) => vae.export({ falseAlarms: j }), 'undefined'],
  'export(precision)': [(j) => vae.export({ precision: j }), 'undefined'],
  'sample(count)': [(j) => vae.sample(j), 'number'],
  'sample(count, options)': [(j) => vae.sample(2, j), 'undefined', 'object'],
  'sample(seed)': [(j) => vae.sample(2, { seed: j }), 'undefined', 'number', 'negative'],
  'sample(labels)': [(j) => cvae.sample(2, { labels: j }), 'undefined'],
  'samplePrior(count)': [(j) => vae.samplePrior(j), 'number'],
  'samplePrior(count, options)': [(j) => vae.samplePrior(2, j), 'undefined', 'object'],
  'samplePrior(seed)': [(j) => vae.samplePrior(2, { seed: j }), 'undefined', 'number', 'negative'],
  'interpolate(a)': [(j) => vae.interpolate(j, [1, 2])],
  'interpolate(a, b)': [(j) => vae.interpolate([1, 2], j)],
  'interpolate(a, b, options)': [(j) => vae.interpolate([1, 2], [3, 4], j), 'undefined', 'object'],
  'interpolate(steps)': [
    (j) => vae.interpolate([1, 2], [3, 4], { steps: j }),
    'undefined',
    'number',
  ],
  'interpolate(along)': [(j) => vae.interpolate([1, 2], [3, 4], { along: j }), 'undefined'],
  'interpolate(labels)': [(j) => cvae.interpolate([1, 2], [3, 4], { labels: j })],
  'manifold(options)': [(j) => vae.manifold(j), 'undefined', 'object'],
  'manifold(size)': [(j) => vae.manifold({ size: j }), 'undefined', 'number'],
  'manifold(label)': [(j) => cvae.manifold({ size: 2, label: j }), 'undefined'],
  'styleTransfer(x)': [(j) => cvae.styleTransfer(j, { labels: [0] })],
  'styleTransfer(x, options)': [(j) => cvae.styleTransfer(good, j)],
  'styleTransfer(labels)': [(j) => cvae.styleTransfer(good, { labels: j })],
  'rows(x)': [(j) => vae.rows(j)],
  'evaluate(split)': [(j) => vae.evaluate(j)],
  'evaluate(split, options)': [(j) => vae.evaluate('test', j), 'undefined', 'object'],
  'evaluate(measure)': [(j) => vae.evaluate('test', { measure: j }), 'undefined'],
  'evaluate(importanceSamples)': [
    (j) => vae.evaluate('test', { importanceSamples: j }),
    'undefined',
    'number',
  ],
  'evaluate(examples)': [(j) => vae.evaluate('test', { examples: j }), 'undefined', 'number'],
  'evaluate(normal)': [(j) => vae.evaluate('test', { normal: j }), 'undefined'],
  'evaluate(signal)': [(j) => vae.evaluate('test', { signal: j }), 'undefined'],
  'evaluate(onStage)': [(j) => vae.evaluate('test', { onStage: j }), 'undefined', 'function'],
  'evaluate(featureSpace)': [
    (j) => vae.evaluate('test', { featureSpace: j }),
    'undefined',
    'function',
  ],
}

describe('a method of a model', () => {
  it('is tried with wrong values', () => {
    const tried = new Set(Object.keys(methods).map((name) => name.split('(')[0]))
    const all = Object.entries(vae).flatMap(([name, one]) =>
      typeof one === 'function' && !['data', 'close'].includes(name) ? [name] : [],
    )
    expect([...tried].sort()).toEqual(all.sort())
  })

  it.each(Object.entries(methods))('%s refuses junk in one line', async (_, [call, ...fit]) => {
    await expectRefused(call, fit)
  })
})

describe('the options of a method', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    [
      'a seed by position',
      () => vae.sample(2, 1 as never),
      'sample: expected an object of options, as in sample(count, { seed, labels }), got 1',
    ],
    [
      'a list of labels by position',
      () => cvae.encode(good, [0, 1] as never),
      'encode: expected an object of options, as in encode(x, { labels }), got a value of type Array',
    ],
    [
      'an array of labels by position',
      () => cvae.styleTransfer(good, hostTensor('int32', [1], Int32Array.of(0)) as never),
      'styleTransfer: expected an object of options, as in styleTransfer(x, { labels }), got a value of type Object',
    ],
    [
      'steps by position',
      () => vae.interpolate([1, 2], [3, 4], 5 as never),
      'interpolate: expected an object of options, as in interpolate(a, b, { steps, labels, along }), got 5',
    ],
    [
      'a size by position',
      () => vae.manifold(20 as never),
      'manifold: expected an object of options, as in manifold({ size, label }), got 20',
    ],
    [
      'a misspelt name',
      () => vae.sample(2, { sead: 1 } as never),
      'sead: sample has no such option; did you mean seed?',
    ],
    [
      'an option of another method',
      () => vae.manifold({ labels: 1 } as never),
      'labels: manifold has no such option; did you mean label?',
    ],
  ])('may not be %s', async (_, call, message) => {
    const refused = await call().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(UserError)
    expect((refused as Error).message).toBe(message)
  })

  it('have the defaults of the command line', async () => {
    expect(await vae.sample(2)).toEqual(await vae.sample(2, { seed: 0 }))
    expect(await vae.sample(2)).not.toEqual(await vae.sample(2, { seed: 1 }))
    expect(await vae.samplePrior(2)).toEqual(await vae.samplePrior(2, { seed: 0 }))
    expect(await vae.draw(good)).toEqual(await vae.draw(good, { seed: 0 }))
    expect(await dae.corrupt(good)).toEqual(await dae.corrupt(good, { seed: 0 }))
    expect((await vae.interpolate([1, 2], [3, 4])).latent.shape).toEqual([11, 2])
    expect((await vae.manifold()).values.shape).toEqual([400, 2])
    const shown = ({ flags }: Command) =>
      ['seed', 'steps', 'size'].flatMap((name) => flags[name]?.shown ?? [])
    expect([sample, denoise, interpolation, manifold].map(shown)).toEqual([
      ['0'],
      ['0'],
      ['11'],
      ['20'],
    ])
  })
})

describe('a model', () => {
  it('draws by the seed, and under the labels, that it is given', async () => {
    const [rows] = good.shape as [number]
    const labels = Array.from({ length: rows }, (_, i) => (i + 1) % classes)
    const { data: drawn } = await cvae.draw(good, { seed: 3, labels })
    expect(drawn).toEqual((await conditional.draw(good, 3, labels)).data)
    const others = labels.map((label) => (label + 1) % classes)
    expect(drawn).not.toEqual((await cvae.draw(good, { seed: 3, labels: others })).data)
    expect(drawn).not.toEqual((await cvae.draw(good, { seed: 4, labels })).data)
  })

  it('corrupts by its own corruption, or by the one that it is given', async () => {
    const by = { kind: 'gaussian', sigma: 2 } as const
    const { data: own } = await dae.corrupt(good, { seed: 3 })
    const { data: other } = await dae.corrupt(good, { seed: 3, by })
    expect(other).toEqual((await denoising.corrupt(good, 3, by)).data)
    expect(other).not.toEqual(own)
  })

  it('says after which epoch and step its parameters were taken', () => {
    expect(vae).toMatchObject({ epoch: 2, step: 20, checkpoint: 'best', folder: run.folder })
  })
})

describe('an evaluation', () => {
  it.each<[string, object, RegExp]>([
    ['0 examples', { examples: 0 }, /^examples: expected a whole number from 1, got 0$/],
    ['NaN examples', { examples: NaN }, /^examples: .* got NaN$/],
    ['2.5 examples', { examples: 2.5 }, /^examples: .* got 2\.5$/],
    [
      'a misspelt group',
      { measure: ['likelyhood'] },
      /^measure: .*got "likelyhood"; did you mean likelihood\?$/,
    ],
    [
      'a text for groups',
      { measure: 'loss' },
      /^measure: expected a list of what to measure: loss, .*got "loss"$/,
    ],
    ['no group', { measure: [] }, /^measure: .*got an empty list$/],
    [
      'an unknown option',
      { mesure: ['loss'] },
      /^mesure: evaluate has no such option; did you mean measure\?$/,
    ],
    [
      'a class that is none',
      { normal: [7] },
      /^normal: 7 is not a class of tiny\.npy \(its classes: 0, 1, 2\)$/,
    ],
    ['NaN samples', { importanceSamples: NaN }, /^importanceSamples: .* got NaN$/],
    [
      'one sample',
      { importanceSamples: 1 },
      /^importanceSamples: expected a whole number from 2 to 1000000, got 1$/,
    ],
  ])('of %s is refused', async (_, options, message) => {
    const evaluated = vae.evaluate('test', options)
    await expect(evaluated).rejects.toThrow(UserError)
    await expect(evaluated).rejects.toThrow(message)
  })

  it('of a misspelt split is refused', async () => {
    await expect(vae.evaluate('tset' as never)).rejects.toThrow(
      /^split: expected one of train, validation, test, got "tset"; did you mean test\?$/,
    )
  })
})
