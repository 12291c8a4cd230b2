import { sizeOf } from '../../tensor/host.ts'
import type { OpRule, OpTable, Value } from '../rule.ts'
import {
  broadcast,
  broadcastAxes,
  broadcastStrides,
  type Dim,
  factored,
  formatShape,
  type Shape,
  sameShape,
  stridesOf,
} from '../shape.ts'
import { sumTo, type Tensor } from '../tensor.ts'

type Data = Value['data']

const empty = (like: Data, length: number): Data =>
  new (like.constructor as new (n: number) => Data)(length)

/** Reads `x` at `offset + Σ index·stride` for every index of `shape`. */
function strided(x: Data, shape: readonly number[], strides: readonly number[], offset = 0): Data {
  const out = empty(x, sizeOf(shape))
  const index = new Array<number>(shape.length).fill(0)
  let at = offset
  for (let i = 0; i < out.length; i++) {
    out[i] = x[at] as never
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++
      at += strides[axis]!
      if (index[axis]! < shape[axis]!) break
      at -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return out
}

/** Splits a shape around an axis: elements before it, along it, after it. */
function around(shape: readonly number[], axis: number): [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis]!, sizeOf(shape.slice(axis + 1))]
}

/** The product of the numbers in a shape, and the names that it is to be multiplied by. */
function sizeInNames(shape: Shape) {
  const parts = shape.map((d) => (typeof d === 'number' ? ([d, undefined] as const) : factored(d)))
  const names = parts.flatMap(([, name]) => (name === undefined ? [] : [name]))
  return { known: sizeOf(parts.map(([factor]) => factor)), names: names.sort() }
}

const reshape: OpRule<{ readonly shape: Shape }> = {
  infer([x], { shape }) {
    const [from, to] = [sizeInNames(x!.shape), sizeInNames(shape)]
    if (from.known !== to.known || !sameShape(from.names, to.names))
      throw new Error(`cannot reshape ${formatShape(x!.shape)} to ${formatShape(shape)}`)
    return { dtype: x!.dtype, shape }
  },
  gradient: (node, dy) => [dy.reshape(node.inputs[0]!.shape)],
  onnx: (emit, [x], node, { shape }) => emit.reshape(x!, node.inputs[0]!.shape, shape),
  reference: ([x], { shape }, resolve) => ({ ...x!, shape: shape.map(resolve) }),
}

const transpose: OpRule<{ readonly permutation: readonly number[] }> = {
  infer([x], { permutation }) {
    const sorted = [...permutation].sort((a, b) => a - b)
    if (sorted.length !== x!.rank || sorted.some((axis, i) => axis !== i))
      throw new Error(
        `[${permutation}] is not a permutation of the axes of ${formatShape(x!.shape)}`,
      )
    return { dtype: x!.dtype, shape: permutation.map((axis) => x!.shape[axis]!) }
  },
  gradient: (_node, dy, { permutation }) => {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis))
    return [dy.transpose(inverse)]
  },
  onnx: (emit, inputs, _node, { permutation }) =>
    emit.op('Transpose', inputs, { perm: { ints: permutation } }),
  reference([x], { permutation }) {
    const shape = permutation.map((axis) => x!.shape[axis]!)
    const strides = stridesOf(x!.shape)
    return {
      ...x!,
      shape,
      data: strided(
        x!.data,
        shape,
        permutation.map((axis) => strides[axis]!),
      ),
    }
  },
}

const expand: OpRule<{ readonly shape: Shape }> = {
  infer([x], { shape }) {
    if (!sameShape(broadcast(x!.shape, shape), shape))
      throw new Error(`cannot expand ${formatShape(x!.shape)} to ${formatShape(shape)}`)
    return { dtype: x!.dtype, shape }
  },
  gradient(node, dy) {
    const x = node.inputs[0]!
    return [sumTo(dy, x.shape, broadcastAxes(x.shape, node.shape))]
  },
  onnx(emit, [x], node, { shape }) {
    const from = node.inputs[0]!.shape
    // Expand broadcasts both ways: a 1 keeps a size that is known only when the graph runs.
    const target = shape.map((dimension, axis) => {
      if (typeof dimension === 'number') return dimension
      if (from[axis - shape.length + from.length] === dimension) return 1
      throw new Error(`no size is known for '${dimension}' to expand ${formatShape(from)} to`)
    })
    return emit.op('Expand', [x!, emit.shape(target)])
  },
  reference([x], { shape }, resolve) {
    const target = shape.map(resolve)
    return {
      ...x!,
      shape: target,
      data: strided(x!.data, target, broadcastStrides(x!.shape, target)),
    }
  },
}

