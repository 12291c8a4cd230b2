import { hostTensor, sizeOf } from '../../tensor/host.ts'
import {
  type GraphDType,
  type NoAttributes,
  type OpRule,
  type OpTable,
  onnxTypes,
  realTypes,
  type Value,
} from '../rule.ts'
import { broadcast, broadcastAxes } from '../shape.ts'
import { sumTo, type Tensor } from '../tensor.ts'
import { numericShape, requireType, zip } from './values.ts'

interface Comparison {
  readonly onnx: string
  readonly takes: readonly GraphDType[]
  readonly kernel: (x: number | bigint, y: number | bigint) => boolean
}

function comparison(name: string, { onnx, takes, kernel }: Comparison): OpRule<NoAttributes> {
  return {
    infer([a, b]) {
      requireType(name, a!, ...takes)
      requireType(name, b!, a!.dtype)
      return { dtype: 'bool', shape: broadcast(a!.shape, b!.shape) }
    },
    gradient: 'none',
    onnx: (emit, inputs) => emit.op(onnx, inputs),
    reference([a, b]) {
      const shape = numericShape(a!, b!)
      const data = new Uint8Array(sizeOf(shape))
      const asNumber = (x: number | bigint, y: number | bigint) => Number(kernel(x, y))
      zip<number | bigint, number>(a!, b!, shape, asNumber, data)
      return { dtype: 'bool', shape, data }
    },
  }
}

const comparisons = {
  equal: comparison('equal', {
    onnx: 'Equal',
    takes: [...realTypes, 'int64'],
    kernel: (x, y) => x === y,
  }),
  less: comparison('less', {
    onnx: 'Less',
    takes: [...realTypes, 'int64'],
    kernel: (x, y) => x < y,
  }),
  and: comparison('and', { onnx: 'And', takes: ['bool'], kernel: (x, y) => Boolean(x && y) }),
  or: comparison('or', { onnx: 'Or', takes: ['bool'], kernel: (x, y) => Boolean(x || y) }),
}

const not: OpRule<NoAttributes> = {
  infer([x]) {
    requireType('not', x!, 'bool')
    return { dtype: 'bool', shape: x!.shape }
  },
  gradient: 'none',
  onnx: (emit, inputs) => emit.op('Not', inputs),
  reference: ([x]) => ({ ...x!, data: Uint8Array.from(x!.data as Uint8Array, (v) => 1 - v) }),
}

const select: OpRule<NoAttributes> = {
  infer([condition, yes, no]) {
    requireType('select', condition!, 'bool')
    requireType('select', no!, yes!.dtype)
    const shape = broadcast(broadcast(condition!.shape, yes!.shape), no!.shape)
    return { dtype: yes!.dtype, shape }
  },
  gradient(node, dy) {
    if (node.dtype !== 'float') return [undefined, undefined, undefined]
    const [condition, yes, no] = node.inputs as [Tensor, Tensor, Tensor]
    const part = (value: Tensor, taken: Tensor) =>
      sumTo(taken, value.shape, broadcastAxes(value.shape, node.shape))
    return [undefined, part(yes, condition.select(dy, 0)), part(no, condition.select(0, dy))]
  },
  onnx(emit, inputs, node) {
    if (node.dtype !== 'bool') return emit.op('Where', inputs)
    // ONNX Runtime has no Where over booleans.
    const [condition, yes, no] = inputs as [string, string, string]
    const taken = emit.op('And', [condition, yes])
    const otherwise = emit.op('And', [emit.op('Not', [condition]), no])
    return emit.op('Or', [taken, otherwise])
  },
  reference([condition, yes, no]) {
    const shape = broadcast(numericShape(condition!, yes!), no!.shape) as readonly number[]
    const index = { shape, data: Float64Array.from({ length: sizeOf(shape) }, (_, i) => i) }
    const chosen = new Float64Array(index.data.length)
    // Positions in `yes`, or -1 - positions in `no`, so that one pass serves every element type.
    const positions = (value: Value) => {
      const own = { shape: value.shape, data: Float64Array.from(value.data as never, (_, i) => i) }
      const out = new Float64Array(index.data.length)
      zip(own, index, shape, (at) => at, out)
      return out
    }
    const yesAt = positions(yes!)
    const noAt = positions(no!)
    const flags = { shape: condition!.shape, data: condition!.data as Uint8Array }
    zip<number, number>(
      flags,
      index,
      shape,
      (flag, i) => (flag ? yesAt[i]! : -1 - noAt[i]!),
      chosen,
    )
    const data = new (yes!.data.constructor as new (n: number) => Value['data'])(chosen.length)
    for (let i = 0; i < chosen.length; i++) {
      const at = chosen[i]!
      data[i] = (at >= 0 ? yes!.data[at] : no!.data[-1 - at]) as never
    }
    return { dtype: yes!.dtype, shape, data }
  },
}

