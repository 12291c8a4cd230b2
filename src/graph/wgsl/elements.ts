import { sizeOf } from '../../tensor/host.ts'
import { stridesOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { constant, float } from './constants.ts'
import { before, bracketed, broadcastIndex, stridedIndex, transposedIndex } from './indices.ts'
import type { Element, Elements, Scope } from './scope.ts'

const sizes = (x: Tensor) => x.shape as readonly number[]

/** The element of an input that meets an element of the result, as broadcasting has it. */
function operand(scope: Scope, node: Tensor, i: number, index: string): string {
  const x = node.inputs[i]!
  return scope.at(x, broadcastIndex(index, sizes(x), sizes(node)))
}

/** An element from those of all inputs at the same place. */
const pointwise =
  (text: (scope: Scope, values: readonly string[], node: Tensor) => string): Element =>
  (scope, node, index) =>
    text(
      scope,
      node.inputs.map((_, i) => operand(scope, node, i, index)),
      node,
    )

/** A function of ours with the name of the op. */
const called = pointwise((scope, values, { op }) => scope.part.call(`op_${op}`, ...values))

/** An operator of WGSL for real numbers; a function of ours for 64-bit integers. */
const arithmetic = (operator: string) =>
  pointwise((scope, [a, b], node) =>
    node.dtype === 'int64'
      ? scope.part.call(`i64_${node.op}`, a!, b!)
      : `${bracketed(a!)} ${operator} ${bracketed(b!)}`,
  )

/** Functions of ours: a compiler may assume that there is no NaN, and x == x is how an answer asks which values are missing. */
const comparedBy: Readonly<Record<string, string>> = { float: 'op', int64: 'i64' }

const compared = (operator: string) =>
  pointwise((scope, [a, b], node) => {
    const family = comparedBy[node.inputs[0]!.dtype]
    return family ? scope.part.call(`${family}_${node.op}`, a!, b!) : `${a} ${operator} ${b}`
  })

const infix = (operator: string) => pointwise((_scope, [a, b]) => `${a} ${operator} ${b}`)

/** An element of the only input, at another index. */
const moved =
  (indexIn: (index: string, node: Tensor, x: Tensor) => string): Element =>
  (scope, node, index) => {
    const x = node.inputs[0]!
    return scope.at(x, indexIn(index, node, x))
  }

/** x - x is how a training asks whether numbers are finite; a compiler may assume that they are. */
const difference: Element = (scope, node, index) =>
  node.inputs[0] === node.inputs[1] && node.dtype === 'float'
    ? scope.part.call('op_nonfinite', operand(scope, node, 0, index))
    : arithmetic('-')(scope, node, index)

const converted = pointwise((scope, [x], node) => {
  const from = node.inputs[0]!.dtype
  const way = `${from} to ${node.dtype}`
  switch (way) {
    case 'float to bool':
      return `!${scope.part.call('op_equal', x!, '0.0')}`
    case 'float to int64':
      return scope.part.call('i64_from_f32', x!)
    case 'float to uint8':
      return `${scope.part.call('i64_from_f32', x!)}.x & 255u`
    case 'bool to float':
      return `select(0.0, 1.0, ${x})`
    case 'bool to int64':
      return `vec2u(select(0u, 1u, ${x}), 0u)`
    case 'bool to uint8':
      return `select(0u, 1u, ${x})`
    case 'uint8 to float':
      return `f32(${x})`
    case 'uint8 to int64':
      return `vec2u(${x}, 0u)`
    case 'uint8 to bool':
      return `${x} != 0u`
    case 'int64 to float':
      return scope.part.call('i64_to_f32', x!)
    case 'int64 to bool':
      return `any(${x} != vec2u())`
    case 'int64 to uint8':
      return `${x}.x & 255u`
    default:
      throw new Error(`WebGPU cannot convert ${way}`)
  }
})

/** An axis, and the coordinate along it of element `index`, with the elements before and behind it. */
function along(scope: Scope, node: Tensor, axis: number, index: string) {
  const inner = sizeOf(sizes(node).slice(axis + 1))
  const length = sizes(node)[axis]!
  const quotient = inner === 1 ? index : `${index} / ${inner}u`
  return {
    inner,
    coordinate: scope.name(axis === 0 ? quotient : `${bracketed(quotient)} % ${length}u`),
    outer: axis === 0 ? '0u' : scope.name(`${index} / ${inner * length}u`),
    rest: inner === 1 ? '0u' : scope.name(`${index} % ${inner}u`),
  }
}

/** The index of an element from its coordinate along an axis of an input and those before and behind it. */
const joined = (
  { outer, rest, inner }: { outer: string; rest: string; inner: number },
  length: number,
  coordinate: string,
) =>
  [
    ...(outer === '0u' ? [] : [`${outer} * ${length * inner}u`]),
    inner === 1 ? coordinate : `${bracketed(coordinate)} * ${inner}u`,
    ...(rest === '0u' ? [] : [rest]),
  ].join(' + ')

const padded: Element = (scope, node, index) => {
  const { axis, before: count } = node.attributesOf('pad')
  const x = node.inputs[0]!
  const at = along(scope, node, axis, index)
  const length = sizes(x)[axis]!
  const value = scope.variable(node)
  const inside = scope.block()
  // Unsigned, so that what is before the start is far behind the end.
  const coordinate = inside.name(before(at.coordinate, count))
  const element = inside.at(x, joined(at, length, coordinate))
  scope.lines.push(`if (${before(at.coordinate, count)} < ${length}u) {`, ...inside.lines)
  scope.lines.push(`${value} = ${element};`, '}')
  return value
}

const concatenated: Element = (scope, node, index) => {
  const { axis } = node.attributesOf('concat')
  const at = along(scope, node, axis, index)
  const value = scope.variable(node)
  let start = 0
  const parts = node.inputs.filter((x) => sizes(x)[axis] !== 0)
  for (const [i, x] of parts.entries()) {
    const length = sizes(x)[axis]!
    const inside = scope.block()
    const coordinate = start === 0 ? at.coordinate : inside.name(`${at.coordinate} - ${start}u`)
    const element = inside.at(x, joined(at, length, coordinate))
    start += length
    const condition = i === parts.length - 1 ? '' : `if (${at.coordinate} < ${start}u) `
    scope.lines.push(`${i === 0 ? '' : 'else '}${condition}{`, ...inside.lines)
    scope.lines.push(`${value} = ${element};`, '}')
  }
  return value
}

const gathered: Element = (scope, node, index) => {
  const { axis } = node.attributesOf('gather')
  const [x, indices] = node.inputs as [Tensor, Tensor]
  const inner = sizeOf(sizes(x).slice(axis + 1))
  const count = sizeOf(sizes(indices))
  const length = sizes(x)[axis]!
  const which = inner === 1 ? index : `${index} / ${inner}u`
  const outer = axis === 0 ? '0u' : scope.name(`${index} / ${inner * count}u`)
  const number = scope.at(indices, axis === 0 ? which : `${bracketed(which)} % ${count}u`)
  const coordinate = scope.name(`min(${number}.x, ${length - 1}u)`)
  const rest = inner === 1 ? '0u' : scope.name(`${index} % ${inner}u`)
  return scope.at(x, joined({ outer, rest, inner }, length, coordinate))
}

/** Axes of a layout in blocks, as a transposition of [N, C/b, b, H, W]. */
const intoBlocks = moved((index, { shape }) => {
  const [n, blocks, h, w, b] = shape as number[]
  return transposedIndex(index, [n!, blocks!, b!, h!, w!], [0, 1, 3, 4, 2])
})
const outOfBlocks = moved((index, _node, x) => {
  const [n, blocks, h, w, b] = x.shape as number[]
  return transposedIndex(index, [n!, blocks!, h!, w!, b!], [0, 1, 4, 2, 3])
})

/**
 * How each op is written in WGSL where an element of it is read; `kernel` for those whose elements need many others,
 * which are computed by a part of their own (`parts/`). The type makes the compiler name what a new op lacks.
 */
export const elements: Elements = {
  input: (_scope, node) => {
    throw new Error(`no value was fed for the input ${node.attributesOf('input').name}`)
  },
  constant,

  neg: pointwise((_scope, [x]) => `-${bracketed(x!)}`),
  abs: pointwise((_scope, [x]) => `abs(${x})`),
  floor: pointwise((_scope, [x]) => `floor(${x})`),
  sign: called,
  exp: called,
  log: called,
  log1p: called,
  sqrt: called,
  sin: called,
  cos: called,
  tanh: called,
  sigmoid: called,
  softplus: called,
  erf: called,
  lgamma: called,
  polygamma: pointwise((scope, [x], node) =>
    scope.part.call(`op_polygamma_${node.attributesOf('polygamma').order}`, x!),
  ),
  relu: called,
  clip: pointwise((scope, [x], node) => {
    const { low, high } = node.attributesOf('clip')
    return scope.part.call('op_clip', x!, float(scope, low), float(scope, high))
  }),
  stopGradient: moved((index) => index),

  add: arithmetic('+'),
  sub: difference,
  mul: arithmetic('*'),
  div: arithmetic('/'),
  pow: called,
  max: called,
  min: called,

  equal: compared('=='),
  less: compared('<'),
  and: infix('&&'),
  or: infix('||'),
  not: pointwise((_scope, [x]) => `!${bracketed(x!)}`),
  select: pointwise((_scope, [condition, yes, no]) => `select(${no}, ${yes}, ${condition})`),
  cast: converted,
  xor: infix('^'),
  shiftRight: pointwise((scope, [x], node) =>
    scope.part.call('i64_shift_right', x!, `${node.attributesOf('shiftRight').bits}u`),
  ),

  reshape: moved((index) => index),
  transpose: moved((index, node, x) =>
    transposedIndex(index, sizes(x), node.attributesOf('transpose').permutation),
  ),
  expand: moved((index, node, x) => broadcastIndex(index, sizes(x), sizes(node))),
  slice: moved((index, node, x) => {
    const { axis, start } = node.attributesOf('slice')
    const strides = stridesOf(sizes(x))
    return stridedIndex(index, sizes(node), strides, start * strides[axis]!)
  }),
  pad: padded,
  concat: concatenated,
  gather: gathered,
  intoBlocks,
  outOfBlocks,

  sum: 'kernel',
  reduceMax: 'kernel',
  argMax: 'kernel',
  smallest: 'kernel',
  scatterAdd: 'kernel',
  dot: 'kernel',
  matmul: 'kernel',
  conv2d: 'kernel',
  convTranspose2d: 'kernel',
  blockedConv: 'kernel',
}
