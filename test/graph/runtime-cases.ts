import fc from 'fast-check'
import type { GraphDType, OpName } from '../../src/graph/rule.ts'
import { broadcast } from '../../src/graph/shape.ts'
import { concat, constant, Tensor } from '../../src/graph/tensor.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { between, doubles, flags, floats, indices, whole, words } from './arrays.ts'
import { machineBlocks } from './block-size.ts'
import type { Feeds } from './runtime.ts'

/** Expressions, and values of their inputs, for which two runtimes should agree. */
export interface Trial {
  readonly outputs: readonly Tensor[]
  readonly feeds: Feeds
}

type Shape = readonly number[]
type Draw = (seed: number, shape: Shape) => HostTensor

/** Small sizes; one dimension in eight is zero. */
const dimension = fc.oneof(
  { weight: 7, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.constant(0) },
)
const positiveDimension = fc.integer({ min: 1, max: 5 })
const shapeOf = (minLength: number, dims = dimension) => fc.array(dims, { minLength, maxLength: 4 })
const seed = fc.nat(1e6)

/** `count` shapes that broadcast against each other, ranks and repeated axes differing. */
const broadcastable = (count: number) =>
  shapeOf(0).chain((full) =>
    fc.array(
      fc
        .tuple(fc.nat(full.length), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
        .map(([skip, ones]) => full.map((d, i) => (ones[i] ? 1 : d)).slice(skip)),
      { minLength: count, maxLength: count },
    ),
  )

/** A shape and one of its axes. */
const withAxis = (dims = dimension) =>
  shapeOf(1, dims).chain((shape) =>
    fc.record({ shape: fc.constant(shape), axis: fc.nat(shape.length - 1), seed }),
  )

const uint8: Draw = (seed, shape) => {
  const { data } = indices(seed, shape, 256)
  return { dtype: 'uint8', shape, data: Uint8Array.from(data, Number) }
}

const draws: Readonly<Record<GraphDType, Draw>> = {
  float: floats,
  double: doubles,
  int64: words,
  bool: flags,
  uint8,
}
const types = fc.constantFrom<GraphDType>('float', 'double', 'int64', 'bool', 'uint8')

/** A trial of one expression over inputs called `a`, `b`, `c`; failures print the parameters. */
function trial<P>(
  parameters: fc.Arbitrary<P>,
  build: (p: P) => { fed: HostTensor[]; y: (...inputs: Tensor[]) => Tensor },
): fc.Arbitrary<Trial> {
  return parameters.map((p) => {
    const { fed, y } = build(p)
    const own: Record<string, GraphDType> = { float32: 'float', float64: 'double' }
    const dtype = (t: HostTensor) => own[t.dtype] ?? (t.dtype as GraphDType)
    const named = fed.map((t, i) => ['abc'[i]!, t] as const)
    const inputs = named.map(([name, t]) => Tensor.input(name, t.shape, dtype(t)))
    const result = { outputs: [y(...inputs)], feeds: Object.fromEntries(named) }
    return Object.assign(result, { [fc.toStringMethod]: () => JSON.stringify(p) })
  })
}

const unary = (y: (x: Tensor) => Tensor, ...draws: Draw[]) =>
  trial(
    fc.record({ shape: shapeOf(0), seed, draw: fc.nat(Math.max(draws.length - 1, 0)) }),
    ({ shape, seed, draw }) => ({ fed: [(draws[draw] ?? floats)(seed, shape)], y }),
  )

const binary = (y: (a: Tensor, b: Tensor) => Tensor, ...draws: Draw[]) =>
  trial(
    fc.record({ shapes: broadcastable(2), seed, draw: fc.nat(draws.length - 1) }),
    ({ shapes, seed, draw }) => ({
      fed: shapes.map((shape, i) => draws[draw]!(seed + i, shape)),
      y: y as (...inputs: Tensor[]) => Tensor,
    }),
  )

const small: Draw = (seed, shape) => indices(seed, shape, 3)
/** Numbers of a draw in float64, with digits that float32 does not hold. */
const inDouble =
  (draw: Draw): Draw =>
  (seed, shape) => ({
    dtype: 'float64',
    shape,
    data: Float64Array.from(draw(seed, shape).data as Float32Array, (x) => x * (1 + 1e-10)),
  })

const positive: Draw = (seed, shape) => between(seed, shape, 0.1, 4)
const floatsTo100: Draw = (seed, shape) => between(seed, shape, 0, 100)
/** On both sides of where Stirling's series begins. */
const wider: Draw = (seed, shape) => between(seed, shape, 0.1, 12)
const wide: Draw = (seed, shape) => between(seed, shape, -9, 9)

const reduction = (y: (x: Tensor, axes: number[], keepDims: boolean) => Tensor) =>
  trial(
    shapeOf(0).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axes: fc.subarray(shape.map((_, i) => i)),
        keepDims: fc.boolean(),
        seed,
      }),
    ),
    ({ shape, axes, keepDims, seed }) => ({
      fed: [floats(seed, shape)],
      y: (x) => y(x!, axes, keepDims),
    }),
  )