const UINT64 = 13

function convert(value: Value, to: GraphDType): Value['data'] {
  const numbers = Array.from(value.data as ArrayLike<number | bigint>)
  if (to === 'float' || to === 'double') return Float64Array.from(numbers, Number)
  if (to === 'int64')
    return BigInt64Array.from(numbers, (x) => BigInt(typeof x === 'number' ? Math.trunc(x) : x))
  if (to === 'bool') return Uint8Array.from(numbers, (x) => Number(Boolean(x) || Number.isNaN(x)))
  return Uint8Array.from(numbers, (x) => Number(x))
}

const cast: OpRule<{ readonly to: GraphDType }> = {
  infer: ([x], { to }) => ({ dtype: to, shape: x!.shape }),
  gradient: 'none',
  onnx: (emit, inputs, _node, { to }) => emit.op('Cast', inputs, { to: { int: onnxTypes[to] } }),
  reference: ([x], { to }) => ({ dtype: to, shape: x!.shape, data: convert(x!, to) }),
}

const xor: OpRule<NoAttributes> = {
  infer([a, b]) {
    requireType('xor', a!, 'int64')
    requireType('xor', b!, 'int64')
    return { dtype: 'int64', shape: broadcast(a!.shape, b!.shape) }
  },
  gradient: 'none',
  onnx: (emit, inputs) => emit.op('BitwiseXor', inputs),
  reference([a, b]) {
    const shape = numericShape(a!, b!)
    const data = new BigInt64Array(sizeOf(shape))
    zip<bigint, bigint>(a as never, b as never, shape, (x, y) => x ^ y, data)
    return { dtype: 'int64', shape, data }
  },
}

const shiftRight: OpRule<{ readonly bits: number }> = {
  infer([x], { bits }) {
    requireType('shiftRight', x!, 'int64')
    if (!Number.isInteger(bits) || bits < 0 || bits > 63)
      throw new Error(`shiftRight takes 0 to 63 bits, got ${bits}`)
    return { dtype: 'int64', shape: x!.shape }
  },
  gradient: 'none',
  // ONNX shifts unsigned integers only; the casts keep all 64 bits.
  onnx(emit, [x], _node, { bits }) {
    const unsigned = emit.op('Cast', [x!], { to: { int: UINT64 } })
    const scalar = emit.constant(hostTensor('int64', [], BigInt64Array.of(BigInt(bits))))
    const amount = emit.op('Cast', [scalar], { to: { int: UINT64 } })
    const shifted = emit.op('BitShift', [unsigned, amount], { direction: { string: 'RIGHT' } })
    return emit.op('Cast', [shifted], { to: { int: onnxTypes.int64 } })
  },
  reference([x], { bits }) {
    const shift = (v: bigint) => BigInt.asIntN(64, BigInt.asUintN(64, v) >> BigInt(bits))
    return { ...x!, data: (x!.data as BigInt64Array).map(shift) }
  },
}

/** Comparison, selection, conversion and the bits of integers. */
export const logic = {
  ...comparisons,
  not,
  select,
  cast,
  xor,
  shiftRight,
} satisfies Partial<OpTable>
