import { sizeOf } from '../../tensor/host.ts'
import {
  type FloatValue,
  type GraphDType,
  type NoAttributes,
  type OpAttributes,
  type OpRule,
  type OpTable,
  realTypes,
} from '../rule.ts'
import { broadcast, broadcastAxes, sameShape } from '../shape.ts'
import { sumTo, type Tensor } from '../tensor.ts'
import { erf } from './erf.ts'
import { floats, numericShape, requireType, zip } from './values.ts'

interface Unary {
  /** `float` only by default. */
  readonly takes?: readonly GraphDType[] | undefined
  readonly onnx: string | OpRule<NoAttributes>['onnx']
  readonly kernel: (x: number) => number
  /** Derivative as an expression of the input, or of the output where that is shorter. */
  readonly derivative: 'none' | ((x: Tensor, y: Tensor, dy: Tensor) => Tensor)
}

function unary(
  name: string,
  { takes = ['float'], onnx, kernel, derivative }: Unary,
): OpRule<NoAttributes> {
  return {
    infer([x]) {
      requireType(name, x!, ...takes)
      return { dtype: x!.dtype, shape: x!.shape }
    },
    gradient:
      derivative === 'none' ? 'none' : (node, dy) => [derivative(node.inputs[0]!, node, dy)],
    onnx: typeof onnx === 'string' ? (emit, inputs) => emit.op(onnx, inputs) : onnx,
    reference([x]) {
      return { ...(x as FloatValue), data: floats(x!).map(kernel) }
    },
  }
}

const relu = (x: number) => (x > 0 || Number.isNaN(x) ? x : 0)
const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))

const unaries = {
  neg: unary('neg', {
    takes: realTypes,
    onnx: 'Neg',
    kernel: (x) => -x,
    derivative: (_x, _y, dy) => dy.neg(),
  }),
  abs: unary('abs', {
    onnx: 'Abs',
    kernel: Math.abs,
    derivative: (x, _y, dy) => dy.mul(x.sign()),
  }),
  sign: unary('sign', { onnx: 'Sign', kernel: Math.sign, derivative: 'none' }),
  exp: unary('exp', {
    takes: realTypes,
    onnx: 'Exp',
    kernel: Math.exp,
    derivative: (_x, y, dy) => dy.mul(y),
  }),
  log: unary('log', {
    takes: realTypes,
    onnx: 'Log',
    kernel: Math.log,
    derivative: (x, _y, dy) => dy.div(x),
  }),
  log1p: unary('log1p', {
    // With w = 1 + x as rounded, log(1 + x) = log w + log(1 + e), e = (x - (w - 1)) / w, and e is below the rounding.
    onnx: (emit, [x]) => {
      const w = emit.op('Add', [x!, emit.float(1)])
      const lost = emit.op('Sub', [x!, emit.op('Sub', [w, emit.float(1)])])
      return emit.op('Add', [emit.op('Log', [w]), emit.op('Div', [lost, w])])
    },
    kernel: Math.log1p,
    derivative: (x, _y, dy) => dy.div(x.add(1)),
  }),
  sqrt: unary('sqrt', {
    onnx: 'Sqrt',
    kernel: Math.sqrt,
    derivative: (_x, y, dy) => dy.mul(0.5).div(y),
  }),
  sin: unary('sin', { onnx: 'Sin', kernel: Math.sin, derivative: (x, _y, dy) => dy.mul(x.cos()) }),
  cos: unary('cos', {
    onnx: 'Cos',
    kernel: Math.cos,
    derivative: (x, _y, dy) => dy.mul(x.sin()).neg(),
  }),
  tanh: unary('tanh', {
    onnx: 'Tanh',
    kernel: Math.tanh,
    derivative: (_x, y, dy) => dy.sub(dy.mul(y).mul(y)),
  }),
  sigmoid: unary('sigmoid', {
    onnx: 'Sigmoid',
    kernel: sigmoid,
    derivative: (_x, y, dy) => dy.mul(y.sub(y.mul(y))),
  }),
  softplus: unary('softplus', {
    // ONNX Runtime's Softplus is slow; max(x, 0) - log sigmoid(|x|) is the same and never overflows.
    onnx: (emit, [x]) => {
      const logSigmoid = emit.op('Log', [emit.op('Sigmoid', [emit.op('Abs', [x!])])])
      return emit.op('Sub', [emit.op('Relu', [x!]), logSigmoid])
    },
    kernel: (x) => relu(x) + Math.log1p(Math.exp(-Math.abs(x))),
    derivative: (x, _y, dy) => dy.mul(x.sigmoid()),
  }),
  erf: unary('erf', {
    onnx: 'Erf',
    kernel: erf,
    derivative: (x, _y, dy) => dy.mul(x.mul(x).neg().exp()).mul(2 / Math.sqrt(Math.PI)),
  }),
  relu: unary('relu', {
    onnx: 'Relu',
    kernel: relu,
    // The output is zero exactly where the gradient is, and a cast is the cheapest comparison.
    derivative: (_x, y, dy) => y.cast('bool').select(dy, 0),
  }),
  floor: unary('floor', {
    takes: realTypes,
    onnx: 'Floor',
    kernel: Math.floor,
    derivative: 'none',
  }),
}

const clip: OpRule<OpAttributes['clip']> = {
  infer([x], { low, high }) {
    requireType('clip', x!, 'float')
    if (!(low <= high)) throw new Error(`clip takes low ≤ high, got ${low} and ${high}`)
    return { dtype: 'float', shape: x!.shape }
  },
  // One where the value passes, bounds included, as in PyTorch's clamp.
  gradient: (node, dy) => [node.equal(node.inputs[0]!).select(dy, 0)],
  onnx: (emit, [x], _node, { low, high }) =>
    emit.op('Clip', [x!, emit.float(low), emit.float(high)]),
  reference: ([x], { low, high }) => ({
    ...(x as FloatValue),
    data: floats(x!).map((v) => Math.min(Math.max(v, low), high)),
  }),
}

