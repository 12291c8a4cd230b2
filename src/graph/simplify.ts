import { evaluateNode } from './interpret.ts'
import type { OpAttributes, OpName, Value } from './rule.ts'
import { broadcast, formatShape, type Shape, sameShape } from './shape.ts'
import { concat, scalar, Tensor, topological } from './tensor.ts'

/** Larger results are left to the runtime: folding them would only make the graph bigger. */
const FOLDED_ELEMENTS = 4096

/** Ops that make a large value from a small one; folding them would hide that it is uniform. */
const unfolded: ReadonlySet<OpName> = new Set(['expand', 'input', 'constant', 'scatterAdd', 'pad'])

/**
 * Rewrites expressions into cheaper ones of the same value: common sub-expressions shared, constants
 * folded, expansions left to broadcasting, constant factors moved towards matrix products (where
 * `Gemm` applies them at no cost). Nodes that no output needs are dropped.
 */
export function simplify(outputs: readonly Tensor[]): Tensor[] {
  const rewritten = new Map<Tensor, Tensor>()
  const known = new Map<string, Tensor>()
  const canonical = (node: Tensor): Tensor => {
    const key = keyOf(node)
    const before = known.get(key)
    if (before) return before
    // A rewrite may build several nodes, which are shared and rewritten in turn.
    const next = fold(node) ?? rewrite(node)
    const result = next && next !== node ? settle(next) : node
    known.set(key, result)
    return result
  }
  const settle = (node: Tensor): Tensor => {
    const done = rewritten.get(node)
    if (done) return done
    const inputs = node.inputs.map(settle)
    const same = inputs.every((input, i) => input === node.inputs[i])
    const result = canonical(same ? node : rebuild(node, inputs))
    rewritten.set(node, result)
    rewritten.set(result, result)
    return result
  }
  for (const node of topological(outputs)) settle(node)
  return outputs.map(settle)
}

function rebuild(node: Tensor, inputs: readonly Tensor[]): Tensor {
  return Tensor.apply(node.op, inputs, node.attributes as OpAttributes[typeof node.op])
}

let anonymous = 0
const identities = new WeakMap<Value, string>()

function keyOf(node: Tensor): string {
  const inputs = node.inputs.map((input) => input.id).join(',')
  if (node.op !== 'constant')
    return `${node.op}(${inputs})${JSON.stringify(node.attributes)}${node.op === 'input' ? node.dtype + formatShape(node.shape) : ''}`
  const { value } = node.attributesOf('constant')
  if (value.data.length <= 64) return `${value.dtype}[${value.shape}]{${spell(value.data)}}`
  let identity = identities.get(value)
  if (!identity) {
    identity = `constant ${anonymous++}`
    identities.set(value, identity)
  }
  return identity
}

const spell = (data: Value['data']): string =>
  Array.from(data as ArrayLike<number | bigint>, (x) =>
    Object.is(x, -0) ? '-0' : String(x),
  ).join()

/** The value of a node whose inputs are all constant. */
function fold(node: Tensor): Tensor | undefined {
  if (unfolded.has(node.op) || node.shape.some((d) => typeof d === 'string')) return undefined
  // A float has been rounded where it becomes a double at run time; a constant has not been yet.
  if (node.op === 'cast' && node.dtype === 'double' && node.inputs[0]!.dtype === 'float')
    return undefined
  if (node.size > FOLDED_ELEMENTS || !node.inputs.every((input) => input.op === 'constant'))
    return undefined
  const inputs = node.inputs.map((input) => input.attributesOf('constant').value)
  const value = evaluateNode(node, inputs, (dimension) => dimension as number)
  return Tensor.apply('constant', [], { value })
}

/** The number that fills a float tensor, if it is known to be uniform. */
function uniform(x: Tensor): number | undefined {
  if (x.op === 'expand') return uniform(x.inputs[0]!)
  if (x.op !== 'constant' || x.dtype !== 'float') return undefined
  const { data } = x.attributesOf('constant').value
  return data.length === 1 ? (data[0] as number) : undefined
}

interface Scaled {
  readonly value: Tensor
  readonly factor: number
}

