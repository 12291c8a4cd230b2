import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { concat, constant, fill, scalar, Tensor } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { floats, words } from './arrays.ts'
import { decoded, nodesOf } from './model-nodes.ts'
import { loadModel, mismatch, runOnnx } from './runtime.ts'

const a = Tensor.input('a', [3, 4])
const b = Tensor.input('b', [4, 2])
const full = Tensor.input('full', [3, 2])
const row = Tensor.input('row', [2])
const column = Tensor.input('column', [3, 1])
const single = Tensor.input('single', [])
const feeds = {
  a: floats(1, [3, 4]),
  b: floats(2, [4, 2]),
  full: floats(3, [3, 2]),
  row: floats(4, [2]),
  column: floats(5, [3, 1]),
  single: floats(6, []),
}

const nodes = (...outputs: Tensor[]) =>
  nodesOf(decoded(writeModel(Object.fromEntries(outputs.map((y, i) => [`y${i}`, y])))).graph)
const types = (...outputs: Tensor[]) => nodes(...outputs).map((node) => node.type)

/** Expects ONNX Runtime to compute what the reference interpreter does. */
async function expectAgreement(...outputs: Tensor[]) {
  const expected = interpret(outputs, feeds)
  const actual = await runOnnx(outputs, feeds)
  expect(expected.map((value, i) => mismatch(actual[i]!, value, 1e-6))).toEqual(
    outputs.map(() => undefined),
  )
}

describe('a product of matrices with what surrounds it is one Gemm', () => {
  const product = a.dot(b)

  it.each<[string, Tensor, { alpha: number; beta?: number }]>([
    ['its negation', product.neg(), { alpha: -1 }],
    ['a factor', product.mul(0.5), { alpha: 0.5 }],
    ['a factor on an operand', a.mul(3).dot(b.neg()), { alpha: -3 }],
    ['a bias', product.add(row), { alpha: 1, beta: 1 }],
    ['a bias that comes first', row.add(product), { alpha: 1, beta: 1 }],
    ['a column', product.add(column), { alpha: 1, beta: 1 }],
    ['a number', product.add(single), { alpha: 1, beta: 1 }],
    ['a full matrix', product.add(full), { alpha: 1, beta: 1 }],
    ['factors on both', product.mul(2).add(full.mul(0.25)), { alpha: 2, beta: 0.25 }],
    ['a scaled bias', product.mul(-2).add(row.mul(-1.5)), { alpha: -2, beta: -1.5 }],
    ['what is subtracted from it', product.sub(row.neg()), { alpha: 1, beta: 1 }],
    ['operands that are transposed', b.dot(a, true, true).add(scalar(2)), { alpha: 1, beta: 1 }],
  ])('%s', async (_, y, expected) => {
    const [gemm, ...rest] = nodes(y)
    expect(rest).toEqual([])
    expect(gemm!.type).toBe('Gemm')
    expect(gemm!.attributes).toMatchObject(expected)
    await expectAgreement(y)
  })

  it.each<[string, Tensor[], string[]]>([
    ['the product is an output itself', [product, product.add(row)], ['Gemm', 'Add']],
    ['the product is used twice', [product.add(row), product.tanh()], ['Gemm', 'Add', 'Tanh']],
    [
      'the scaled product is used twice',
      [product.mul(2).add(row), product.mul(2)],
      ['Gemm', 'Add'],
    ],
    [
      'the product is broadcast',
      [product.add(full.reshape([1, 3, 2]))],
      ['Gemm', 'Reshape', 'Add'],
    ],
    ['its rows are repeated', [a.slice(0, 0, 1).dot(b).add(full)], ['Slice', 'Gemm', 'Add']],
    ['it is added to itself, scaled', [product.add(product.mul(3))], ['Gemm', 'Mul', 'Add']],
  ])('but not where %s', async (_, outputs, expected) => {
    expect(types(...outputs).sort()).toEqual([...expected].sort())
    await expectAgreement(...outputs)
  })

  it('and a sum of two products is two, the second adding to the first', async () => {
    const sum = a
      .dot(b)
      .mul(2)
      .add(full.dot(Tensor.input('square', [2, 2])).mul(-1))
    expect(types(sum)).toEqual(['Gemm', 'Gemm'])
    const square = floats(9, [2, 2])
    const expected = interpret([sum], { ...feeds, square })[0]!
    const [actual] = await runOnnx([sum], { ...feeds, square })
    expect(mismatch(actual!, expected, 1e-6)).toBeUndefined()
  })

  it('and a running mean of gradients needs no node beside it', async () => {
    const moment = Tensor.input('b', [4, 2])
    const gradient = gradients(a.dot(moment).mul(full).sum(), [moment])[0]!
    const next = moment.mul(0.9).add(gradient.mul(0.1))
    expect(types(next)).toEqual(['Gemm'])
    await expectAgreement(next)
  })

  it('and the gradient of a mean reaches the weights as a factor', async () => {
    const loss = a.dot(b).sub(full).square().mean()
    const [gradient] = gradients(loss, [b])
    const gemm = nodes(gradient!).at(-1)!
    expect(gemm.type).toBe('Gemm')
    expect(gemm.attributes.alpha).toBeCloseTo(2 / 6, 6)
    expect(types(gradient!)).toEqual(['Gemm', 'Sub', 'Gemm'].slice(-types(gradient!).length))
    await expectAgreement(gradient!)
  })
})

