import { beforeAll, describe, expect, it } from 'vitest'
import { infoOf } from '../../../src/app/model-for-data.ts'
import { tableCells } from '../../../src/data/table/given-cells.ts'
import { hasCategories, valueOfCell } from '../../../src/data/table/model-cells.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { decoderGraph } from '../../../src/package/graphs/decoder.ts'
import { encoderGraph } from '../../../src/package/graphs/encoder.ts'
import { packExamples } from '../../../src/package/graphs/pack-rows.ts'
import { restorerGraph } from '../../../src/package/graphs/restorer.ts'
import { sampleGraph } from '../../../src/package/graphs/sample.ts'
import type { Arrays } from '../../../src/runtime/session.ts'
import { type Floats, hostTensor } from '../../../src/tensor/host.ts'
import { stream } from '../../../src/tensor/random.ts'
import { type BuiltModel, build } from '../../../src/train/build.ts'
import { trainedModel } from '../../../src/train/trained.ts'
import { type Setting, settings } from '../../models/contract/data.ts'
import { everyMember, subject } from '../../models/contract/subjects.ts'
import { known } from '../../models/contract/tiny-options.ts'
import { onnx } from '../../train/onnx.ts'
import { mixedRows, mixedTable, type TableData, unlikeRows } from './mixed-table.ts'
import { distance, opened, rowsOf, type Untrained, untrained } from './subjects.ts'

/** |a - b| ≤ 1e-5 (1 + |b|): that of the issue. */
const TOLERANCE = 1e-5

const BATCHES = [1, 3, 40]
const ROWS = 40

function examples({ form, model }: Untrained): Floats {
  const random = stream(1, 'parity examples')
  const { dimension } = model.info
  const [low, high] = form.storage === 'uint8' ? form.range : [-2, 2]
  const value = () => {
    const x = low + (high - low) * random.uniform()
    return form.storage === 'uint8' ? Math.round(x) * form.scale : x
  }
  const data = Float32Array.from({ length: ROWS * dimension }, value)
  return hostTensor('float32', [ROWS, dimension], data, form.scale)
}

const labels = (count: number, classes: number) =>
  Array.from({ length: count }, (_, i) => i % classes)
const classFeed = (classes: readonly number[]): Arrays => ({
  class: hostTensor('int64', [classes.length], BigInt64Array.from(classes, BigInt)),
})

/** Expects the graphs of a model to give what the model gives, for each batch. */
async function expectParity(subject: Untrained, x: Floats) {
  const { model, form, parameters } = subject
  const trained = trainedModel(onnx(), model, parameters)
  const random = stream(2, 'parity codes')
  const [encoder, decoder, restorer] = [encoderGraph, decoderGraph, restorerGraph].map((of) =>
    opened(subject, of(model, form)),
  )
  const sampler = sampleGraph(model, form)
  const sampling = opened(subject, sampler)
  expect(!!model.posterior || !!model.likelihood || !!model.restore).toBe(true)
  const check = async (count: number) => {
    const rows = rowsOf(x, count)
    const classes = labels(count, model.info.classes ?? 1)
    const feeds = { ...packExamples(form, rows), ...classFeed(classes) }
    const session = await encoder
    if (session) {
      const { z } = await session.run(feeds)
      expect(distance(z!, await trained.encode(rows, classes))).toBeLessThan(TOLERANCE)
    }
    const decoding = await decoder
    if (decoding) {
      const numbers = Float32Array.from({ length: count * model.latent }, () => random.normal())
      const z = hostTensor('float32', [count, model.latent], numbers)
      const outputs = await decoding.run({ ...feeds, z })
      expectSame(subject, outputs, await trained.decode(z, classes))
    }
    const restoring = await restorer
    if (restoring) {
      const outputs = Object.entries(await restoring.run(feeds))
      const named = outputs.map(([name, value]) => [name.replace(/^restored_/, ''), value])
      expectSame(subject, Object.fromEntries(named), await trained.reconstruct(rows))
    }
    if (sampler) {
      const { z, ...outputs } = await (await sampling)!.run({
        ...feeds,
        ...sampler.noise(count, 5),
      })
      const drawn = await trained.samplePrior(count, 5)
      expect(distance(z!, drawn)).toBeLessThan(TOLERANCE)
      expectSame(subject, outputs, await trained.decode(drawn, classes))
    }
  }
  try {
    for (const count of BATCHES) await check(count)
  } finally {
    for (const session of [encoder, decoder, restorer, sampling]) await (await session)?.close()
    await trained.close()
  }
}

