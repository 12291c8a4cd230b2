import { fromBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema } from 'onnx-buf'
import { beforeAll, describe, expect, it } from 'vitest'
import { infoOf } from '../../../src/app/model-for-data.ts'
import { modelNamed } from '../../../src/models/registry.ts'
import { decoderGraph } from '../../../src/package/graphs/decoder.ts'
import { describeGraph, describeInputs } from '../../../src/package/graphs/describe.ts'
import { encoderGraph } from '../../../src/package/graphs/encoder.ts'
import { type PackageGraph, packageGraph } from '../../../src/package/graphs/graph.ts'
import { packRows } from '../../../src/package/graphs/pack-rows.ts'
import { restorerGraph } from '../../../src/package/graphs/restorer.ts'
import { sampleGraph } from '../../../src/package/graphs/sample.ts'
import { writeGraph } from '../../../src/package/graphs/write-graph.ts'
import { requireSafeOnnx } from '../../../src/package/safe-onnx.ts'
import { UserError } from '../../../src/tensor/errors.ts'
import { fromFloat16, toFloat16 } from '../../../src/tensor/float16.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { build } from '../../../src/train/build.ts'
import { settings } from '../../models/contract/data.ts'
import { subject } from '../../models/contract/subjects.ts'
import { onnx } from '../../train/onnx.ts'
import { mixedRows, mixedTable, type TableData } from './mixed-table.ts'
import { distance, outputsOf, type Untrained, untrained } from './subjects.ts'

const decoded = (bytes: Uint8Array) => {
  const model = fromBinary(ModelProtoSchema, bytes)
  return { model, graph: model.graph! }
}

let data: TableData
/** A conditional model of a table. */
let cvae: Untrained
beforeAll(async () => {
  data = await mixedTable()
  const definition = modelNamed('cvae')
  const options = definition.config.parse({ hidden: [6], latent: 2, likelihood: 'columns' })
  cvae = untrained('cvae', build(definition, options, infoOf(data)), data.form)
})

const graphs = ({ model, form }: Untrained) =>
  [encoderGraph, decoderGraph, restorerGraph, sampleGraph]
    .map((of) => of(model, form))
    .filter((graph) => graph !== undefined) as PackageGraph[]

const image = (name: string, options: object = {}) => {
  const { model } = subject(modelNamed(name), settings.colour, { ...options })
  return untrained(name, model, settings.colour.data.form!)
}