const slice: OpRule<{ readonly axis: number; readonly start: number; readonly end: number }> = {
  infer([x], { axis, start, end }) {
    const length = x!.shape[axis]
    const inside = typeof length === 'number' && start >= 0 && start <= end && end <= length
    if (!inside)
      throw new Error(`cannot slice axis ${axis} of ${formatShape(x!.shape)} at ${start}:${end}`)
    return { dtype: x!.dtype, shape: x!.shape.map((d, i) => (i === axis ? end - start : d)) }
  },
  gradient(node, dy, { axis, start, end }) {
    const length = node.inputs[0]!.shape[axis] as number
    return [dy.pad(axis, start, length - end)]
  },
  onnx: (emit, [x], _node, { axis, start, end }) =>
    emit.op('Slice', [x!, emit.int64s([start]), emit.int64s([end]), emit.int64s([axis])]),
  reference([x], { axis, start, end }) {
    const shape = x!.shape.map((d, i) => (i === axis ? end - start : d))
    const strides = stridesOf(x!.shape)
    return { ...x!, shape, data: strided(x!.data, shape, strides, start * strides[axis]!) }
  },
}

const pad: OpRule<{ readonly axis: number; readonly before: number; readonly after: number }> = {
  infer([x], { axis, before, after }) {
    const length = x!.shape[axis]
    if (typeof length !== 'number' || before < 0 || after < 0 || x!.dtype !== 'float')
      throw new Error(`cannot pad axis ${axis} of ${x!.dtype} ${formatShape(x!.shape)}`)
    return {
      dtype: 'float',
      shape: x!.shape.map((d, i) => (i === axis ? before + length + after : d)),
    }
  },
  gradient(node, dy, { axis, before }) {
    const length = node.inputs[0]!.shape[axis] as number
    return [dy.slice(axis, before, before + length)]
  },
  onnx(emit, [x], node, { axis, before, after }) {
    const amounts = new Array<number>(2 * node.rank).fill(0)
    amounts[axis] = before
    amounts[axis + node.rank] = after
    return emit.op('Pad', [x!, emit.int64s(amounts)])
  },
  reference([x], { axis, before, after }) {
    const [outer, length, inner] = around(x!.shape, axis)
    const padded = before + length + after
    const data = empty(x!.data, outer * padded * inner) as Float64Array
    for (let o = 0; o < outer; o++) {
      const part = x!.data.subarray(o * length * inner, (o + 1) * length * inner)
      data.set(part as Float64Array, (o * padded + before) * inner)
    }
    return { ...x!, shape: x!.shape.map((d, i) => (i === axis ? padded : d)), data }
  },
}

const concat: OpRule<{ readonly axis: number }> = {
  infer(parts, { axis }) {
    const first = parts[0]!
    const rest = (shape: Shape) => shape.filter((_, i) => i !== axis)
    for (const part of parts)
      if (part.dtype !== first.dtype || !sameShape(rest(part.shape), rest(first.shape)))
        throw new Error(
          `cannot concatenate ${parts.map((p) => formatShape(p.shape)).join(', ')} on axis ${axis}`,
        )
    const lengths = parts.map((part) => part.shape[axis]!)
    if (lengths.some((length) => typeof length === 'string'))
      throw new Error(`cannot concatenate along the symbolic axis ${axis}`)
    const total = (lengths as number[]).reduce((a, b) => a + b, 0)
    return { dtype: first.dtype, shape: first.shape.map((d, i) => (i === axis ? total : d)) }
  },
  gradient: (node, dy, { axis }) =>
    dy.split(
      axis,
      node.inputs.map((part) => part.shape[axis] as number),
    ),
  onnx: (emit, inputs, _node, { axis }) => emit.op('Concat', inputs, { axis: { int: axis } }),
  reference(parts, { axis }) {
    const first = parts[0]!
    const total = parts.reduce((sum, part) => sum + part.shape[axis]!, 0)
    const shape = first.shape.map((d, i) => (i === axis ? total : d))
    const [outer, , inner] = around(shape, axis)
    const data = empty(first.data, sizeOf(shape)) as Float64Array
    let at = 0
    for (let o = 0; o < outer; o++)
      for (const part of parts) {
        const length = part.shape[axis]! * inner
        data.set(part.data.subarray(o * length, (o + 1) * length) as Float64Array, at)
        at += length
      }
    return { dtype: first.dtype, shape, data }
  },
}