/** `x` as value · factor with a constant number as factor, if it is written so. */
function product(x: Tensor): Scaled | undefined {
  if (x.op === 'neg') return { value: x.inputs[0]!, factor: -1 }
  if (x.op !== 'mul') return undefined
  const factor = uniform(x.inputs[1]!)
  if (factor === undefined || !sameShape(x.inputs[0]!.shape, x.shape)) return undefined
  return { value: x.inputs[0]!, factor }
}

/** The same, except for matrix products, whose factor costs nothing where it is. */
function scaled(x: Tensor): Scaled | undefined {
  const found = product(x)
  return found?.value.op === 'dot' ? undefined : found
}

const spread = (value: number, shape: Shape) => scalar(value).expand(shape)

type Rewrite = (node: Tensor, ...inputs: Tensor[]) => Tensor | undefined

/** An operand without its expansion, where broadcasting against the others does the same. */
function withoutExpansion(node: Tensor): Tensor | undefined {
  const position = node.inputs.findIndex((x, i) => {
    if (x.op !== 'expand') return false
    const others = node.inputs.map((y, j) => (i === j ? x.inputs[0]!.shape : y.shape))
    return sameShape(others.reduce(broadcast), node.shape)
  })
  if (position < 0) return undefined
  return rebuild(
    node,
    node.inputs.map((x, i) => (i === position ? x.inputs[0]! : x)),
  )
}

/**
 * The same where the expansion has a size that only the run knows, which ONNX could not write. Expansions of known sizes
 * stay, so that graphs are what they have been.
 */
const withoutUnknownSize: Rewrite = (node) => {
  const isUnknown = ({ op, shape, inputs }: Tensor) =>
    op === 'expand' && shape.some((d) => typeof d === 'string' && !inputs[0]!.shape.includes(d))
  return node.inputs.some(isUnknown) ? withoutExpansion(node) : undefined
}

/** f(expand x) = expand f(x), which computes less. */
const beneathExpansion: Rewrite = (node, x) =>
  x?.op === 'expand' ? rebuild(node, [x.inputs[0]!]).expand(node.shape) : undefined

/** f(x · c) = f(x) · c for a linear f. */
const linearInFirst: Rewrite = (node, x, ...rest) => {
  const found = x && scaled(x)
  return found && rebuild(node, [found.value, ...rest]).mul(found.factor)
}

/** a·c ± b·c = (a ± b)·c; negations are absorbed. */
function sumOfScaled(node: Tensor, a: Tensor, b: Tensor, sign: 1 | -1): Tensor | undefined {
  const left = scaled(a)
  const right = scaled(b)
  const join = (x: Tensor, y: Tensor, s: 1 | -1) => (s === 1 ? x.add(y) : x.sub(y))
  if (left && right && Math.abs(left.factor) === Math.abs(right.factor)) {
    const inner = (left.factor === right.factor ? sign : -sign) as 1 | -1
    // -a + b = b - a, so that no negation is left over.
    if (inner === -1 && left.factor < 0)
      return right.value.sub(left.value).mul(-left.factor).expand(node.shape)
    return join(left.value, right.value, inner).mul(left.factor).expand(node.shape)
  }
  if (right?.factor === -1) return join(a, right.value, -sign as 1 | -1)
  if (left?.factor === -1 && sign === 1) return b.sub(left.value)
  return undefined
}

/** The gradients of two adjacent slices, concatenated. */
function joined(a: Tensor, b: Tensor): Tensor | undefined {
  if (a.op !== 'pad' || b.op !== 'pad') return undefined
  const [left, right] = a.attributesOf('pad').before === 0 ? [a, b] : [b, a]
  const first = left.attributesOf('pad')
  const second = right.attributesOf('pad')
  const length = (x: Tensor) => x.inputs[0]!.shape[first.axis]
  const sideBySide =
    first.axis === second.axis &&
    first.before === 0 &&
    second.after === 0 &&
    second.before === length(left) &&
    first.after === length(right)
  return sideBySide ? concat([left.inputs[0]!, right.inputs[0]!], first.axis) : undefined
}

const isZero = (x: Tensor) => uniform(x) === 0

/** `x` if it has the node's shape already, else expanded to it. */
const as = (node: Tensor, x: Tensor) => x.expand(node.shape)

