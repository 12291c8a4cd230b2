import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gradients } from '../../src/graph/autodiff.ts'
import { convolutionsInBlocks } from '../../src/graph/blocked.ts'
import { interpret } from '../../src/graph/interpret.ts'
import { simplify } from '../../src/graph/simplify.ts'
import { concat, constant, Tensor, topological } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import { sizeOf } from '../../src/tensor/host.ts'
import { floats, numbers } from './arrays.ts'
import { machineBlocks } from './block-size.ts'
import { decoded, nodesOf } from './model-nodes.ts'
import { type Feeds, mismatch, runOnnx } from './runtime.ts'

const B = 16

interface Layer {
  readonly batch: number
  readonly channels: readonly [number, number]
  readonly plane: readonly [number, number]
  readonly kernel: readonly [number, number]
  readonly strides: readonly [number, number]
  readonly padding: readonly [number, number, number, number]
  readonly transposed: boolean
  readonly seed: number
}

/** A layer with bias and ReLU, and what a loss's gradient needs of it: all three convolutions. */
function layer({ batch, channels: [c, o], plane, kernel, strides, padding, ...rest }: Layer) {
  const shapes = {
    x: [batch, c, ...plane],
    w: rest.transposed ? [c, o, ...kernel] : [o, c, ...kernel],
    b: [o, 1, 1],
  }
  const input = (name: keyof typeof shapes) => Tensor.input(name, shapes[name])
  const [x, w, b] = [input('x'), input('w'), input('b')]
  const options = { strides, padding }
  const y = (rest.transposed ? x.convTranspose2d(w, options) : x.conv2d(w, options)).add(b).relu()
  const weights = constant(numbers(rest.seed, y.size), y.shape as number[])
  const feeds: Feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => [name, floats(rest.seed + i, shape)]),
  )
  return { outputs: [y, ...gradients(y.mul(weights).sum(), [x, w, b])], feeds }
}

const from = <T>(...values: T[]) => fc.constantFrom(...values)
const square = (min: number, max: number) =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }))

/** Multiplications of one of the three convolutions; the reference makes some hundred million a second. */
const work = ({ batch, channels, plane, kernel, strides, transposed }: Layer) =>
  (batch * sizeOf(channels) * sizeOf(plane) * sizeOf(kernel)) / (transposed ? 1 : sizeOf(strides))

const fits = ({ plane, kernel, strides, padding, transposed }: Layer) =>
  [0, 1].every((i) => {
    const ends = padding[i]! + padding[i + 2]!
    return transposed
      ? (plane[i]! - 1) * strides[i]! + kernel[i]! > ends
      : plane[i]! + ends >= kernel[i]!
  })

const layers = fc
  .record<Layer>({
    batch: from(1, 7, 16, 100, 128),
    channels: fc.tuple(from(1, 3, 16, 20, 32), from(1, 3, 16, 20, 32)),
    plane: from<[number, number]>([7, 7], [20, 36], [1, 1], [4, 4], [5, 2], [14, 14]),
    kernel: fc.oneof(from<[number, number]>([1, 1], [3, 3], [4, 4], [5, 5]), square(1, 5)),
    strides: fc.oneof(from<[number, number]>([1, 1], [2, 2]), square(1, 3)),
    padding: fc.oneof(
      from<Layer['padding']>([0, 0, 0, 0], [1, 1, 1, 1], [2, 2, 2, 2]),
      fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(3)),
    ),
    transposed: fc.boolean(),
    seed: fc.nat(1e6),
  })
  .filter((l) => fits(l) && work(l) < 2e6)

type Values = readonly { readonly data: ArrayLike<number | bigint> }[]

/** The largest magnitude among the values, at least 1: what cancels in float32 is judged by it. */
const largest = (values: Values) =>
  values.reduce(
    (all, { data }) =>
      Array.from(data, Number).reduce((most, v) => Math.max(most, Math.abs(v)), all),
    1,
  )