/** A number for each of two axes. */
const two = (min: number, max: number) => {
  const one = fc.integer({ min, max })
  return fc.tuple(one, one)
}

const convolutionOptions = fc.record({
  batch: fc.integer({ min: 0, max: 3 }),
  channels: two(1, 3),
  kernel: two(1, 3),
  strides: two(1, 3),
  dilations: two(1, 2),
  padding: fc.tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2)),
  extra: two(0, 4),
  seed,
})

const conv2d = trial(convolutionOptions, ({ batch, channels, kernel, extra, seed, ...options }) => {
  // The smallest size that the kernel fits into, and some more.
  const size = (i: 0 | 1) => {
    const reach = options.dilations[i] * (kernel[i] - 1) + 1
    return Math.max(1, reach - options.padding[i] - options.padding[i + 2]!) + extra[i]
  }
  const [c, o] = channels
  return {
    fed: [floats(seed, [batch, c, size(0), size(1)]), floats(seed + 1, [o, c, ...kernel])],
    y: (x, w) => x!.conv2d(w!, options),
  }
})

const convTranspose2d = trial(
  convolutionOptions,
  ({ batch, channels, kernel, extra, seed, ...options }) => {
    const { strides, padding, dilations } = options
    const outputPadding = strides.map((stride, i) => (seed + i) % stride) as [number, number]
    // The smallest input whose output has a row and a column left after cropping.
    const size = (i: 0 | 1) => {
      const spare = padding[i] + padding[i + 2]! - dilations[i] * (kernel[i] - 1) - outputPadding[i]
      return Math.max(1, Math.ceil(spare / strides[i]) + 1) + extra[i]
    }
    const [c, o] = channels
    return {
      fed: [floats(seed, [batch, c, size(0), size(1)]), floats(seed + 1, [c, o, ...kernel])],
      y: (x, w) => x!.convTranspose2d(w!, { ...options, outputPadding }),
    }
  },
)

/** Where ONNX Runtime convolves in blocks of another size than this, these ops are not for it to run. */
const B = machineBlocks || 8

const blockedShape = fc.record({
  batch: positiveDimension,
  blocks: two(1, 3),
  plane: two(1, 6),
  few: fc.nat(3),
  stride: fc.integer({ min: 1, max: 2 }),
  seed,
})