const rewrites: Partial<Record<OpName, Rewrite>> = {
  add(node, a, b) {
    if (node.dtype !== 'float') return undefined
    if (isZero(a!)) return as(node, b!)
    if (isZero(b!)) return as(node, a!)
    if (a === b) return a!.mul(2)
    return withoutExpansion(node) ?? joined(a!, b!) ?? sumOfScaled(node, a!, b!, 1)
  },
  sub(node, a, b) {
    if (node.dtype !== 'float') return undefined
    if (isZero(b!)) return as(node, a!)
    return withoutExpansion(node) ?? sumOfScaled(node, a!, b!, -1)
  },
  mul(node, a, b) {
    if (node.dtype !== 'float') return undefined
    const factor = uniform(b!)
    // A constant factor comes second; two of them become one.
    if (uniform(a!) !== undefined && factor === undefined) return b!.mul(a!)
    if (factor !== undefined) {
      if (factor === 1) return as(node, a!)
      const inner = product(a!)
      if (inner) return as(node, inner.value.mul(inner.factor * factor))
      const whole = uniform(a!)
      if (whole !== undefined && node.rank > 0) return spread(whole * factor, node.shape)
      if (b!.rank > 0) return as(node, a!.mul(factor))
      return undefined
    }
    const bare = withoutExpansion(node)
    if (bare) return bare
    for (const [x, y] of [
      [a!, b!],
      [b!, a!],
    ] as const) {
      const found = scaled(x)
      if (found && sameShape(x.shape, node.shape)) return found.value.mul(y).mul(found.factor)
    }
    return undefined
  },
  div(node, a, b) {
    const divisor = uniform(b!)
    if (divisor !== undefined) return a!.mul(1 / divisor).expand(node.shape)
    return withoutExpansion(node) ?? linearInFirst(node, a!, b!)
  },
  neg(node, a) {
    const inner = product(a!)
    if (inner) return inner.value.mul(-inner.factor)
    return beneathExpansion(node, a!)
  },
  dot(node, a, b) {
    const left = scaled(a!)
    if (left) return rebuild(node, [left.value, b!]).mul(left.factor)
    const right = scaled(b!)
    return right && rebuild(node, [a!, right.value]).mul(right.factor)
  },
  select(node, condition, yes, no) {
    const bare = withoutExpansion(node)
    if (bare) return bare
    const taken = scaled(yes!)
    if (taken && isZero(no!) && no!.rank === 0)
      return condition!.select(taken.value, 0).mul(taken.factor)
    return undefined
  },
  sum: linearInFirst,
  slice: (node, x) => beneathSlice(node, x!) ?? linearInFirst(node, x!),
  transpose: linearInFirst,
  reshape(node, x) {
    if (sameShape(x!.shape, node.shape)) return x
    if (x!.op === 'reshape') return x!.inputs[0]!.reshape(node.shape)
    const value = uniform(x!)
    if (value !== undefined && node.rank > 0) return spread(value, node.shape)
    return linearInFirst(node, x!)
  },
  expand(node, x) {
    if (sameShape(x!.shape, node.shape)) return x
    if (x!.op === 'expand') return x!.inputs[0]!.expand(node.shape)
    return undefined
  },
  stopGradient: (_node, x) => x,
  cast: (node, x) => (x!.dtype === node.dtype ? x : undefined),
  less: withoutUnknownSize,
  equal: withoutUnknownSize,
  max: withoutExpansion,
  min: withoutExpansion,
  pow: withoutExpansion,
  exp: beneathExpansion,
  log: beneathExpansion,
  sqrt: beneathExpansion,
  sigmoid: beneathExpansion,
  tanh: beneathExpansion,
}

function beneathSlice(node: Tensor, x: Tensor): Tensor | undefined {
  const value = uniform(x)
  return value === undefined ? undefined : spread(value, node.shape)
}

function rewrite(node: Tensor): Tensor | undefined {
  const next = rewrites[node.op]?.(node, ...node.inputs)
  if (next && !sameShape(next.shape, node.shape))
    throw new Error(`a rewrite of ${node.op} changed its shape`)
  return next
}