describe('the file of a graph', () => {
  it('declares its inputs and outputs, with what they are, and says the same in its metadata', () => {
    const graph = encoderGraph(cvae.model, cvae.form)!
    const file = decoded(writeGraph(graph, cvae.parameters))
    const { metadataProps } = file.model
    expect(requireSafeOnnx(writeGraph(graph, cvae.parameters), 'encoder.onnx')).toEqual({
      inputs: [
        { name: 'numbers', dtype: 'float64', shape: ['batch', 7] },
        { name: 'categories', dtype: 'int64', shape: ['batch', 3] },
        { name: 'mask', dtype: 'bool', shape: ['batch', 10] },
        { name: 'class', dtype: 'int64', shape: ['batch'] },
      ],
      outputs: [{ name: 'z', dtype: 'float32', shape: ['batch', 2] }],
    })
    expect(file.graph.name).toBe('encoder')
    expect(file.graph.docString).toBe('The code of each row.')
    const notes = [...file.graph.input, ...file.graph.output].map((one) => one.docString)
    expect(notes[0]).toBe(
      'Numbers of the row; dates are days since 1970. One that is missing does not matter, also NaN. Unit: as in the data that the model was trained on. Columns: noted, length, second, price, income, visits, bought.',
    )
    expect(notes[4]).toBe('Code: the mean of q(z|x), 2 numbers.')
    expect(metadataProps.map(({ key }) => key)).toEqual(['latentlab', 'graph', 'inputs', 'outputs'])
    const told = Object.fromEntries(metadataProps.map(({ key, value }) => [key, value]))
    const { inputs, outputs } = describeGraph(graph)
    expect(JSON.parse(told.inputs!)).toEqual(inputs)
    expect(JSON.parse(told.outputs!)).toEqual(outputs)
    expect(inputs.slice(0, 3)).toEqual(describeInputs(cvae.form))
    expect(inputs[1]!.columns).toEqual([
      { name: 'colour', kind: 'categorical', categories: data.form.table!.columns[2]!.categories },
      { name: 'open', kind: 'binary', categories: data.form.table!.columns[5]!.categories },
      { name: 'size', kind: 'ordinal', categories: ['S', 'M', 'L'] },
    ])
    expect(inputs[0]!.columns!.map(({ unit }) => unit)).toEqual([
      'days since 1970-01-01, UTC',
      ...new Array(5).fill(undefined),
      'days since 1970-01-01, UTC',
    ])
  })

  it('gives what a decoder and a sampler give in the units of the data', () => {
    const [decoder, sampler] = [decoderGraph, sampleGraph].map(
      (of) => of(cvae.model, cvae.form)!,
    ) as [PackageGraph, PackageGraph]
    const rows = [
      ['numbers', 'float64', ['batch', 7]],
      ['categories', 'int64', ['batch', 3]],
    ]
    const spelled = (graph: PackageGraph, side: 'inputs' | 'outputs') =>
      graph[side].map(({ name, dtype, shape }) => [name, dtype, shape])
    expect(spelled(decoder, 'outputs')).toEqual(rows)
    expect(spelled(decoder, 'inputs')).toEqual([
      ['z', 'float32', ['batch', 2]],
      ['class', 'int64', ['batch']],
    ])
    expect(spelled(sampler, 'outputs')).toEqual([['z', 'float32', ['batch', 2]], ...rows])
    expect(spelled(sampler, 'inputs')).toEqual([
      ['normal', 'float32', ['batch', 2]],
      ['class', 'int64', ['batch']],
    ])
    expect(decoder.outputs[0]!.columns![0]).toEqual({
      name: 'noted',
      kind: 'datetime',
      unit: 'days since 1970-01-01, UTC',
    })
  })

  it('names the outputs of a restorer differently from its inputs', () => {
    const restorer = restorerGraph(
      image('dae', { network: 'unet' }).model,
      settings.colour.data.form!,
    )!
    expect(restorer.outputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['restored_pixels', ['batch', 3, 20, 36]],
    ])
    const { model, form } = image('vae')
    expect(restorerGraph(model, form)).toBeUndefined()
  })

  it('holds the parameters that it reads, under their own names, and no others', () => {
    const subjects = [cvae, image('vae', { network: 'conv' }), image('gan')]
    for (const one of subjects) {
      const read = graphs(one).map((graph) => {
        const { graph: file } = decoded(writeGraph(graph, one.parameters))
        const stored = file.initializer.filter(({ name }) => !name.startsWith('%'))
        for (const { name, rawData } of stored) {
          const { data: own } = one.parameters[name]!
          expect(
            Buffer.compare(rawData, new Uint8Array(own.buffer, own.byteOffset, own.byteLength)),
          ).toBe(0)
        }
        return stored.map(({ name }) => name).sort()
      })
      const of = (prefix: RegExp) =>
        Object.keys(one.parameters)
          .filter((name) => prefix.test(name))
          .sort()
      if (one.model.posterior) expect(read[0]).toEqual(of(/^encoder/))
      expect(read.at(-1)).toEqual(of(/^(decoder|generator|likelihood\.cutPoints)/))
    }
  })

  it('consists of standard ops of opset 17, of which none is random, and of the same bytes each time', () => {
    const subjects = [
      cvae,
      image('dae', { network: 'hourglass' }),
      image('aae', { prior: 'mixture', latent: 2 }),
    ]
    for (const one of subjects)
      for (const graph of graphs(one)) {
        const bytes = writeGraph(graph, one.parameters)
        requireSafeOnnx(bytes, graph.name)
        expect(
          decoded(bytes).model.opsetImport.map(({ domain, version }) => [domain, version]),
        ).toEqual([['', 17n]])
        const again = graphs(one).find(({ name }) => name === graph.name)!
        expect(Buffer.compare(bytes, writeGraph(again, one.parameters))).toBe(0)
      }
  })

  it('declares an input even where no output depends on it, so that clients need not know', async () => {
    const text = {
      name: 'score',
      description: '',
      outputs: { score: { description: 'A constant.' } },
    }
    const graph = packageGraph(cvae.model, cvae.form, text, (x) => ({
      score: x.equal(x).cast('float').sum([1]),
    }))
    const bytes = writeGraph(graph, cvae.parameters)
    const { inputs } = requireSafeOnnx(bytes, 'score.onnx')
    expect(inputs.map(({ name }) => name)).toEqual(['numbers', 'categories', 'mask', 'class'])
    const feeds = await packRows(data.form, mixedRows(2, 9))
    const present = Array.from({ length: 2 }, (_, row) =>
      [...(feeds.mask!.data as Uint8Array)].slice(10 * row, 10 * row + 10).reduce((a, b) => a + b),
    )
    const classes = hostTensor('int64', [2], BigInt64Array.of(0n, 1n))
    const { score } = await outputsOf(cvae, graph, { ...feeds, class: classes })
    expect([...(score!.data as Float32Array)]).toEqual(present)
  })

  it('runs with no row at all', async () => {
    for (const one of [cvae, image('vae', { network: 'conv' })])
      for (const graph of graphs(one)) {
        const arrays = {
          float32: Float32Array,
          float64: Float64Array,
          int64: BigInt64Array,
          bool: Uint8Array,
          uint8: Uint8Array,
        }
        const none = graph.inputs.map(({ name, dtype, shape }) => {
          const empty = new arrays[dtype as 'uint8']()
          return [
            name,
            hostTensor(
              dtype as 'uint8',
              shape.map((size) => (size === 'batch' ? 0 : size)),
              empty,
            ),
          ]
        })
        const outputs = await outputsOf(one, graph, Object.fromEntries(none))
        for (const { name, shape } of graph.outputs)
          expect([name, outputs[name]!.shape]).toEqual([name, [0, ...shape.slice(1)]])
      }
  })

  it('refuses a parameter with the name of an input or output, and an output that nothing describes', () => {
    const graph = encoderGraph(cvae.model, cvae.form)!
    const numbers = hostTensor('float32', [1], Float32Array.of(1))
    expect(() => writeGraph(graph, { ...cvae.parameters, numbers })).toThrow(
      new UserError(
        'model: its parameter numbers has the name of an input or output of encoder.onnx; give it another name',
      ),
    )
    const text = { name: 'score', description: '', outputs: {} }
    expect(() => packageGraph(cvae.model, cvae.form, text, (x) => ({ score: x.sum([1]) }))).toThrow(
      'the graph score does not say what its output score is',
    )
    expect(() =>
      packageGraph(
        cvae.model,
        cvae.form,
        { ...text, outputs: { score: { description: '' } } },
        (x) => ({
          score: x.slice(1, 0, 1).transpose(),
        }),
      ),
    ).toThrow('score: expected rows of a batch, got [1, batch]')
  })
})

