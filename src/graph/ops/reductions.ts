import { sizeOf } from '../../tensor/host.ts'
import type { OpRule, OpTable, ReduceAttributes, Value } from '../rule.ts'
import { broadcastStrides, type Dim, formatShape, type Shape, stridesOf } from '../shape.ts'
import { scalar, type Tensor } from '../tensor.ts'
import { floats } from './values.ts'

const kept = <D extends Dim>(shape: readonly D[], axes: readonly number[]): (D | 1)[] =>
  shape.map((dimension, i) => (axes.includes(i) ? 1 : dimension))

const reducedShape = (shape: Shape, { axes, keepDims }: ReduceAttributes): Shape =>
  keepDims ? kept(shape, axes) : shape.filter((_, i) => !axes.includes(i))

function inferReduction([x]: readonly Tensor[], attributes: ReduceAttributes) {
  if (x!.dtype !== 'float') throw new Error(`a reduction takes float, got ${x!.dtype}`)
  return { dtype: 'float' as const, shape: reducedShape(x!.shape, attributes) }
}

/** Folds every element of `x` into the element of the result that it belongs to. */
function reduce(
  x: Value,
  attributes: ReduceAttributes,
  start: number,
  fold: (accumulated: number, element: number) => number,
): Value {
  const data = floats(x)
  const target = kept(x.shape, attributes.axes)
  const out = new Float64Array(sizeOf(target)).fill(start)
  const strides = stridesOf(x.shape)
  const outStrides = broadcastStrides(target, x.shape)
  for (let i = 0; i < data.length; i++) {
    let rest = i
    let at = 0
    for (let axis = 0; axis < strides.length; axis++) {
      const position = Math.floor(rest / strides[axis]!)
      rest -= position * strides[axis]!
      at += position * outStrides[axis]!
    }
    out[at] = fold(out[at]!, data[i]!)
  }
  return { dtype: 'float', shape: reducedShape(x.shape, attributes) as number[], data: out }
}

const sum: OpRule<ReduceAttributes> = {
  infer: inferReduction,
  gradient(node, dy, { axes }) {
    const x = node.inputs[0]!
    return [dy.reshape(kept(x.shape, axes)).expand(x.shape)]
  },
  onnx(emit, [x], node, { axes, keepDims }) {
    const input = node.inputs[0]!
    const [rows, columns] = input.shape
    // Over the rows of a matrix (a bias's gradient), a product with ones uses all threads.
    if (
      input.rank === 2 &&
      axes.length === 1 &&
      axes[0] === 0 &&
      typeof rows === 'number' &&
      rows > 0
    ) {
      const ones = emit.constant({
        dtype: 'float32',
        shape: [1, rows],
        data: new Float32Array(rows).fill(1),
      })
      const row = emit.op('Gemm', [ones, x!])
      if (keepDims) return row
      return emit.op('Reshape', [row, emit.shape([columns!])], { allowzero: { int: 1 } })
    }
    if (axes.length === 0) return x!
    return emit.op('ReduceSum', [x!, emit.int64s(axes)], { keepdims: { int: Number(keepDims) } })
  },
  reference: ([x], attributes) => reduce(x!, attributes, 0, (total, element) => total + element),
}

const reduceMax: OpRule<ReduceAttributes> = {
  infer: inferReduction,
  // Shared equally among the elements that attain the maximum, as in PyTorch's amax.
  gradient(node, dy, { axes }) {
    const x = node.inputs[0]!
    const attained = x.equal(node.reshape(kept(x.shape, axes))).select(scalar(1), 0)
    const shared = dy.reshape(kept(x.shape, axes)).div(attained.sum(axes, true))
    return [attained.mul(shared)]
  },
  onnx(emit, [x], _node, { axes, keepDims }) {
    if (axes.length === 0) return x!
    return emit.op('ReduceMax', [x!], { axes: { ints: axes }, keepdims: { int: Number(keepDims) } })
  },
  reference: ([x], attributes) => reduce(x!, attributes, Number.NEGATIVE_INFINITY, Math.max),
}

const argMax: OpRule<{ readonly axis: number }> = {
  infer([x], { axis }) {
    if (x!.dtype !== 'float') throw new Error(`argMax takes float, got ${x!.dtype}`)
    if (x!.shape[axis] === 0)
      throw new Error(
        `argMax needs at least one element along axis ${axis} of ${formatShape(x!.shape)}`,
      )
    return { dtype: 'int64', shape: x!.shape.filter((_, i) => i !== axis) }
  },
  gradient: 'none',
  onnx: (emit, inputs, _node, { axis }) =>
    emit.op('ArgMax', inputs, { axis: { int: axis }, keepdims: { int: 0 } }),
  reference([x], { axis }) {
    const data = floats(x!)
    const shape = x!.shape.filter((_, i) => i !== axis)
    const length = x!.shape[axis]!
    const inner = stridesOf(x!.shape)[axis]!
    const out = new BigInt64Array(sizeOf(shape))
    for (let i = 0; i < out.length; i++) {
      const base = Math.floor(i / inner) * inner * length + (i % inner)
      let best = 0
      for (let j = 1; j < length; j++)
        if (data[base + j * inner]! > data[base + best * inner]!) best = j
      out[i] = BigInt(best)
    }
    return { dtype: 'int64', shape, data: out }
  },
}

const smallest: OpRule<{ readonly count: number }> = {
  infer([x], { count }) {
    const length = x!.shape.at(-1)
    if (x!.dtype !== 'float' || typeof length !== 'number' || !(count >= 1 && count <= length))
      throw new Error(
        `cannot find the ${count} smallest of ${x!.dtype} ${formatShape(x!.shape)} along its last axis`,
      )
    return { dtype: 'int64', shape: [...x!.shape.slice(0, -1), count] }
  },
  gradient: 'none',
  onnx: (emit, [x], _node, { count }) =>
    emit.ops('TopK', [x!, emit.int64s([count])], 2, { axis: { int: -1 }, largest: { int: 0 } })[1]!,
  reference([x], { count }) {
    const data = floats(x!)
    const length = x!.shape.at(-1)!
    const shape = [...x!.shape.slice(0, -1), count]
    const out = new BigInt64Array(sizeOf(shape))
    for (let row = 0; row * count < out.length; row++) {
      const own = data.subarray(row * length, (row + 1) * length)
      const order = Array.from(own, (_, i) => i).sort((i, j) => own[i]! - own[j]! || i - j)
      for (let rank = 0; rank < count; rank++) out[row * count + rank] = BigInt(order[rank]!)
    }
    return { dtype: 'int64', shape, data: out }
  },
}

export const reductions = { sum, reduceMax, argMax, smallest } satisfies Partial<OpTable>