/** `shape` with the axis replaced by the dimensions of the indices. */
function gatheredShape<D extends Dim>(
  shape: readonly D[],
  indices: readonly D[],
  axis: number,
): D[] {
  return [...shape.slice(0, axis), ...indices, ...shape.slice(axis + 1)]
}

function requireIndices(indices: Tensor): void {
  if (indices.dtype !== 'int64') throw new Error(`indices are int64, got ${indices.dtype}`)
}

function checkedIndex(index: bigint, size: number): number {
  const at = Number(index)
  if (at < 0 || at >= size) throw new RangeError(`index ${at} is outside an axis of ${size}`)
  return at
}

const gather: OpRule<{ readonly axis: number }> = {
  infer([x, indices], { axis }) {
    requireIndices(indices!)
    return { dtype: x!.dtype, shape: gatheredShape(x!.shape, indices!.shape, axis) }
  },
  gradient(node, dy, { axis }) {
    const [x, indices] = node.inputs as [Tensor, Tensor]
    return [dy.scatterAdd(indices, axis, x.shape[axis] as number), undefined]
  },
  onnx: (emit, inputs, _node, { axis }) => emit.op('Gather', inputs, { axis: { int: axis } }),
  reference([x, indices], { axis }) {
    const [outer, length, inner] = around(x!.shape, axis)
    const shape = gatheredShape(x!.shape, indices!.shape, axis)
    const data = empty(x!.data, sizeOf(shape)) as Float64Array
    let at = 0
    for (let o = 0; o < outer; o++)
      for (const index of indices!.data as BigInt64Array) {
        const from = (o * length + checkedIndex(index, length)) * inner
        data.set(x!.data.subarray(from, from + inner) as Float64Array, at)
        at += inner
      }
    return { dtype: x!.dtype, shape, data }
  },
}

const scatterAdd: OpRule<{ readonly axis: number; readonly size: number }> = {
  infer([updates, indices], { axis, size }) {
    requireIndices(indices!)
    const within = updates!.shape.slice(axis, axis + indices!.rank)
    if (updates!.dtype !== 'float' || !sameShape(within, indices!.shape))
      throw new Error(
        `cannot scatter ${updates!.dtype} ${formatShape(updates!.shape)} by ${formatShape(indices!.shape)} on axis ${axis}`,
      )
    const after = updates!.shape.slice(axis + indices!.rank)
    return { dtype: 'float', shape: [...updates!.shape.slice(0, axis), size, ...after] }
  },
  gradient: (node, dy, { axis }) => [dy.gather(node.inputs[1]!, axis), undefined],
  onnx(emit, [updates, indices], node, { axis, size }) {
    const count = node.inputs[1]!.size
    const [outer, , inner] = around(node.shape as number[], axis)
    // ONNX Runtime refuses an empty scatter.
    if (outer * count * inner === 0)
      return emit.op('Expand', [emit.float(0), emit.shape(node.shape)])
    const flat = emit.op('Reshape', [updates!, emit.shape([outer, count, inner])], {
      allowzero: { int: 1 },
    })
    const column = emit.op('Reshape', [indices!, emit.shape([1, count, 1])], {
      allowzero: { int: 1 },
    })
    const at = emit.op('Expand', [column, emit.shape([outer, count, inner])])
    const zeros = emit.op('Expand', [emit.float(0), emit.shape([outer, size, inner])])
    const sum = emit.op('ScatterElements', [zeros, at, flat], {
      axis: { int: 1 },
      reduction: { string: 'add' },
    })
    return emit.op('Reshape', [sum, emit.shape(node.shape)], { allowzero: { int: 1 } })
  },
  reference([updates, indices], { axis, size }) {
    const count = sizeOf(indices!.shape)
    const outer = sizeOf(updates!.shape.slice(0, axis))
    const after = updates!.shape.slice(axis + indices!.shape.length)
    const inner = sizeOf(after)
    const data = new Float64Array(outer * size * inner)
    const source = updates!.data as Float64Array
    for (let o = 0; o < outer; o++)
      for (let j = 0; j < count; j++) {
        const to = (o * size + checkedIndex((indices!.data as BigInt64Array)[j]!, size)) * inner
        for (let i = 0; i < inner; i++) data[to + i]! += source[(o * count + j) * inner + i]!
      }
    return { dtype: 'float', shape: [...updates!.shape.slice(0, axis), size, ...after], data }
  },
}

export const shapes = {
  reshape,
  transpose,
  expand,
  slice,
  pad,
  concat,
  gather,
  scatterAdd,
} satisfies Partial<OpTable>
