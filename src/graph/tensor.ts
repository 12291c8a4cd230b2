import { sizeOf } from '../tensor/host.ts'
import { opTable } from './ops/table.ts'
import type { ConvAttributes, GraphDType, OpAttributes, OpName, OpRule, Pair } from './rule.ts'
import { formatShape, normalizeAxis, type Shape, sameShape, staticShape } from './shape.ts'

/** A number is a scalar constant of the other operand's type. */
export type Operand = Tensor | number

let created = 0

/**
 * A symbolic tensor: the result of an op on other tensors. Immutable; building one computes nothing.
 * Shapes broadcast as in NumPy. Methods throw where shapes or types do not fit.
 */
export class Tensor {
  /** Order of creation: inputs always have smaller ids than the tensors computed from them. */
  readonly id = created++

  private constructor(
    readonly op: OpName,
    readonly inputs: readonly Tensor[],
    readonly attributes: OpAttributes[OpName],
    readonly dtype: GraphDType,
    readonly shape: Shape,
  ) {}

  /** Builds the node of a primitive; the op's rule gives its type and shape. */
  static apply<O extends OpName>(
    op: O,
    inputs: readonly Tensor[],
    attributes: OpAttributes[O],
  ): Tensor {
    const rule = opTable[op] as unknown as OpRule<OpAttributes[O]>
    const { dtype, shape } = rule.infer(inputs, attributes)
    return new Tensor(op, inputs, attributes, dtype, shape)
  }

  /** A value that is fed when the graph runs. */
  static input(name: string, shape: Shape, dtype: GraphDType = 'float'): Tensor {
    return new Tensor('input', [], { name }, dtype, shape)
  }

  get rank(): number {
    return this.shape.length
  }

  /** The attributes, typed by a known op. */
  attributesOf<O extends OpName>(_op: O): OpAttributes[O] {
    return this.attributes as OpAttributes[O]
  }

  /** Product of the dimensions; throws where one is symbolic. */
  get size(): number {
    return sizeOf(staticShape(this.shape, 'size'))
  }

  // Element-wise, one operand.

  neg(): Tensor {
    return Tensor.apply('neg', [this], {})
  }
  abs(): Tensor {
    return Tensor.apply('abs', [this], {})
  }
  sign(): Tensor {
    return Tensor.apply('sign', [this], {})
  }
  exp(): Tensor {
    return Tensor.apply('exp', [this], {})
  }
  log(): Tensor {
    return Tensor.apply('log', [this], {})
  }
  /** log(1 + x), accurate for small x too. */
  log1p(): Tensor {
    return Tensor.apply('log1p', [this], {})
  }
  sqrt(): Tensor {
    return Tensor.apply('sqrt', [this], {})
  }
  square(): Tensor {
    return this.mul(this)
  }
  sin(): Tensor {
    return Tensor.apply('sin', [this], {})
  }
  cos(): Tensor {
    return Tensor.apply('cos', [this], {})
  }
  tanh(): Tensor {
    return Tensor.apply('tanh', [this], {})
  }
  sigmoid(): Tensor {
    return Tensor.apply('sigmoid', [this], {})
  }
  /** log(1 + exp x), without overflow. */
  softplus(): Tensor {
    return Tensor.apply('softplus', [this], {})
  }
  erf(): Tensor {
    return Tensor.apply('erf', [this], {})
  }
  /** log Γ(x) for x > 0. */
  lgamma(): Tensor {
    return Tensor.apply('lgamma', [this], {})
  }
  /** ψ⁽ᵐ⁾(x) for x > 0: the digamma function of order 0, trigamma of order 1, and their derivatives. */
  polygamma(order: number): Tensor {
    return Tensor.apply('polygamma', [this], { order })
  }
  relu(): Tensor {
    return Tensor.apply('relu', [this], {})
  }
  floor(): Tensor {
    return Tensor.apply('floor', [this], {})
  }
  /** The same value, treated as constant by differentiation. */
  stopGradient(): Tensor {
    return Tensor.apply('stopGradient', [this], {})
  }

  // Element-wise, two operands.

  add(other: Operand): Tensor {
    return Tensor.apply('add', [this, this.operand(other)], {})
  }
  sub(other: Operand): Tensor {
    return Tensor.apply('sub', [this, this.operand(other)], {})
  }
  mul(other: Operand): Tensor {
    return Tensor.apply('mul', [this, this.operand(other)], {})
  }
  div(other: Operand): Tensor {
    return Tensor.apply('div', [this, this.operand(other)], {})
  }
  /** Power of a positive base. */
  pow(exponent: Operand): Tensor {
    return Tensor.apply('pow', [this, this.operand(exponent)], {})
  }
  max(other: Operand): Tensor {
    return Tensor.apply('max', [this, this.operand(other)], {})
  }
  min(other: Operand): Tensor {
    return Tensor.apply('min', [this, this.operand(other)], {})
  }
  /** Limited to [low, high]; the gradient passes within, bounds included, and is zero outside. */
  clip(low: number, high: number): Tensor {
    return Tensor.apply('clip', [this], { low, high })
  }