const stopGradient: OpRule<NoAttributes> = {
  infer: ([x]) => ({ dtype: x!.dtype, shape: x!.shape }),
  gradient: 'none',
  onnx: (_emit, [x]) => x!,
  reference: ([x]) => x!,
}

interface Binary {
  readonly onnx: string
  readonly kernel: (x: number, y: number) => number
  /** Whether it takes `double`, too. */
  readonly double?: boolean | undefined
  /** The same over int64, wrapping to 64 bits; absent where the op is for real numbers only. */
  readonly integer?: (x: bigint, y: bigint) => bigint
  /** Gradient of each operand at the output's shape. */
  readonly partials: (a: Tensor, b: Tensor, y: Tensor, dy: Tensor) => readonly [Tensor, Tensor]
}

function binary(
  name: string,
  { double = false, onnx, kernel, integer, partials }: Binary,
): OpRule<NoAttributes> {
  const takes: GraphDType[] = ['float']
  if (double) takes.push('double')
  if (integer) takes.push('int64')
  return {
    infer([a, b]) {
      requireType(name, a!, ...takes)
      requireType(name, b!, a!.dtype)
      return { dtype: a!.dtype, shape: broadcast(a!.shape, b!.shape) }
    },
    gradient(node, dy) {
      if (node.dtype !== 'float') return [undefined, undefined]
      const [a, b] = node.inputs as [Tensor, Tensor]
      return partials(a, b, node, dy).map((partial, i) => {
        const operand = node.inputs[i]!
        return sumTo(partial, operand.shape, broadcastAxes(operand.shape, node.shape))
      })
    },
    onnx: (emit, inputs) => emit.op(onnx, inputs),
    reference([a, b]) {
      const shape = numericShape(a!, b!)
      if (a!.data instanceof BigInt64Array && integer) {
        const data = new BigInt64Array(sizeOf(shape))
        zip<bigint, bigint>(a as never, b as never, shape, integer, data)
        return { dtype: 'int64', shape, data }
      }
      const data = new Float64Array(sizeOf(shape))
      zip(
        { shape: a!.shape, data: floats(a!) },
        { shape: b!.shape, data: floats(b!) },
        shape,
        kernel,
        data,
      )
      return { dtype: a!.dtype, shape, data }
    },
  }
}

const wrap = (x: bigint) => BigInt.asIntN(64, x)

// Where both operands are equal, half of the gradient goes to each, as in PyTorch and JAX.
const larger = (a: Tensor, b: Tensor, dy: Tensor): [Tensor, Tensor] => {
  const tied = a.equal(b)
  const part = (wins: Tensor) => tied.select(dy.mul(0.5), wins.select(dy, 0))
  return [part(a.greater(b)), part(a.less(b))]
}

const isOne = (x: Tensor) => {
  if (x.op !== 'constant') return false
  const { data } = x.attributesOf('constant').value
  return data.length === 1 && data[0] === 1
}

const binaries = {
  add: binary('add', {
    double: true,
    onnx: 'Add',
    kernel: (x, y) => x + y,
    integer: (x, y) => wrap(x + y),
    partials: (_a, _b, _y, dy) => [dy, dy],
  }),
  sub: binary('sub', {
    double: true,
    onnx: 'Sub',
    kernel: (x, y) => x - y,
    integer: (x, y) => wrap(x - y),
    partials: (_a, _b, _y, dy) => [dy, dy.neg()],
  }),
  mul: binary('mul', {
    double: true,
    onnx: 'Mul',
    kernel: (x, y) => x * y,
    integer: (x, y) => wrap(x * y),
    partials: (a, b, _y, dy) => [dy.mul(b), dy.mul(a)],
  }),
  div: {
    ...binary('div', {
      double: true,
      onnx: 'Div',
      kernel: (x, y) => x / y,
      partials: (_a, b, y, dy) => {
        const da = dy.div(b)
        return [da, da.mul(y).neg()]
      },
    }),
    // ONNX Runtime 1.30 fuses 1 / x · y into a graph that it then refuses (its issue 32413).
    onnx(emit, [a, b], node) {
      const [numerator, divisor] = node.inputs as [Tensor, Tensor]
      if (!isOne(numerator)) return emit.op('Div', [a!, b!])
      const inverse = emit.op('Reciprocal', [b!])
      if (sameShape(divisor.shape, node.shape)) return inverse
      return emit.op('Reshape', [inverse, emit.shape(node.shape)], { allowzero: { int: 1 } })
    },
  } satisfies OpRule<NoAttributes>,
  pow: binary('pow', {
    onnx: 'Pow',
    kernel: (x, y) => x ** y,
    partials: (a, b, y, dy) => [dy.mul(b).mul(a.pow(b.sub(1))), dy.mul(y).mul(a.log())],
  }),
  max: binary('max', {
    onnx: 'Max',
    kernel: Math.max,
    partials: (a, b, _y, dy) => larger(a, b, dy),
  }),
  min: binary('min', {
    onnx: 'Min',
    kernel: Math.min,
    // a is the result where b is the larger one.
    partials: (a, b, _y, dy) => larger(b, a, dy),
  }),
}

export const elementwise = {
  ...unaries,
  clip,
  stopGradient,
  ...binaries,
} satisfies Partial<OpTable>
