import { afterAll, describe, expect, it } from 'vitest'
import { publicModel } from '../../src/app/library/public-model.ts'
import { exampleNumbers } from '../../src/data/evaluated.ts'
import { splitLabels, splitValues } from '../../src/data/rows.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from '../app/tiny-run.ts'

const count = 7
const data = tinyData({ shape: [6], classes: 3, sizes: { train: 12, validation: 4, test: count } })
const all = Array.from({ length: count }, (_, i) => i)
const x = splitValues(data, 'test', all)
const labels = splitLabels(data, 'test')!

const runOf = (options: Readonly<Record<string, unknown>>, of = data) =>
  tinyRun({ data: of, options: { latent: 2, batch: 4, likelihood: 'gaussian', ...options } })
const publicOf = (run: ReturnType<typeof runOf>) =>
  publicModel({ ...run, trained: run, scoring: () => Promise.reject(new Error('no scores')) })

const runs = {
  vae: runOf({ beta: 4 }),
  ae: runOf({ model: 'ae' }),
  cvae: runOf({ model: 'cvae' }),
  wae: runOf({ model: 'wae' }),
  aae: runOf({ model: 'aae' }),
  dae: runOf({ model: 'dae', corruption: 'masking:0.3' }),
}
type Name = keyof typeof runs
const models = Object.fromEntries(
  Object.entries(runs).map(([name, run]) => [name, publicOf(run)]),
) as { readonly [N in Name]: ReturnType<typeof publicOf> }
afterAll(() => Promise.all(Object.values(models).map((model) => model.close())))

describe('the losses of examples', () => {
  it.each(Object.keys(runs) as Name[])('of a %s are those of an evaluation', async (name) => {
    const { seed } = runs[name].config.train
    const numbers = exampleNumbers(data, 'test')
    const found = await models[name].losses(x, { seed, labels, numbers })
    const { ledger, terms } = await runs[name].evaluate('test')
    for (const [term, values] of Object.entries(found.terms)) {
      expect(values).toHaveLength(count)
      expect(values.reduce((a, b) => a + b) / count).toBeCloseTo(terms[term]!, 5)
    }
    const ofExamples = ledger.flatMap(({ values }) => (values ? [Float32Array.from(values)] : []))
    for (const values of Object.values(found.terms)) expect(ofExamples).toContainEqual(values)
    if (found.bound) expect(ofExamples).toContainEqual(found.bound)
  })

  it('of a Gaussian autoencoder are half the squared errors, and a constant', async () => {
    const { terms, units, bound } = await models.ae.losses(x)
    const restored = await runs.ae.reconstruct(x)
    for (const i of all) {
      const own = x.data.subarray(6 * i, 6 * i + 6)
      const squares = own.reduce(
        (sum, value, d) => sum + (value - restored.data[6 * i + d]!) ** 2,
        0,
      )
      expect(terms.reconstruction![i]).toBeCloseTo(squares / 2 + 3 * Math.log(2 * Math.PI), 4)
    }
    expect(units).toEqual({ reconstruction: 'nats per example' })
    expect(bound).toBeUndefined()
  })

  it('have no weight: the negative ELBO of a β-VAE is the sum of its terms', async () => {
    const { terms, bound } = await models.vae.losses(x)
    expect(Object.keys(terms)).toEqual(['reconstruction', 'kl'])
    for (const i of all) expect(bound![i]).toBeCloseTo(terms.reconstruction![i]! + terms.kl![i]!, 4)
  })

  it('are the same for one example as for many, and differ by the seed', async () => {
    const third = hostTensor('float32', [1, 6], x.data.slice(12, 18), x.scale)
    const one = await models.vae.losses(third, { numbers: [2] })
    const many = await models.vae.losses(x)
    for (const name of ['reconstruction', 'kl'])
      expect(one.terms[name]![0]).toBeCloseTo(many.terms[name]![2]!, 5)
    const other = await models.vae.losses(x, { seed: 1 })
    expect(other.terms.kl).toEqual(many.terms.kl)
    expect(other.terms.reconstruction).not.toEqual(many.terms.reconstruction)
  })

  it('are those of all rows where there are more than one call computes', async () => {
    const rows = 1203
    const repeated = Float32Array.from({ length: 6 * rows }, (_, at) => x.data[at % x.data.length]!)
    const { terms } = await models.ae.losses(hostTensor('float32', [rows, 6], repeated, x.scale))
    const { terms: expected } = await models.ae.losses(x)
    for (const i of [0, 499, 500, 1000, 1202])
      expect(terms.reconstruction![i]).toBeCloseTo(expected.reconstruction![i % count]!, 4)
  })

  it('leave out what is one number for many examples', async () => {
    for (const few of [x, { ...x, shape: [1, 6], data: x.data.slice(0, 6) } as HostTensor]) {
      const { terms } = await models.wae.losses(few)
      expect(Object.keys(terms)).toEqual(['reconstruction'])
      expect(Number.isFinite(terms.reconstruction![0])).toBe(true)
    }
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['no labels', () => models.cvae.losses(x), /^cvae learns from labels: .* got none$/],
    [
      'a label that is none',
      () => models.cvae.losses(x, { labels: labels.with(3, 9) }),
      /^labels: the label of row 3/,
    ],
    ['too few numbers', () => models.vae.losses(x, { numbers: [1] }), /^numbers: 1 numbers for 7/],
    [
      'unordered numbers',
      () => models.vae.losses(x, { numbers: [3, 2, 4, 5, 6, 7, 8] }),
      /^numbers: 2 follows 3/,
    ],
  ])('are refused for %s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message)
  })
})

it('an evaluation of a conditional model does not depend on what its classes are called', async () => {
  const named = { ...data, classLabels: [5, 7, 9] }
  const run = runOf({ model: 'cvae' }, named)
  expect((await run.evaluate('test')).terms).toEqual((await runs.cvae.evaluate('test')).terms)
  const given = await publicOf(run).losses(x, { labels: labels.map((label) => 5 + 2 * label) })
  expect(given.terms).toEqual((await models.cvae.losses(x, { labels })).terms)
  await run.close()
})