/** The largest difference between two lists of values. */
const difference = (actual: Values, expected: Values) =>
  actual.reduce(
    (all, { data }, i) =>
      Array.from(data, Number).reduce(
        (most, v, j) => Math.max(most, Math.abs(v - Number(expected[i]!.data[j]))),
        all,
      ),
    0,
  )

/** Types of the nodes that are written for the outputs. */
const written = (outputs: readonly Tensor[], blocks = B) =>
  nodesOf(
    decoded(writeModel(Object.fromEntries(outputs.map((y, i) => [`y${i}`, y])), 18, { blocks }))
      .graph,
  ).map((node) => node.type)

const count = (types: readonly string[], type: string) => types.filter((t) => t === type).length

const native = describe.skipIf(machineBlocks === 0)

describe('convolutions in blocks', () => {
  it('are the same expressions, to the reference interpreter', () => {
    const property = fc.property(layers, from(8, 16), (l, blocks) => {
      const { outputs, feeds } = layer(l)
      const expected = interpret(outputs, feeds)
      const actual = interpret(convolutionsInBlocks(simplify(outputs), blocks), feeds)
      expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape))
      expect(difference(actual, expected)).toBeLessThan(1e-12 * largest(expected))
    })
    fc.assert(property, { seed: 3, numRuns: 30 })
  })

  it('can be used wherever their results go', () => {
    const x = Tensor.input('x', [2, 16, 4, 3])
    const w = Tensor.input('w', [32, 16, 3, 3])
    const gain = Tensor.input('gain', [1, 32, 1, 1])
    const feeds = {
      x: floats(1, [2, 16, 4, 3]),
      w: floats(2, [32, 16, 3, 3]),
      gain: floats(3, [1, 32, 1, 1]),
    }
    const y = x.conv2d(w, { padding: [1, 1, 1, 1] }) // [2, 32, 4, 3]
    const centred = y.sub(y.mean([0, 2, 3], true))
    const normal = centred.div(centred.square().mean([0, 2, 3], true).add(1e-5).sqrt()).mul(gain)
    const outputs = [
      y,
      normal,
      concat([normal, x], 1).slice(2, 1, 3),
      y.less(normal).select(y, x.sum([1], true)),
      y.pad(3, 1, 2).slice(1, 3, 20),
      y.sum([1, 2]),
      y.reduceMax([1]),
      y.mul(constant([1, 2], [2, 1, 1, 1])).transpose([0, 2, 3, 1]),
      ...gradients(normal.tanh().sum(), [x, w, gain]),
    ]
    const expected = interpret(outputs, feeds)
    const actual = interpret(convolutionsInBlocks(simplify(outputs), B), feeds)
    expect(difference(actual, expected)).toBeLessThan(1e-12 * largest(expected))
  })

  it('can be differentiated twice before', () => {
    const { outputs, feeds } = layer({
      batch: 16,
      channels: [16, 16],
      plane: [4, 4],
      kernel: [3, 3],
      strides: [2, 2],
      padding: [1, 1, 1, 1],
      transposed: false,
      seed: 4,
    })
    const [, dx, dw] = outputs as [Tensor, Tensor, Tensor]
    const [x, w] = ['x', 'w'].map((name) =>
      topological(outputs).find((n) => n.op === 'input' && n.attributesOf('input').name === name),
    ) as [Tensor, Tensor]
    const second = gradients(dx.square().sum().add(dw.square().sum()), [x, w])
    const expected = interpret(second, feeds)
    const blocked = convolutionsInBlocks(simplify(second), B)
    expect(topological(blocked).some((n) => n.op === 'blockedConv')).toBe(true)
    expect(difference(interpret(blocked, feeds), expected)).toBeLessThan(1e-12 * largest(expected))
  })
})