/** Outputs in the units of the data against examples as the network sees them. */
function expectSame({ form, model }: Untrained, outputs: Arrays, x: Floats) {
  const { columns } = model.info
  if (columns) return expectSameRows(columns, outputs, x)
  const [name, value] = Object.entries(outputs)[0]!
  expect(name).toBe(form.order === 'table' ? 'values' : 'pixels')
  const seen = (value.data as Float32Array).map((v) => v * form.scale)
  expect(distance(hostTensor('float32', value.shape, seen), x)).toBeLessThan(TOLERANCE)
}

/** The same of a table: numbers in the units of the file, to the tolerance of what a cell of 1 is in them. */
function expectSameRows(columns: readonly TableColumn[], outputs: Arrays, { data }: Floats) {
  const next = { numbers: 0, categories: 0 }
  const off = Array.from(data, (cell, i) => {
    const column = columns[i % columns.length]!
    const kind = hasCategories(column) ? 'categories' : 'numbers'
    const actual = Number(outputs[kind]!.data[next[kind]++])
    const unit = column.kind === 'positive' ? 1 : Math.max(1, column.scale)
    const expected = valueOfCell(column, cell)
    return Math.abs(actual - expected) / (unit + Math.abs(expected))
  })
  expect(Math.max(...off)).toBeLessThan(TOLERANCE)
}

const made = (title: string, model: BuiltModel, setting: Setting) => {
  const subject = untrained(title, model, setting.data.form!)
  return [title, subject] as const
}
const members = everyMember(settings.binary).map(({ title, model }) =>
  made(title, model, settings.binary),
)
/** The networks of images again, on several channels of bytes. */
const ofColours = everyMember(settings.colour)
  .filter(({ model }) => ['conv', 'unet', 'hourglass'].includes(String(model.config.network)))
  .filter(({ definition }) => ['vae', 'dae', 'cvae'].includes(definition.name))
  .map(({ title, model }) => made(`${title}, in colour`, model, settings.colour))

/** Networks that behave differently in training, and priors that draw in other ways. */
const variants: readonly [name: string, of: keyof typeof settings, options: object][] = [
  ['vae', 'binary', { normalization: 'batch', dropout: 0.3, network: 'mlp' }],
  ['vae', 'binary', { normalization: 'batch', dropout: 0.3, network: 'conv' }],
  ['ae', 'binary', { normalization: 'layer', network: 'conv', channels: [3, 4], tied: false }],
  ['dae', 'colour', { normalization: 'batch', network: 'unet', channels: [3, 4] }],
  ['aae', 'binary', { normalization: 'batch', prior: 'mixture', latent: 2 }],
  ['aae', 'binary', { prior: 'swiss-roll', latent: 2 }],
  ['vae', 'binary', { prior: 'bernoulli' }],
  ['vae', 'table', { likelihood: 'gaussian:per-dimension', normalization: 'batch' }],
]
const others = variants.map(([name, of, options]) => {
  const { model } = subject(modelNamed(name), settings[of], { ...options })
  expect(model.config).toMatchObject(options)
  return made(`${name} over ${of}, ${JSON.stringify(options)}`, model, settings[of])
})

describe('the graphs of a package', () => {
  it.each([...members, ...ofColours, ...others])('give what %s gives', (_, untrainedModel) =>
    expectParity(untrainedModel, examples(untrainedModel)),
  )
})

describe('the graphs of a package over a table of every kind, with gaps', () => {
  let data: TableData
  let cells: Floats
  beforeAll(async () => {
    data = await mixedTable()
    const rows = [...mixedRows(ROWS - 3, 9), ...unlikeRows()].reverse()
    const { data: values, shape } = await tableCells(rows, data.form.table!, 'rows')
    // A network overflows where a value is millions of scales away; that a cell is right is tested elsewhere.
    cells = hostTensor(
      'float32',
      shape,
      values.map((x) => Math.max(-50, x)),
      1,
    )
  })

  const takes = ['pca', 'linear-ae', 'ae', 'dae', 'vae', 'cvae', 'aae', 'wae']
  it.each(takes)('give what %s gives', async (name) => {
    const definition = modelNamed(name)
    const given = { hidden: [8], latent: 3, likelihood: name === 'pca' ? 'gaussian' : 'columns' }
    const options = known(definition, { ...given, normalization: 'batch' })
    const model = build(definition, definition.config.parse(options), infoOf(data))
    await expectParity(untrained(name, model, data.form), cells)
  })
})