/** Trials of every op, over shapes that include scalars and sizes of zero. */
export const runtimeCases: Readonly<Record<OpName, fc.Arbitrary<Trial>>> = {
  input: trial(fc.record({ shape: shapeOf(0), dtype: types, seed }), ({ shape, dtype, seed }) => ({
    fed: [draws[dtype](seed, shape)],
    y: (x) => x!,
  })),
  constant: trial(
    fc.record({ shape: shapeOf(0), dtype: types, seed }),
    ({ shape, dtype, seed }) => ({
      fed: [],
      y: () => constant(draws[dtype](seed, shape).data as BigInt64Array, shape, dtype),
    }),
  ),

  neg: unary((x) => x.neg(), floats, doubles),
  abs: unary((x) => x.abs()),
  sign: unary((x) => x.sign(), whole),
  exp: unary((x) => x.exp(), floats, doubles),
  log: unary((x) => x.log(), positive, inDouble(positive)),
  log1p: unary((x) => x.log1p(), positive),
  sqrt: unary((x) => x.sqrt(), positive),
  sin: unary((x) => x.sin(), wide),
  cos: unary((x) => x.cos(), wide),
  tanh: unary((x) => x.tanh(), wide),
  sigmoid: unary((x) => x.sigmoid(), wide),
  softplus: unary((x) => x.softplus(), wide),
  erf: unary((x) => x.erf()),
  lgamma: unary((x) => x.lgamma(), wider),
  polygamma: trial(
    fc.record({ shape: shapeOf(0), order: fc.nat(3), seed }),
    ({ shape, order, seed }) => ({
      fed: [wider(seed, shape)],
      y: (x) => x!.polygamma(order),
    }),
  ),
  relu: unary((x) => x.relu()),
  clip: unary((x) => x.clip(-0.5, 0.75)),
  floor: unary((x) => x.floor(), wide, inDouble(wide)),
  stopGradient: unary((x) => x.stopGradient()),

  add: binary((a, b) => a.add(b), floats, words, doubles),
  sub: binary((a, b) => a.sub(b), floats, words, doubles),
  mul: binary((a, b) => a.mul(b), floats, words, doubles),
  div: binary((a, b) => a.div(b), positive, inDouble(positive)),
  pow: binary((a, b) => a.pow(b), positive),
  max: binary((a, b) => a.max(b), floats, whole),
  min: binary((a, b) => a.min(b), floats, whole),
  equal: binary((a, b) => a.equal(b), whole, small, inDouble(whole)),
  less: binary((a, b) => a.less(b), whole, small, words, inDouble(whole)),
  and: binary((a, b) => a.and(b), flags),
  or: binary((a, b) => a.or(b), flags),
  not: unary((x) => x.not(), flags),
  select: trial(
    fc.record({ shapes: broadcastable(3), dtype: types, seed }),
    ({ shapes, dtype, seed }) => ({
      fed: shapes.map((shape, i) => draws[i === 0 ? 'bool' : dtype](seed + i, shape)),
      y: (condition, yes, no) => condition!.select(yes!, no!),
    }),
  ),
  cast: trial(
    fc.record({ shape: shapeOf(0), from: types, to: types, seed }),
    ({ shape, from, to, seed }) => {
      // Values that every type can hold; what overflows has no meaning.
      const real = from === 'float' ? floatsTo100 : inDouble(floatsTo100)
      const fed =
        from === 'float' || from === 'double' ? real(seed, shape) : draws[from](seed, shape)
      return { fed: [from === 'int64' ? indices(seed, shape, 200) : fed], y: (x) => x!.cast(to) }
    },
  ),
  xor: binary((a, b) => a.xor(b), words),
  shiftRight: trial(
    fc.record({ shape: shapeOf(0), bits: fc.integer({ min: 0, max: 63 }), seed }),
    ({ shape, bits, seed }) => ({ fed: [words(seed, shape)], y: (x) => x!.shiftRight(bits) }),
  ),

  sum: reduction((x, axes, keepDims) => x.sum(axes, keepDims)),
  reduceMax: reduction((x, axes, keepDims) => x.reduceMax(axes, keepDims)),
  argMax: trial(withAxis(positiveDimension), ({ shape, axis, seed }) => ({
    fed: [whole(seed, shape)],
    y: (x) => x!.argMax(axis),
  })),
  smallest: trial(
    fc.record({
      shape: shapeOf(1, positiveDimension),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      seed,
    }),
    ({ shape, share, seed }) => ({
      fed: [whole(seed, shape)],
      y: (x) => x!.smallest(1 + Math.round(share * (shape.at(-1)! - 1))),
    }),
  ),

  reshape: trial(
    fc.record({ shape: shapeOf(0), dtype: types, split: fc.boolean(), seed }),
    ({ shape, dtype, split, seed }) => {
      const size = shape.reduce((a, b) => a * b, 1)
      const to = split ? [1, ...shape].reverse() : [size]
      return { fed: [draws[dtype](seed, shape)], y: (x) => x!.reshape(to) }
    },
  ),
  transpose: trial(
    shapeOf(0).chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        order: fc.shuffledSubarray(
          shape.map((_, i) => i),
          { minLength: shape.length },
        ),
        dtype: types,
        seed,
      }),
    ),
    ({ shape, order, dtype, seed }) => ({
      fed: [draws[dtype](seed, shape)],
      y: (x) => x!.transpose(order),
    }),
  ),
  expand: trial(
    fc.record({ shapes: broadcastable(2), dtype: types, seed }),
    ({ shapes: [from, other], dtype, seed }) => ({
      fed: [draws[dtype](seed, from!)],
      y: (x) => x!.expand(broadcast(from!, other!)),
    }),
  ),
  slice: trial(
    fc.record({ at: withAxis(), dtype: types, ends: two(0, 5) }),
    ({ at: { shape, axis, seed }, dtype, ends }) => {
      const [start, end] = ends.map((n) => Math.min(n, shape[axis]!)).sort((a, b) => a - b)
      return { fed: [draws[dtype](seed, shape)], y: (x) => x!.slice(axis, start!, end!) }
    },
  ),
  pad: trial(
    fc.record({ at: withAxis(), amounts: two(0, 3) }),
    ({ at: { shape, axis, seed }, amounts: [before, after] }) => ({
      fed: [floats(seed, shape)],
      y: (x) => x!.pad(axis, before, after),
    }),
  ),
  concat: trial(
    fc.record({ at: withAxis(), dtype: types, length: dimension }),
    ({ at: { shape, axis, seed }, dtype, length }) => ({
      fed: [
        draws[dtype](seed, shape),
        draws[dtype](
          seed + 1,
          shape.map((d, i) => (i === axis ? length : d)),
        ),
      ],
      y: (a, b) => concat([a!, b!, a!], axis),
    }),
  ),
  gather: trial(
    fc.record({ at: withAxis(), dtype: types, at2: shapeOf(0) }),
    ({ at: { shape, axis, seed }, dtype, at2 }) => {
      // An axis of no length has nothing to index.
      const chosen = shape[axis] === 0 ? [0, ...at2.slice(1)] : at2.slice(0, 2)
      const at = indices(seed, chosen, shape[axis]!)
      return { fed: [draws[dtype](seed, shape), at], y: (x, i) => x!.gather(i!, axis) }
    },
  ),
  scatterAdd: trial(
    fc.record({ at: withAxis(), rank: fc.nat(2), size: positiveDimension }),
    ({ at: { shape, axis, seed }, rank, size }) => {
      const at = indices(seed, shape.slice(axis, axis + rank), size)
      return { fed: [floats(seed, shape), at], y: (x, i) => x!.scatterAdd(i!, axis, size) }
    },
  ),

  dot: trial(
    fc.record({
      m: dimension,
      k: dimension,
      n: dimension,
      ta: fc.boolean(),
      tb: fc.boolean(),
      seed,
    }),
    ({ m, k, n, ta, tb, seed }) => ({
      fed: [floats(seed, ta ? [k, m] : [m, k]), floats(seed + 1, tb ? [n, k] : [k, n])],
      y: (a, b) => a!.dot(b!, ta, tb),
    }),
  ),
  matmul: trial(
    fc.record({ batch: broadcastable(2), m: dimension, k: dimension, n: dimension, seed }),
    ({ batch: [a, b], m, k, n, seed }) => ({
      fed: [floats(seed, [...a!, m, k]), floats(seed + 1, [...b!, k, n])],
      y: (a, b) => a!.matmul(b!),
    }),
  ),
  conv2d,
  convTranspose2d,
  intoBlocks: trial(blockedShape, ({ batch, blocks, plane, seed }) => ({
    fed: [floats(seed, [batch, blocks[0] * B, ...plane])],
    y: (x) => Tensor.apply('intoBlocks', [x!], { size: B }),
  })),
  outOfBlocks: trial(blockedShape, ({ batch, blocks, plane, seed }) => ({
    fed: [floats(seed, [batch, blocks[0], ...plane, B])],
    y: (x) => Tensor.apply('outOfBlocks', [x!], {}),
  })),
  blockedConv: trial(blockedShape, ({ batch, blocks, plane, few, stride, seed }) => {
    const [c, o] = blocks
    const x = few === 0 ? [batch, c, ...plane, B] : [batch, few, ...plane]
    const w = few === 0 ? [o, c, 3, 2, B, B] : [o, few, 3, 2, B]
    const attributes = { strides: [stride, 1], padding: [1, 0, 1, 2], dilations: [1, 2] } as const
    return {
      fed: [floats(seed, x), floats(seed + 1, w)],
      y: (a, k) => Tensor.apply('blockedConv', [a!, k!], attributes),
    }
  }),
}
