import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  FunctionProtoSchema,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  SparseTensorProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TrainingInfoProtoSchema,
} from 'onnx-buf'
import { describe, expect, it } from 'vitest'
import { Tensor } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import { packagedOps } from '../../src/package/onnx-ops.ts'
import { type OnnxValue, requireSafeOnnx } from '../../src/package/safe-onnx.ts'
import { encoder, refusalOf } from './made-up.ts'

const END = '; a package holds graphs only as Latentlab exports them'
const op = (opType: string, input: string[], output: string[]) =>
  create(NodeProtoSchema, { opType, name: 'n', input, output })
const text = (value: string) => new TextEncoder().encode(value)

/** The message for the encoder with something changed, without the file's name and the common end. */
async function edited(edit: (model: ModelProto, graph: NonNullable<ModelProto['graph']>) => void) {
  const model = fromBinary(ModelProtoSchema, encoder())
  edit(model, model.graph!)
  const message = await refusalOf(() =>
    requireSafeOnnx(toBinary(ModelProtoSchema, model), 'f.onnx'),
  )
  expect(message.startsWith('f.onnx: ') && message.endsWith(END), message).toBe(true)
  return message.slice('f.onnx: '.length, -END.length)
}

describe('an ONNX file of a package', () => {
  it('is read for its inputs and outputs', () => {
    expect(requireSafeOnnx(encoder(), 'f.onnx')).toEqual({
      inputs: [{ name: 'values', dtype: 'float32', shape: ['batch', 2] }],
      outputs: [{ name: 'z', dtype: 'float32', shape: ['batch', 3] }],
    })
    const categories = Tensor.input('categories', ['batch', 3], 'int64')
    const mask = Tensor.input('mask', ['batch', 3], 'bool')
    const file = writeModel({
      known: mask,
      next: categories.add(1),
      first: Tensor.input('p', [], 'uint8'),
    })
    const { inputs, outputs } = requireSafeOnnx(file, 'f.onnx')
    const types = Object.fromEntries(
      [...inputs, ...outputs].map(({ name, dtype }) => [name, dtype]),
    )
    expect(types).toEqual({
      categories: 'int64',
      next: 'int64',
      mask: 'bool',
      known: 'bool',
      p: 'uint8',
      first: 'uint8',
    })
  })

  it('has the inputs and outputs that are expected, in any order', async () => {
    const signature = requireSafeOnnx(encoder(), 'f.onnx')
    const [z] = signature.outputs
    expect(requireSafeOnnx(encoder(), 'f.onnx', signature)).toEqual(signature)
    const other = (outputs: OnnxValue[]) =>
      refusalOf(() => requireSafeOnnx(encoder(), 'f.onnx', { ...signature, outputs }))
    const are = 'f.onnx: its outputs are z float32 [batch, 3]; expected'
    expect(await other([])).toBe(`${are} none${END}`)
    expect(await other([{ ...z!, shape: ['batch', 4] }])).toBe(`${are} z float32 [batch, 4]${END}`)
    expect(await other([{ ...z!, dtype: 'float64' }])).toBe(`${are} z float64 [batch, 3]${END}`)
    expect(await other([z!, { ...z!, name: 'a' }])).toBe(
      `${are} a float32 [batch, 3], z float32 [batch, 3]${END}`,
    )
    const inputs = [{ ...signature.inputs[0]!, name: 'pixels' }]
    expect(
      await refusalOf(() => requireSafeOnnx(encoder(), 'f.onnx', { ...signature, inputs })),
    ).toBe(
      `f.onnx: its inputs are values float32 [batch, 2]; expected pixels float32 [batch, 2]${END}`,
    )
  })

  it('has the ops that the graph layer writes with opset 17, and no others', () => {
    const folder = resolve(import.meta.dirname, '../../src/graph')
    const source = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && path !== 'loop.ts')
      .map((path) => readFileSync(resolve(folder, path), 'utf8'))
      .join('\n')
    const written = new Set(
      [...source.matchAll(/(?:\bops?\(|\bnode\(|onnx:|\? | : )\s*'([A-Z][A-Za-z]+)'/g)].map(
        ([, name]) => name!,
      ),
    )
    // Of opset 18, for the random numbers of training.
    written.delete('BitwiseXor')
    // A direction, not an op.
    written.delete('RIGHT')
    expect([...packagedOps].sort()).toEqual([...written].sort())
  })

  it('is refused where it is no ONNX file', async () => {
    for (const bytes of [
      text('PK\x03\x04'),
      text('{"a":1}'),
      Uint8Array.of(0xff),
      encoder().subarray(0, 90),
    ])
      expect(await refusalOf(() => requireSafeOnnx(bytes, 'f.onnx'))).toBe(
        `f.onnx: is not an ONNX file, or is damaged${END}`,
      )
    expect(await refusalOf(() => requireSafeOnnx(new Uint8Array(0), 'f.onnx'))).toBe(
      `f.onnx: has the IR version 0; expected 8${END}`,
    )
  })

  it('is refused where it nests messages without end', async () => {
    // field 7 of a model is a graph, 1 a node, 5 an attribute, 6 a graph again.
    const parts: number[][] = []
    let length = 0
    for (let depth = 0; depth < 3000; depth++) {
      const tag = depth === 2999 ? 0x3a : [0x2a, 0x0a, 0x32][depth % 3]!
      const size: number[] = []
      for (let rest = length; ; rest >>>= 7) {
        size.push(rest > 127 ? (rest & 127) | 128 : rest)
        if (rest <= 127) break
      }
      parts.unshift([tag, ...size])
      length += 1 + size.length
    }
    expect(await refusalOf(() => requireSafeOnnx(Uint8Array.from(parts.flat()), 'f.onnx'))).toBe(
      `f.onnx: is not an ONNX file, or is damaged${END}`,
    )
  })

  it('is refused with data in other files', async () => {
    const outside = (key: string, value: string) => [
      create(StringStringEntryProtoSchema, { key, value }),
    ]
    expect(
      await edited((_, { initializer: [w] }) => {
        w!.externalData = outside('location', '../../secret')
        w!.dataLocation = TensorProto_DataLocation.EXTERNAL
      }),
    ).toMatch(/^initializer "%tc\d" has external_data, which a package does not allow$/)
    expect(
      await edited((_, { initializer: [w] }) => {
        w!.dataLocation = TensorProto_DataLocation.EXTERNAL
      }),
    ).toMatch(/^initializer "%tc\d" has data_location, which a package does not allow$/)
    const attribute = (content: object) =>
      edited((_, { node: [n] }) => {
        n!.attribute = [
          create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, ...content }),
        ]
      })
    const t = create(TensorProtoSchema, { externalData: outside('location', '/etc/passwd') })
    expect(await attribute({ t })).toMatch(
      /^attribute "value" of node .* has t, which a package does not allow$/,
    )
    expect(await attribute({ tensors: [t] })).toMatch(
      / has tensors, which a package does not allow$/,
    )
    const g = create(GraphProtoSchema, { initializer: [t] })
    expect(await attribute({ g })).toMatch(/ has g, which a package does not allow$/)
    expect(await attribute({ graphs: [g] })).toMatch(/ has graphs, which a package does not allow$/)
    expect(await attribute({})).toMatch(/ is of type 4; expected numbers or text$/)
    expect(await attribute({ type: AttributeType.INT, i: 1n, s: text('x') })).toMatch(
      / has both i and s$/,
    )
    expect(await attribute({ type: AttributeType.INT, refAttrName: 'x' })).toMatch(
      / has ref_attr_name, /,
    )
  })

  it('is refused with ops that a package does not have', async () => {
    for (const name of ['RandomNormal', 'Bernoulli', 'Loop', 'If', 'Constant', 'constructor', ''])
      expect(await edited((_, graph) => void graph.node.push(op(name, [], ['r'])))).toBe(
        `node "n" ("${name}") is an op that a package does not allow`,
      )
    expect(
      await edited((_, { node: [n] }) => {
        n!.domain = 'com.microsoft'
      }),
    ).toMatch(/^node .* is an op of "com\.microsoft"; expected ONNX's own ops$/)
    expect(
      await edited((model) => {
        model.opsetImport[0]!.version = 18n
      }),
    ).toBe('uses opset 18 of "ai.onnx"; expected opset 17 of ONNX alone')
    expect(
      await edited((model) => {
        model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'evil', version: 1n }))
      }),
    ).toBe('uses opset 17 of "ai.onnx" and opset 1 of "evil"; expected opset 17 of ONNX alone')
    expect(
      await edited((model) => {
        model.opsetImport = []
      }),
    ).toBe('uses no opset; expected opset 17 of ONNX alone')
    expect(
      await edited((model) => {
        model.irVersion = 99n
      }),
    ).toBe('has the IR version 99; expected 8')
  })

  it('is refused with functions, training, sparse tensors, or what later versions add', async () => {
    const not = 'which a package does not allow'
    expect(await edited((model) => void model.functions.push(create(FunctionProtoSchema)))).toBe(
      `the model has functions, ${not}`,
    )
    expect(
      await edited((model) => void model.trainingInfo.push(create(TrainingInfoProtoSchema))),
    ).toBe(`the model has training_info, ${not}`)
    expect(
      await edited(
        (_, graph) => void graph.sparseInitializer.push(create(SparseTensorProtoSchema)),
      ),
    ).toBe(`the graph has sparse_initializer, ${not}`)
    const unknown = [{ no: 99, wireType: 0, data: Uint8Array.of(1) }]
    expect(
      await edited((model) => {
        model.$unknown = unknown
      }),
    ).toBe('the model has a field of number 99, which is unknown')
    expect(
      await edited((_, { node: [n] }) => {
        n!.$unknown = unknown
      }),
    ).toMatch(/^node .* has a field of number 99, which is unknown$/)
    expect(
      await edited((model) => {
        delete model.graph
      }),
    ).toBe('holds no graph')
  })

  it('is refused where sizes, types or names do not fit', async () => {
    const weight = (change: object) =>
      edited((_, { initializer }) => void Object.assign(initializer[0]!, change))
    expect(await weight({ dims: [2n, 4n] })).toMatch(
      /^initializer "%tc\d" of shape \[2, 4\] and type float32 has 24 bytes$/,
    )
    expect(await weight({ dims: [-2n, -3n] })).toMatch(' has the shape [-2, -3]')
    const huge = [2n ** 62n, 4n]
    expect(await weight({ dims: huge })).toMatch(' has the shape [4611686018427387904, 4]')
    expect(await weight({ dims: [...huge, 0n], rawData: new Uint8Array(0) })).toMatch(
      ' has the shape [4611686018427387904, 4, 0]',
    )
    expect(await weight({ dims: Array(33).fill(1n) })).toMatch('has 33 axes')
    expect(await weight({ dataType: 8 })).toMatch(
      'has the element type 8; expected float32, uint8, int32, int64, bool, float64, float16',
    )
    expect(await weight({ floatData: [1, 2] })).toMatch(
      'has float_data, which a package does not allow',
    )
    expect(await weight({ name: 'values' })).toBe('defines "values" twice')
    expect(await weight({ name: '' })).toBe('has a value without a name')
    expect(await weight({ name: 'other' })).toMatch(/reads "%tc\d", which nothing before it makes$/)
    expect(await edited((_, graph) => void graph.node.push(op('Neg', ['z'], ['z'])))).toBe(
      'defines "z" twice',
    )
    expect(await edited((_, graph) => void graph.node.reverse())).toMatch(
      /which nothing before it makes$/,
    )
    expect(
      await edited((_, { output: [z] }) => {
        z!.name = 'y'
      }),
    ).toBe('nothing makes its output "y"')
    const shape = (change: object | undefined) =>
      edited((_, { input: [x] }) => {
        const type = x!.type!.value
        if (type.case === 'tensorType')
          if (change) Object.assign(type.value.shape!.dim[1]!, change)
          else delete type.value.shape
      })
    expect(await shape(undefined)).toBe('input "values" has no type and shape')
    expect(await shape({ value: { case: 'dimValue', value: -1n } })).toBe(
      'input "values" has an axis of size -1',
    )
    expect(await shape({ value: { case: undefined } })).toBe(
      'input "values" has an axis of size ""',
    )
    expect(await shape({ denotation: 'x' })).toBe(
      'input "values" has denotation, which a package does not allow',
    )
  })

  it('ends in one line or as it was, whatever bytes of it are changed', async () => {
    const file = encoder()
    let refused = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(8),
        async (changes, cut) => {
          const changed = file.slice(0, file.length - cut)
          for (const [at, byte] of changes) changed[at] = byte
          try {
            const { inputs, outputs } = requireSafeOnnx(changed, 'f.onnx')
            expect([inputs.length, outputs.length]).toEqual([1, 1])
          } catch {
            await refusalOf(() => requireSafeOnnx(changed, 'f.onnx'))
            refused++
          }
        },
      ),
      { numRuns: 1500, seed: 6 },
    )
    expect(refused).toBeGreaterThan(500)
  })
})
