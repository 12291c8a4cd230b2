import type { OpName } from '../../src/graph/rule.ts'
import { concat, constant, Tensor } from '../../src/graph/tensor.ts'
import { sizeOf } from '../../src/tensor/host.ts'
import { numbers } from './arrays.ts'

/** An expression over float inputs, and the point at which it is differentiated. */
export interface Case {
  readonly shapes: readonly (readonly number[])[]
  /** Inputs at the point, each of the size of its shape. */
  readonly at: readonly (readonly number[])[]
  readonly build: (...inputs: Tensor[]) => Tensor
}

type Shapes = readonly (readonly number[])[]
type Draw = (count: number, seed: number) => number[]

const anywhere: Draw = (count, seed) => numbers(seed, count)
const positive: Draw = (count, seed) => numbers(seed, count, 'uniform').map((u) => 0.3 + 1.5 * u)
/** No number within 0.2 of zero, where |x|, relu and division have their kinks and poles. */
const notNearZero: Draw = (count, seed) => anywhere(count, seed).map((x) => x + 0.2 * Math.sign(x))
/** Multiples of 0.1, all distinct; those of the second input lie 0.05 beside the first one's. */
const apart: Draw = (count, seed) => {
  const order = numbers(seed, count, 'uniform').map((u, i) => [u, i] as const)
  const ranks = order.sort(([a], [b]) => a - b).map(([, i]) => i)
  return ranks.map((rank) => 0.1 * rank - 0.3 + 0.05 * (seed % 2))
}

const at = (draw: Draw, shapes: Shapes, build: Case['build']): Case => ({
  shapes,
  at: shapes.map((shape, i) => draw(sizeOf(shape), i + 1)),
  build,
})

const unary = (draw: Draw, build: (x: Tensor) => Tensor): Case[] => [
  at(draw, [[3, 4]], build),
  at(draw, [[]], build),
]

/** Operands of equal shape, each broadcast along some axis, of lower rank, and scalars. */
const pairs: readonly Shapes[] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [[], [2, 2]],
  [
    [2, 1, 3],
    [2, 1],
  ],
  [[1], []],
]

const binary = (draw: Draw, build: (a: Tensor, b: Tensor) => Tensor): Case[] => [
  ...pairs.map((shapes) => at(draw, shapes, build as Case['build'])),
  ...pairs.map(([a, b]) => at(draw, [b!, a!], build as Case['build'])),
]

const whole = (data: number[], shape: number[]) => constant(data, shape, 'int64')
const mask = (data: number[], shape: number[]) => constant(data, shape, 'bool')

/** Strides, asymmetric padding, dilations, sizes that leave rows unread, and several of them at once. */
const convolutions = [
  { x: [2, 2, 4, 5], w: [3, 2, 3, 2], options: {} },
  { x: [1, 2, 5, 4], w: [2, 2, 2, 2], options: { strides: [2, 2] } },
  { x: [1, 1, 4, 4], w: [2, 1, 3, 3], options: { padding: [1, 0, 2, 1] } },
  { x: [2, 1, 5, 6], w: [1, 1, 2, 2], options: { dilations: [2, 3] } },
  {
    x: [2, 2, 6, 5],
    w: [1, 2, 2, 3],
    options: { strides: [3, 2], padding: [0, 1, 1, 2], dilations: [2, 1] },
  },
] as const

const transposedConvolutions = [
  { x: [2, 2, 3, 2], w: [2, 3, 2, 3], options: {} },
  { x: [1, 2, 3, 2], w: [2, 1, 3, 3], options: { strides: [2, 3] } },
  { x: [1, 1, 3, 4], w: [1, 2, 3, 3], options: { padding: [1, 0, 2, 1] } },
  { x: [1, 1, 3, 3], w: [1, 1, 2, 2], options: { dilations: [2, 1] } },
  { x: [2, 1, 2, 3], w: [1, 2, 3, 2], options: { strides: [2, 2], outputPadding: [1, 1] } },
  {
    x: [1, 2, 2, 3],
    w: [2, 2, 2, 3],
    options: { strides: [3, 2], padding: [1, 0, 0, 2], dilations: [2, 1], outputPadding: [2, 1] },
  },
] as const