  // Comparison and selection; results are `bool`.

  equal(other: Operand): Tensor {
    return Tensor.apply('equal', [this, this.operand(other)], {})
  }
  less(other: Operand): Tensor {
    return Tensor.apply('less', [this, this.operand(other)], {})
  }
  greater(other: Operand): Tensor {
    return Tensor.apply('less', [this.operand(other), this], {})
  }
  and(other: Tensor): Tensor {
    return Tensor.apply('and', [this, other], {})
  }
  or(other: Tensor): Tensor {
    return Tensor.apply('or', [this, other], {})
  }
  not(): Tensor {
    return Tensor.apply('not', [this], {})
  }
  /** `this ? yes : no`, element by element. */
  select(yes: Operand, no: Operand): Tensor {
    const reference = yes instanceof Tensor ? yes : no instanceof Tensor ? no : scalar(0)
    return Tensor.apply('select', [this, reference.operand(yes), reference.operand(no)], {})
  }
  /** Conversion; a float becomes true where it is not zero, and is truncated towards zero to an int64. */
  cast(to: GraphDType): Tensor {
    return to === this.dtype ? this : Tensor.apply('cast', [this], { to })
  }

  // Bits of int64.

  xor(other: Tensor): Tensor {
    return Tensor.apply('xor', [this, other], {})
  }
  /** Logical shift: the new bits on the left are zeros. */
  shiftRight(bits: number): Tensor {
    return Tensor.apply('shiftRight', [this], { bits })
  }

  // Reductions. Without axes, over all of them.

  sum(axes?: readonly number[], keepDims = false): Tensor {
    return Tensor.apply('sum', [this], { axes: this.axes(axes), keepDims })
  }
  mean(axes?: readonly number[], keepDims = false): Tensor {
    const reduced = this.axes(axes).map((axis) => this.shape[axis]!)
    const count = sizeOf(staticShape(reduced, 'mean'))
    return this.sum(axes, keepDims).mul(1 / count)
  }
  reduceMax(axes?: readonly number[], keepDims = false): Tensor {
    return Tensor.apply('reduceMax', [this], { axes: this.axes(axes), keepDims })
  }
  /** Index of the largest element along an axis, the first among equals. */
  argMax(axis: number): Tensor {
    return Tensor.apply('argMax', [this], { axis: normalizeAxis(axis, this.rank) })
  }
  /** Indices of the smallest elements along the last axis, ascending; the first among equals comes first. */
  smallest(count: number): Tensor {
    return Tensor.apply('smallest', [this], { count })
  }
  /** log Σ exp x along an axis, without overflow. */
  logSumExp(axis: number, keepDims = false): Tensor {
    const shift = this.reduceMax([axis], true).stopGradient()
    const shifted = this.sub(shift).exp().sum([axis], true).log().add(shift)
    return keepDims ? shifted : shifted.squeeze(axis)
  }
  logSoftmax(axis: number): Tensor {
    return this.sub(this.logSumExp(axis, true))
  }

  // Shape.

  reshape(shape: Shape): Tensor {
    return sameShape(shape, this.shape) ? this : Tensor.apply('reshape', [this], { shape })
  }
  /** Axes in a new order; without one, reversed. */
  transpose(permutation?: readonly number[]): Tensor {
    const order = permutation ?? this.shape.map((_, i) => this.rank - 1 - i)
    return Tensor.apply('transpose', [this], { permutation: order })
  }
  expand(shape: Shape): Tensor {
    return sameShape(shape, this.shape) ? this : Tensor.apply('expand', [this], { shape })
  }
  squeeze(axis: number): Tensor {
    const at = normalizeAxis(axis, this.rank)
    if (this.shape[at] !== 1)
      throw new Error(`cannot squeeze axis ${axis} of ${formatShape(this.shape)}`)
    return this.reshape(this.shape.filter((_, i) => i !== at))
  }
  unsqueeze(axis: number): Tensor {
    const at = axis < 0 ? axis + this.rank + 1 : axis
    return this.reshape([...this.shape.slice(0, at), 1, ...this.shape.slice(at)])
  }
  /** Elements `start` (included) to `end` (excluded) along an axis. */
  slice(axis: number, start: number, end: number): Tensor {
    const at = normalizeAxis(axis, this.rank)
    if (start === 0 && end === this.shape[at]) return this
    return Tensor.apply('slice', [this], { axis: at, start, end })
  }
  /** Consecutive parts of the given sizes along an axis. */
  split(axis: number, sizes: readonly number[]): Tensor[] {
    let start = 0
    return sizes.map((size) => {
      const part = this.slice(axis, start, start + size)
      start += size
      return part
    })
  }
  /** Zeros added before and after along an axis. */
  pad(axis: number, before: number, after: number): Tensor {
    if (before === 0 && after === 0) return this
    return Tensor.apply('pad', [this], { axis: normalizeAxis(axis, this.rank), before, after })
  }
  /** Slices of `this` along an axis at int64 indices of any shape, which replaces the axis. */
  gather(indices: Tensor, axis = 0): Tensor {
    return Tensor.apply('gather', [this, indices], { axis: normalizeAxis(axis, this.rank) })
  }
  /** The transpose of `gather`: zeros of `size` along the axis, with `this` added at the indices. */
  scatterAdd(indices: Tensor, axis: number, size: number): Tensor {
    return Tensor.apply('scatterAdd', [this, indices], { axis, size })
  }