describe('parameters in float16', () => {
  it('are half the bytes, and the graph computes with what they stand for in float32', async () => {
    const vae = image('vae', { network: 'conv' })
    const graph = encoderGraph(vae.model, vae.form)!
    const whole = decoded(writeGraph(graph, vae.parameters)).graph
    const bytes = writeGraph(graph, vae.parameters, 'float16')
    const half = decoded(bytes).graph
    requireSafeOnnx(bytes, 'encoder.onnx')
    const sizes = (of: typeof whole) =>
      of.initializer
        .filter(({ name }) => !name.startsWith('%'))
        .map((x) => [x.name, x.rawData.length])
    expect(sizes(half)).toEqual(sizes(whole).map(([name, size]) => [name, Number(size) / 2]))
    expect(new Set(half.initializer.map((x) => x.dataType))).toEqual(new Set([10, 7, 1]))
    const rounded = Object.entries(vae.parameters).map(([name, { shape, data: own }]) => [
      name,
      hostTensor(
        'float32',
        shape,
        (own as Float32Array).map((x) => fromFloat16(toFloat16(x))),
      ),
    ])
    const pixels = hostTensor(
      'uint8',
      [3, 3, 20, 36],
      Uint8Array.from({ length: 6480 }, (_, i) => (7 * i) % 256),
    )
    const session = await onnx().open(bytes)
    const { z } = await session.run({ pixels })
    await session.close()
    const expected = await outputsOf({ parameters: Object.fromEntries(rounded) }, graph, { pixels })
    expect(distance(z!, expected.z!)).toBeLessThan(1e-6)
    const exact = await outputsOf(vae, graph, { pixels })
    expect(distance(z!, exact.z!)).toBeGreaterThan(1e-6)
    expect(distance(z!, exact.z!)).toBeLessThan(1e-2)
  })
})

it('holds no value that no node reads, of which ONNX Runtime would warn', () => {
  const all = [image('vae'), cvae].flatMap((of) => graphs(of).map((graph) => ({ of, graph })))
  for (const { of, graph } of all) {
    const { graph: file } = decoded(writeGraph(graph, of.parameters))
    const read = new Set(file.node.flatMap(({ input }) => input))
    expect(file.initializer.map(({ name }) => name).filter((name) => !read.has(name))).toEqual([])
  }
})
