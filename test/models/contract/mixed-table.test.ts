import { beforeAll, describe, expect, it } from 'vitest'
import { infoOf } from '../../../src/app/model-for-data.ts'
import type { DataSet } from '../../../src/data/dataset.ts'
import { expandedWidth } from '../../../src/distributions/columns/expand.ts'
import { modelNamed, models } from '../../../src/models/registry.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { build } from '../../../src/train/build.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { onnx } from '../../train/onnx.ts'
import { trained } from '../../train/tiny.ts'
import { mixedData } from './mixed-data.ts'
import { known } from './tiny-options.ts'

let mixed: DataSet
/** Real numbers in every cell. */
let plain: DataSet
beforeAll(async () => {
  ;({ mixed, plain } = await mixedData())
})

const tiny = { hidden: [8], latent: 3, likelihood: 'columns', pretrainEpochs: 2 }

function built(name: string, data: DataSet, options: object = {}) {
  const definition = modelNamed(name)
  const given = name === 'pca' ? { ...tiny, likelihood: 'gaussian' } : tiny
  return build(
    definition,
    definition.config.parse({ ...known(definition, given), ...options }),
    infoOf(data),
  )
}

/** What is minimised in each epoch, and the parameters behind the last. */
async function training(name: string, data: DataSet, options: object = {}, epochs = 16) {
  const model = built(name, data, options)
  const { events, store } = await trained(
    { model, data, config: { batch: 20, epochs, lr: 1e-2 } },
    { measureTraining: async () => ({ terms: { reconstruction: 1 }, objective: 1 }) },
  )
  const course = events.flatMap((event) =>
    event.type === 'epoch' ? [event.train.terms.reconstruction ?? event.train.objective] : [],
  )
  return { model, course, parameters: store.read('last').arrays }
}

const PLAIN = 'choose another model, or leave such columns out by a schema'
const refused: Readonly<Record<string, string>> = {
  'stacked-ae': `model: stacked-ae trains each layer with tied weights, so it needs real numbers in every column; column "length" has missing values; ${PLAIN}`,
  'stacked-dae': `model: stacked-dae trains each layer with tied weights, so it needs real numbers in every column; column "length" has missing values; ${PLAIN}`,
  cae: `model: cae penalises how far the code moves with the values, so it needs real numbers in every column; column "length" has missing values; ${PLAIN}`,
  scae: `model: scae penalises how far the code moves with the values, so it needs real numbers in every column; column "length" has missing values; ${PLAIN}`,
  gan: `model: gan shows examples to a discriminator, so it needs real numbers in every column; column "length" has missing values; ${PLAIN}`,
  'vae-gan': `model: vae-gan compares examples by a discriminator, so it needs real numbers in every column; column "length" has missing values; ${PLAIN}`,
}
const trains = models.map(({ name }) => name).filter((name) => !(name in refused))

const variants: readonly [name: string, options: object][] = [
  ...trains.filter((name) => name !== 'pca').map((name): [string, object] => [name, {}]),
  ['dae', { corruption: 'swap:0.2' }],
  ['dae', { corruption: 'gaussian:0.3' }],
  ['vae', { prior: 'bernoulli' }],
  ['vae', { importanceSamples: 3 }],
  ['vae', { beta: '0:1@4', freeBits: 0.1 }],
]

describe('on a table of mixed kinds with gaps', () => {
  it('refuses models of real numbers, each by its own name', () => {
    for (const [name, message] of Object.entries(refused))
      expect(() => built(name, mixed)).toThrow(new UserError(message))
  })

  it.each(variants)('trains %s, %o: the loss is finite and falls', async (name, options) => {
    const { course } = await training(name, mixed, options)
    expect(course).toHaveLength(16)
    expect(course.every(Number.isFinite)).toBe(true)
    expect(course.at(-1)!).toBeLessThan(course[0]! - 0.3)
  })

  it('gives the encoder a mask for every column where cells are masked in training', () => {
    const width = (corruption: string) =>
      built('dae', mixed, { corruption }).parameters.get('encoder.0.weight')!.symbol.shape[0]
    const { columns } = mixed.form.table!
    const gaps = columns.filter((column) => column.gaps).length
    expect(gaps).toBe(3)
    expect(width('swap:0.2')).toBe(expandedWidth(columns))
    expect(width('masking:0.2')).toBe(expandedWidth(columns) + columns.length - gaps)
  })
})

describe('on a table of real numbers', () => {
  it.each(Object.keys(refused))('trains %s', async (name) => {
    const { course } = await training(name, plain, {}, 3)
    expect(course.every(Number.isFinite)).toBe(true)
  })

  it('hides cells from a stacked-dae as values at the mean', async () => {
    const { model, parameters } = await training('stacked-dae', plain, {}, 1)
    const ready = trainedModel(onnx(), model, parameters)
    const codes = await ready.encode(
      hostTensor('float32', [2, 2], Float32Array.of(Number.NaN, 1, 0, 1)),
    )
    await ready.close()
    expect(codes.data.slice(0, 3)).toEqual(codes.data.slice(3))
  })
})