describe('writeModel', () => {
  it('writes opset 17 unless told otherwise', () => {
    expect(decoded(writeModel({ y: a.tanh() })).opset).toBe(17)
    expect(decoded(writeModel({ y: a.tanh() }, 18)).opset).toBe(18)
  })

  it('computes equal expressions once and what is not needed never', () => {
    expect(types(a.dot(b).tanh(), a.dot(b).tanh(), a.dot(b).tanh().exp())).toEqual([
      'Gemm',
      'Tanh',
      'Exp',
    ])
    a.dot(b).sin()
    expect(decoded(writeModel({ y: a.tanh() })).graph.input.map((x) => x.name)).toEqual(['a'])
  })

  it('names outputs as told, also where they are inputs, constants or each other', async () => {
    const y = a.tanh()
    const model = await loadModel(writeModel({ y, same: y, input: a, number: scalar(3) }))
    const { y: first, same, input, number } = await model.call(feeds)
    await model.release()
    expect(same).toEqual(first)
    expect([...input!.data]).toEqual([...feeds.a.data])
    expect([...number!.data]).toEqual([3])
  })

  it('keeps its own names apart from those of inputs and outputs', async () => {
    const names = ['t0', 'tc0', 't1', 'tc1', 't2']
    const inputs = names.map((name) => Tensor.input(name, [1]))
    const sum = inputs.reduce((x, y, i) => x.add(y.mul(i + 2)))
    const model = await loadModel(writeModel({ t3: sum, t4: sum.sqrt() }))
    const values = names.map((name, i) => [name, hostTensor('float32', [1], Float32Array.of(i))])
    const { t3, t4 } = await model.call(Object.fromEntries(values))
    await model.release()
    expect(t3!.data[0]).toBe(1 * 3 + 2 * 4 + 3 * 5 + 4 * 6)
    expect(t4!.data[0]).toBe(Math.fround(Math.sqrt(50)))
  })

  it('refuses two different inputs of one name', () => {
    const other = Tensor.input('a', [3, 5])
    expect(() => writeModel({ y: a.sum().add(other.sum()) })).toThrow(
      'two different inputs are called a',
    )
  })

  it('refuses an output with the name of an input', () => {
    expect(() => writeModel({ a: a.exp() })).toThrow('an input and an output are both called a')
  })

  it('shares equal initialisers', () => {
    const weights = constant([1, 2, 3, 4], [4])
    const again = constant([1, 2, 3, 4], [4])
    const { graph } = decoded(writeModel({ x: a.mul(weights), y: a.add(again) }))
    expect(graph.initializer).toHaveLength(1)
  })

  it('takes any number of rows where the leading size has a name', async () => {
    const x = Tensor.input('x', ['batch', 2, 3])
    const weights = constant(Float64Array.from(floats(7, [6, 4]).data), [6, 4])
    const hidden = x
      .reshape(['batch', 6])
      .dot(weights)
      .add(constant([1, 2, 3, 4], [4]))
      .relu()
    const outputs = {
      hidden,
      softmax: hidden.logSoftmax(1).exp(),
      image: hidden.reshape(['batch', 1, 2, 2]).conv2d(fill([2, 1, 2, 2], 0.5)),
      enlarged: hidden.reshape(['batch', 1, 2, 2]).convTranspose2d(fill([1, 1, 2, 2], 0.5), {
        strides: [2, 2],
      }),
      doubled: concat([hidden, hidden.slice(1, 0, 1)], 1),
      chosen: hidden.gather(constant([3, 0], [2], 'int64'), 1),
      best: hidden.argMax(1),
      repeated: hidden.sum([1], true).expand(['batch', 3]),
      padded: hidden.pad(1, 1, 0).transpose(),
    }
    const model = await loadModel(writeModel(outputs))
    for (const rows of [2, 5, 0]) {
      const fed = { x: floats(rows, [rows, 2, 3]) }
      const expected = interpret(Object.values(outputs), fed)
      const actual = await model.call(fed)
      const differences = Object.keys(outputs).map((name, i) => [
        name,
        mismatch(actual[name]!, expected[i]!, 1e-5),
      ])
      expect(differences).toEqual(Object.keys(outputs).map((name) => [name, undefined]))
    }
    await model.release()
  })

  it('refuses to make an array of unknown size from nothing', () => {
    expect(() => writeModel({ y: fill(['batch', 2], 1) })).toThrow(
      "no size is known for 'batch' to expand [] to",
    )
  })

  // ONNX Runtime 1.30 fuses Div and Mul into a graph that it cannot load (microsoft/onnxruntime#32413).
  it('writes a multiplied inverse in a form that ONNX Runtime loads', async () => {
    const inverse = scalar(1).div(single.square().add(0.5))
    const used = full.exp()
    await expectAgreement(used, inverse.mul(used))
    const raised = constant([1], [1, 1]).div(row.exp()).mul(used)
    await expectAgreement(used, raised, constant([1], [1, 1, 1]).div(single))
  })

  it('keeps constants of 64 bits and of all types', async () => {
    const outputs = [
      Tensor.input('bits', [3], 'int64').xor(constant(words(3, [3]).data, [3], 'int64')),
      constant([1, 0, 1], [3], 'bool').select(row.sum(), 0),
      constant([0, 128, 255], [3], 'uint8').cast('float').mul(single),
    ]
    const fed = { ...feeds, bits: words(4, [3]) }
    const actual = await runOnnx(outputs, fed)
    interpret(outputs, fed).forEach((value, i) => {
      expect(mismatch(actual[i]!, value, 1e-6)).toBeUndefined()
    })
  })
})
