import { describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { openDataSet } from '../../src/app/library/browser-data.ts'
import { describeDataSet } from '../../src/app/library/describe-data-set.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import { proposedOptions } from '../../src/app/library/proposed-options.ts'
import { trainingOptions } from '../../src/app/option-list.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { onnx } from '../train/onnx.ts'

const pixels = (side: number, count = 12) =>
  hostTensor(
    'uint8',
    [count, side, side],
    Uint8Array.from({ length: count * side * side }, (_, at) => (at * 37) % 256),
  )
const table = Array.from({ length: 60 }, (_, i) => ({
  length: Math.sin(i) * 3,
  colour: ['red', 'green', 'blue'][i % 3]!,
}))
const split = { validation: 2, test: 4 }

describe('a data set', () => {
  it('of pictures is described by its shape, its range and its classes', async () => {
    const labels = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 3 : 8))
    const data = await openDataSet({ data: pixels(5), labels, ...split })
    const found = describeDataSet(data)
    expect(found).toMatchObject({
      name: 'array',
      kind: 'image',
      shape: [1, 5, 5],
      storage: 'uint8',
      range: [0, 255],
      rows: { train: 6, validation: 2, test: 4 },
      text: expect.stringMatching(
        /^array: images 5 high and 5 wide, 1 channel; uint8 from 0 to 255/,
      ),
    })
    expect(found.classes!.map(({ label }) => label)).toEqual([3, 8])
    for (const name of ['train', 'validation', 'test'] as const) {
      const own = Array.from(data.splits[name].rows, (row) => labels[row])
      expect(found.classes!.map(({ rows }) => rows[name])).toEqual(
        [3, 8].map((label) => own.filter((one) => one === label).length),
      )
    }
    expect([found.columns, found.numbers]).toEqual([undefined, undefined])
  })

  it('of numbers is described by its columns and what stands out, over training rows', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => [i, 1000 * Math.cos(i), 7])
    const data = await openDataSet({ data: rows, ...split })
    const { numbers, range, kind } = describeDataSet(data)
    const train = Array.from(data.splits.train.rows, (row) => rows[row]!)
    const column = (c: number) => train.map((row) => row[c]!)
    const mean = column(0).reduce((a, b) => a + b) / train.length
    expect(kind).toBe('table')
    expect(numbers).toMatchObject({ count: 3, constant: 1, nonFinite: 0 })
    expect(numbers!.shown[0]).toMatchObject({
      min: Math.min(...column(0)),
      max: Math.max(...column(0)),
      mean: expect.closeTo(mean, 6),
    })
    expect(numbers!.remarks.join(' ')).toMatch(/column 2 is constant|constant/)
    expect(range[1]).toBeCloseTo(Math.max(...train.flat()), 3)
  })

  it('of a table with kinds has the columns that a model takes', async () => {
    const { columns, numbers, rows } = describeDataSet(await openDataSet({ data: table, ...split }))
    expect(columns!.map(({ name, kind }) => [name, kind])).toEqual([
      ['length', 'numeric'],
      ['colour', 'categorical'],
    ])
    expect([numbers, rows.train]).toEqual([undefined, 54])
  })
})

describe('the options that nobody chose', () => {
  it('follow a table: its likelihood, its batch, and epochs for two thousand steps', async () => {
    const data = await openDataSet({ data: table, ...split })
    const { options, following, parameters } = proposedOptions(data, { latent: 3 })
    expect(options).toMatchObject({ latent: 3, likelihood: 'columns', batch: 54, epochs: 500 })
    expect(following).toEqual(expect.arrayContaining(['likelihood', 'batch', 'epochs']))
    expect(following).not.toContain('latent')
    expect(parameters).toBeGreaterThan(1000)
    const chosen = proposedOptions(data, { batch: 10, epochs: 3 })
    expect(chosen.options).toMatchObject({ batch: 10, epochs: 3 })
    expect(chosen.following).not.toContain('epochs')
  })

  it('make large images convolutional, and say why dense layers are not used', async () => {
    const data = await openDataSet({ data: pixels(40), ...split })
    const { options, following, unused } = proposedOptions(data, { model: 'vae' })
    expect(options.network).toBe('conv')
    expect(following).toContain('network')
    expect(unused.hidden).toMatch(/^is used only with network mlp/)
    expect(proposedOptions(data, { hidden: [9] }).options.network).toBe('mlp')
  })

  it('of a model in closed form are those of its own and of the data', async () => {
    const data = await openDataSet({ data: pixels(5), ...split })
    const { unused } = proposedOptions(data, { model: 'pca', latent: 2 })
    expect(unused.epochs).toMatch(/closed form/)
    expect(unused).not.toHaveProperty('latent')
  })

  it.each([
    ['pictures', () => openDataSet({ data: pixels(5), ...split }), { hidden: [4], epochs: 1 }],
    ['a table', () => openDataSet({ data: table, ...split }), { hidden: [4], epochs: 1 }],
  ])('of %s are those that a training then has', async (_, open, chosen) => {
    const data = await open()
    const { options, parameters } = proposedOptions(data, chosen)
    let counted = 0
    const config = resolveConfig(chosen)
    const model = await trainInMemory(config, data, onnx(), {
      chosen: Object.keys(chosen),
      onEvent: (event) => {
        if (event.type === 'start') counted = event.parameters
      },
    })
    const { options: own, train } = model.config
    expect(options).toMatchObject({ ...own, ...train })
    expect(parameters).toBe(counted)
    await model.close()
  })

  it('are refused as a training would refuse them', async () => {
    const data = await openDataSet({ data: pixels(5), ...split })
    expect(() => proposedOptions(data, { batch: 99 })).toThrow(UserError)
    expect(() => proposedOptions(data, { model: 'cvae' })).toThrow(
      /needs the classes of its examples/,
    )
    expect(() => proposedOptions(data, { latant: 2 } as never)).toThrow(/did you mean latent/)
  })
})

describe('an option of a training', () => {
  const named = (model: string, name: string) =>
    trainingOptions(model).find((option) => option.name === name)!

  it('says what it takes, what it is about and with what it is used', () => {
    expect(named('vae', 'epochs')).toMatchObject({
      section: 'training',
      expected: expect.stringMatching(/^a whole number/),
      default: expect.any(Number),
    })
    expect(named('vae', 'hidden').usedWith).toEqual({ option: 'network', values: ['mlp'] })
    expect(named('vae', 'likelihood')).toMatchObject({ section: 'model', usedWith: undefined })
    expect(named('vae', 'validation').section).toBe('data')
    expect(named('vae', 'threads').section).toBe('computing')
  })
})