  // Linear algebra.

  /** Product of two matrices, either of which may be transposed first. */
  dot(other: Tensor, transposeA = false, transposeB = false): Tensor {
    return Tensor.apply('dot', [this, other], { transposeA, transposeB })
  }
  /** Batched product over the last two axes, the leading ones broadcast. */
  matmul(other: Tensor): Tensor {
    return Tensor.apply('matmul', [this, other], {})
  }
  /** Cross-correlation of `[N, C, H, W]` with kernels `[O, C, h, w]`. */
  conv2d(kernel: Tensor, options: Partial<ConvAttributes> = {}): Tensor {
    return Tensor.apply('conv2d', [this, kernel], { ...convDefaults, ...options })
  }
  /** The transpose of `conv2d`: `[N, C, H, W]` with kernels `[C, O, h, w]`. */
  convTranspose2d(
    kernel: Tensor,
    options: Partial<ConvAttributes & { outputPadding: Pair }> = {},
  ): Tensor {
    const attributes = { ...convDefaults, outputPadding: [0, 0] as Pair, ...options }
    return Tensor.apply('convTranspose2d', [this, kernel], attributes)
  }

  private axes(axes: readonly number[] | undefined): number[] {
    const all = axes ?? this.shape.map((_, i) => i)
    return [...new Set(all.map((axis) => normalizeAxis(axis, this.rank)))].sort((a, b) => a - b)
  }

  private operand(value: Operand): Tensor {
    return value instanceof Tensor ? value : scalar(value, this.dtype)
  }
}

const convDefaults: ConvAttributes = {
  strides: [1, 1],
  padding: [0, 0, 0, 0],
  dilations: [1, 1],
}

/** A constant tensor. Floats are kept in float64 and rounded where ONNX Runtime runs the graph; doubles are not. */
export function constant(
  data: ArrayLike<number> | BigInt64Array,
  shape: readonly number[],
  dtype: GraphDType = 'float',
): Tensor {
  if (data.length !== sizeOf(shape))
    throw new Error(`a constant of shape ${formatShape(shape)} cannot hold ${data.length} elements`)
  const numbers = data instanceof BigInt64Array ? data : Array.from(data)
  const typed =
    dtype === 'float' || dtype === 'double'
      ? Float64Array.from(numbers as number[])
      : dtype === 'int64'
        ? BigInt64Array.from(numbers as unknown as bigint[], (n) => BigInt(n))
        : Uint8Array.from(numbers as number[])
  return Tensor.apply('constant', [], { value: { dtype, shape, data: typed } })
}

/** A constant of rank 0. */
export const scalar = (value: number, dtype: GraphDType = 'float'): Tensor =>
  constant([value], [], dtype)

/** An int64 constant of rank 0, from 64 bits that a JavaScript number cannot hold. */
export const int64 = (value: bigint): Tensor =>
  constant(BigInt64Array.of(BigInt.asIntN(64, value)), [], 'int64')

/** Every element the same. */
export const fill = (shape: Shape, value: number): Tensor => scalar(value).expand(shape)

/** 0, 1, …, n-1 as int64. */
export const iota = (n: number): Tensor =>
  constant(
    BigInt64Array.from({ length: n }, (_, i) => BigInt(i)),
    [n],
    'int64',
  )

/** Tensors joined along an axis. */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 1) return parts[0]!
  return Tensor.apply('concat', parts, { axis: normalizeAxis(axis, parts[0]?.rank ?? 0) })
}

/** Sums a gradient `dy` over the axes along which an operand was broadcast, back to the operand's shape. */
export function sumTo(dy: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  return axes.length === 0 ? dy.reshape(shape) : dy.sum(axes, true).reshape(shape)
}

/** All nodes that the outputs need, each after its inputs. */
export function topological(outputs: readonly Tensor[]): Tensor[] {
  const seen = new Set<Tensor>()
  const stack = [...outputs]
  while (stack.length > 0) {
    const node = stack.pop()!
    if (seen.has(node)) continue
    seen.add(node)
    stack.push(...node.inputs)
  }
  return [...seen].sort((a, b) => a.id - b.id)
}