/** Blocks of two channels; the second reads a plain input of one channel. */
const blockedConvolutions = [
  {
    x: [2, 2, 3, 4, 2],
    w: [1, 2, 2, 3, 2, 2],
    options: { strides: [1, 2], padding: [1, 0, 0, 1], dilations: [1, 1] },
  },
  {
    x: [2, 1, 4, 3],
    w: [2, 1, 2, 2, 2],
    options: { strides: [2, 1], padding: [0, 1, 0, 0], dilations: [1, 2] },
  },
] as const

const reductions = (build: (x: Tensor, axes?: number[], keepDims?: boolean) => Tensor): Case[] => [
  at(apart, [[2, 3, 2]], (x) => build(x!)),
  at(apart, [[3, 4]], (x) => build(x!, [0])),
  at(apart, [[2, 3, 2]], (x) => build(x!, [0, 2], true)),
  at(apart, [[2, 3]], (x) => build(x!, [])),
  at(apart, [[]], (x) => build(x!)),
]

/** At least one case for every op that has a gradient. */
export const differentiable: Partial<Record<OpName, Case[]>> = {
  neg: unary(anywhere, (x) => x.neg()),
  abs: unary(notNearZero, (x) => x.abs()),
  exp: unary(anywhere, (x) => x.exp()),
  log: unary(positive, (x) => x.log()),
  log1p: unary(positive, (x) => x.sub(0.9).log1p()),
  sqrt: unary(positive, (x) => x.sqrt()),
  sin: unary(anywhere, (x) => x.sin()),
  cos: unary(anywhere, (x) => x.cos()),
  tanh: unary(anywhere, (x) => x.tanh()),
  sigmoid: unary(anywhere, (x) => x.sigmoid()),
  softplus: unary(anywhere, (x) => x.softplus()),
  erf: unary(anywhere, (x) => x.erf()),
  lgamma: unary(positive, (x) => x.lgamma()),
  polygamma: [
    ...unary(positive, (x) => x.polygamma(0)),
    at(positive, [[3]], (x) => x!.polygamma(1)),
    at(positive, [[3]], (x) => x!.polygamma(2)),
  ],
  relu: unary(notNearZero, (x) => x.relu()),
  clip: unary(notNearZero, (x) => x.clip(-100, 0).add(x.clip(0, 100).mul(2))),

  add: [...binary(anywhere, (a, b) => a.add(b)), at(anywhere, [[3]], (x) => x!.add(x!))],
  sub: binary(anywhere, (a, b) => a.sub(b)),
  mul: [...binary(anywhere, (a, b) => a.mul(b)), at(anywhere, [[3]], (x) => x!.mul(x!))],
  div: [...binary(notNearZero, (a, b) => a.div(b)), at(notNearZero, [[3]], (x) => x!.div(x!))],
  pow: [
    ...binary(positive, (a, b) => a.pow(b)),
    at(positive, [[3]], (x) => x!.pow(x!)),
    at(positive, [[3]], (x) => x!.pow(-1.5)),
  ],
  max: binary(apart, (a, b) => a.max(b)),
  min: binary(apart, (a, b) => a.min(b)),
  select: [
    at(anywhere, [[3], [2, 3]], (a, b) => mask([1, 0, 1, 0, 1, 1], [2, 3]).select(a!, b!)),
    at(anywhere, [[2, 1], []], (a, b) => mask([1, 0, 0], [3]).select(a!, b!)),
    at(anywhere, [[2, 2]], (a) => mask([0], []).select(a!, a!.square())),
  ],

  sum: reductions((x, axes, keepDims) => x.sum(axes, keepDims)),
  reduceMax: reductions((x, axes, keepDims) => x.reduceMax(axes, keepDims)),

  reshape: [
    at(anywhere, [[2, 6]], (x) => x!.reshape([3, 2, 2])),
    at(anywhere, [[1, 1]], (x) => x!.reshape([])),
  ],
  transpose: [
    at(anywhere, [[2, 3, 4]], (x) => x!.transpose([2, 0, 1])),
    at(anywhere, [[2, 3]], (x) => x!.transpose()),
  ],
  expand: [
    at(anywhere, [[3, 1]], (x) => x!.expand([2, 3, 4])),
    at(anywhere, [[]], (x) => x!.expand([2, 2])),
  ],
  slice: [
    at(anywhere, [[3, 4]], (x) => x!.slice(1, 1, 3)),
    at(anywhere, [[3, 4]], (x) => x!.slice(0, 2, 2)),
    at(anywhere, [[4]], (x) => x!.slice(0, 0, 3).mul(x!.slice(0, 1, 4))),
  ],
  pad: [
    at(anywhere, [[2, 3]], (x) => x!.pad(0, 1, 2)),
    at(anywhere, [[2, 3]], (x) => x!.pad(1, 0, 1)),
  ],
  concat: [
    at(
      anywhere,
      [
        [2, 1],
        [2, 3],
      ],
      (a, b) => concat([a!, b!, a!], 1),
    ),
    at(anywhere, [[2], [0]], (a, b) => concat([a!, b!], 0)),
  ],
  gather: [
    at(anywhere, [[3, 2]], (x) => x!.gather(whole([2, 0, 2, 2], [2, 2]))),
    at(anywhere, [[2, 3, 2]], (x) => x!.gather(whole([1, 1], [2]), 1)),
    at(anywhere, [[3]], (x) => x!.gather(whole([1], []))),
  ],
  scatterAdd: [
    at(anywhere, [[2, 2, 2]], (x) => x!.scatterAdd(whole([2, 0, 2, 2], [2, 2]), 0, 4)),
    at(anywhere, [[2, 3]], (x) => x!.scatterAdd(whole([1, 1, 0], [3]), 1, 2)),
    at(anywhere, [[2]], (x) => x!.scatterAdd(whole([1], []), 0, 3)),
  ],

  dot: [
    at(
      anywhere,
      [
        [2, 3],
        [3, 4],
      ],
      (a, b) => a!.dot(b!),
    ),
    at(
      anywhere,
      [
        [3, 2],
        [3, 4],
      ],
      (a, b) => a!.dot(b!, true),
    ),
    at(
      anywhere,
      [
        [2, 3],
        [4, 3],
      ],
      (a, b) => a!.dot(b!, false, true),
    ),
    at(
      anywhere,
      [
        [3, 2],
        [4, 3],
      ],
      (a, b) => a!.dot(b!, true, true),
    ),
    at(anywhere, [[3, 3]], (a) => a!.dot(a!, true)),
  ],
  matmul: [
    at(
      anywhere,
      [
        [2, 3],
        [3, 2],
      ],
      (a, b) => a!.matmul(b!),
    ),
    at(
      anywhere,
      [
        [2, 1, 2, 3],
        [3, 3, 2],
      ],
      (a, b) => a!.matmul(b!),
    ),
    at(
      anywhere,
      [
        [2, 3],
        [2, 3, 1],
      ],
      (a, b) => a!.matmul(b!),
    ),
  ],
  conv2d: convolutions.map(({ x, w, options }) =>
    at(anywhere, [x, w], (a, b) => a!.conv2d(b!, options)),
  ),
  convTranspose2d: transposedConvolutions.map(({ x, w, options }) =>
    at(anywhere, [x, w], (a, b) => a!.convTranspose2d(b!, options)),
  ),
  intoBlocks: [at(anywhere, [[2, 4, 1, 3]], (x) => Tensor.apply('intoBlocks', [x!], { size: 2 }))],
  outOfBlocks: [at(anywhere, [[2, 2, 3, 1, 2]], (x) => Tensor.apply('outOfBlocks', [x!], {}))],
  blockedConv: blockedConvolutions.map(({ x, w, options }) =>
    at(anywhere, [x, w], (a, b) => Tensor.apply('blockedConv', [a!, b!], options)),
  ),
}
