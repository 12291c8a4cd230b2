import { afterAll, describe, expect, it } from 'vitest'
import { type Model, publicModel } from '../../src/app/library/model.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'
import { expectRefused, good, type Junk } from './junk.ts'

const classes = 3
const data = tinyData({ shape: [2], classes, sizes: { train: 8, validation: 4, test: 6 } })
const run = tinyRun({ data, options: { latent: 2, batch: 4 } })
const conditional = tinyRun({ data, options: { model: 'cvae', latent: 2, batch: 4 } })
const denoising = tinyRun({ data, options: { model: 'dae', latent: 2, batch: 4 } })
const [vae, cvae, dae] = [run, conditional, denoising].map((one) =>
  publicModel({ ...one, trained: one }),
) as [Model, Model, Model]
afterAll(() => Promise.all([run.close(), conditional.close(), denoising.close()]))

type Call = (given: never) => unknown
const methods: Readonly<Record<string, readonly [Call, ...Junk[]]>> = {
  'encode(x)': [(j) => vae.encode(j)],
  'encode(x, labels)': [(j) => cvae.encode(good, j)],
  'decode(z)': [(j) => vae.decode(j)],
  'decode(z, labels)': [(j) => cvae.decode(good, j)],
  'draw(z)': [(j) => vae.draw(j, 0)],
  'draw(z, seed)': [(j) => vae.draw(good, j), 'number', 'negative'],
  'reconstruct(x)': [(j) => vae.reconstruct(j)],
  'corrupt(x)': [(j) => dae.corrupt(j, 0)],
  'corrupt(x, seed)': [(j) => dae.corrupt(good, j), 'number', 'negative'],
  'corrupt(x, seed, by)': [(j) => dae.corrupt(good, 0, j), 'undefined'],
  'sample(count)': [(j) => vae.sample(j, 0), 'number'],
  'sample(count, seed)': [(j) => vae.sample(2, j), 'number', 'negative'],
  'sample(count, seed, labels)': [(j) => cvae.sample(2, 0, j), 'undefined'],
  'samplePrior(count)': [(j) => vae.samplePrior(j, 0), 'number'],
  'samplePrior(count, seed)': [(j) => vae.samplePrior(2, j), 'number', 'negative'],
  'interpolate(a)': [(j) => vae.interpolate(j, [1, 2], 3)],
  'interpolate(a, b)': [(j) => vae.interpolate([1, 2], j, 3)],
  'interpolate(a, b, steps)': [(j) => vae.interpolate([1, 2], [3, 4], j), 'number'],
  'interpolate(…, labels)': [(j) => cvae.interpolate([1, 2], [3, 4], 3, j)],
  'manifold(size)': [(j) => vae.manifold(j), 'number'],
  'manifold(size, label)': [(j) => cvae.manifold(2, j), 'undefined'],
  'styleTransfer(x)': [(j) => cvae.styleTransfer(j, [0])],
  'styleTransfer(x, labels)': [(j) => cvae.styleTransfer(good, j)],
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
  'evaluate(onStage)': [(j) => vae.evaluate('test', { onStage: j }), 'undefined'],
  'evaluate(featureSpace)': [(j) => vae.evaluate('test', { featureSpace: j }), 'undefined'],
}

describe('a method of a model', () => {
  it('is tried with wrong values', () => {
    const tried = new Set(Object.keys(methods).map((name) => name.split('(')[0]))
    const all = Object.entries(vae).flatMap(([name, one]) =>
      typeof one === 'function' && one.length > 0 ? [name] : [],
    )
    expect([...tried].sort()).toEqual(all.sort())
  })

  it.each(Object.entries(methods))('%s refuses junk in one line', async (_, [call, ...fit]) => {
    await expectRefused(call, fit)
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
      /^normal: 7 is no class of tiny\.npy \(its classes: 0, 1, 2\)$/,
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