describe('what is written for convolutions in blocks', () => {
  const x = Tensor.input('x', [8, 16, 9, 9])
  const kernel = (name: string, o: number, c: number) => Tensor.input(name, [o, c, 3, 3])
  const bias = (name: string, c: number) => Tensor.input(name, [c, 1, 1])
  const padding = [1, 1, 1, 1] as const

  it('changes the layout of activations once in and once out of a chain', () => {
    const y = x
      .conv2d(kernel('a', 32, 16), { padding })
      .add(bias('p', 32))
      .relu()
      .conv2d(kernel('b', 32, 32), { padding, strides: [2, 2] })
      .add(bias('q', 32))
      .tanh()
      .conv2d(kernel('c', 16, 32))
    const types = written([y])
    expect(count(types, 'Conv')).toBe(3)
    expect(count(types, 'ReorderInput')).toBe(1 + 3) // the activations, and three kernels
    expect(count(types, 'ReorderOutput')).toBe(1)
    expect(types.filter((t) => ['Add', 'Relu'].includes(t))).toEqual([])
  })

  it('takes bias and ReLU into every phase of a transposed convolution', () => {
    const w = Tensor.input('w', [16, 32, 4, 4])
    const y = x
      .convTranspose2d(w, { padding, strides: [2, 2] })
      .add(bias('p', 32))
      .relu()
    const types = written([y])
    expect(count(types, 'Conv')).toBe(4)
    expect(types.filter((t) => ['Add', 'Relu', 'ConvTranspose'].includes(t))).toEqual([])
  })

  it('is plain ONNX where channels do not come in whole blocks', () => {
    const uneven = Tensor.input('x', [8, 20, 9, 9])
    const types = written([uneven.conv2d(kernel('a', 20, 20)).relu()])
    expect(types).toEqual(['Conv', 'Relu'])
  })

  it('is plain ONNX where nothing is said of blocks', () => {
    const y = x.conv2d(kernel('a', 32, 16)).relu()
    const { graph } = decoded(writeModel({ y }, 17))
    expect(graph.node.map((n) => [n.domain, n.opType])).toEqual([
      ['', 'Conv'],
      ['', 'Relu'],
      ['', 'Identity'],
    ])
  })

  it('leaves a kernel gradient plain where it would mostly be padding', () => {
    const gradient = (batch: number) => {
      const input = Tensor.input('x', [batch, 16, 9, 9])
      const w = kernel('a', 16, 16)
      return topological(
        convolutionsInBlocks(simplify(gradients(input.conv2d(w).square().sum(), [w])), B),
      )
    }
    expect(
      count(
        gradient(7).map((n) => n.op),
        'conv2d',
      ),
    ).toBe(1)
    expect(
      count(
        gradient(100).map((n) => n.op),
        'conv2d',
      ),
    ).toBe(0)
  })

  it('takes batches of unknown size', () => {
    const y = Tensor.input('x', ['batch', 16, 9, 9])
      .conv2d(kernel('a', 32, 16))
      .relu()
    expect(written([y])).toContain('ReorderInput')
  })
})

native('ONNX Runtime, convolving in blocks, agrees with the reference', () => {
  it('on outputs and gradients of layers, transposed or not', async () => {
    const property = fc.asyncProperty(layers, async (l) => {
      const { outputs, feeds } = layer(l)
      const expected = interpret(outputs, feeds)
      const actual = await runOnnx(outputs, feeds, 18, { blocks: machineBlocks })
      // float32 rounds at 6e-8 relative; up to 10^5 products are added here.
      const tolerance = 2e-6 * largest(expected)
      expect(expected.map((value, i) => mismatch(actual[i]!, value, tolerance))).toEqual(
        outputs.map(() => undefined),
      )
    })
    await fc.assert(property, { seed: 8, numRuns: 80 })
  }, 120_000)

  it('on a batch whose size is known only when the graph runs', async () => {
    const w = Tensor.input('w', [32, 16, 3, 3])
    const y = Tensor.input('x', ['batch', 16, 9, 9])
      .conv2d(w, { strides: [2, 2] })
      .relu()
    for (const batch of [1, 5]) {
      const feeds = { x: floats(1, [batch, 16, 9, 9]), w: floats(2, [32, 16, 3, 3]) }
      const [expected] = interpret([y], feeds)
      const [actual] = await runOnnx([y], feeds, 18, { blocks: machineBlocks })
      expect(mismatch(actual!, expected!, 1e-5)).toBeUndefined()
    }
  })
})
