import type { NoAttributes, OpRule, OpTable, Value } from '../rule.ts'
import {
  broadcast,
  broadcastAxes,
  broadcastStrides,
  formatShape,
  type Shape,
  stridesOf,
} from '../shape.ts'
import { sumTo, type Tensor } from '../tensor.ts'
import { floats } from './values.ts'

interface DotAttributes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

function dotShape(a: Shape, b: Shape, { transposeA, transposeB }: DotAttributes): Shape {
  const [m, inner] = transposeA ? [a[1], a[0]] : a
  const [otherInner, n] = transposeB ? [b[1], b[0]] : b
  if (a.length !== 2 || b.length !== 2 || inner !== otherInner) {
    const mark = (shape: Shape, transposed: boolean) => formatShape(shape) + (transposed ? 'ᵀ' : '')
    throw new Error(`cannot multiply ${mark(a, transposeA)} by ${mark(b, transposeB)}`)
  }
  return [m!, n!]
}

/** out[m, n] += Σ a[m, k] b[k, n], each read by its own strides. */
function multiply(
  out: Float64Array,
  outOffset: number,
  [m, n, inner]: readonly [number, number, number],
  [a, aOffset, aRow, aColumn]: readonly [Float64Array, number, number, number],
  [b, bOffset, bRow, bColumn]: readonly [Float64Array, number, number, number],
): void {
  for (let i = 0; i < m; i++)
    for (let k = 0; k < inner; k++) {
      const left = a[aOffset + i * aRow + k * aColumn]!
      const row = outOffset + i * n
      const from = bOffset + k * bRow
      for (let j = 0; j < n; j++) out[row + j]! += left * b[from + j * bColumn]!
    }
}

const dot: OpRule<DotAttributes> = {
  infer([a, b], attributes) {
    if (a!.dtype !== 'float' || b!.dtype !== 'float')
      throw new Error(`dot takes float, got ${a!.dtype} and ${b!.dtype}`)
    return { dtype: 'float', shape: dotShape(a!.shape, b!.shape, attributes) }
  },
  gradient(node, dy, { transposeA, transposeB }) {
    const [a, b] = node.inputs as [Tensor, Tensor]
    const da = transposeA ? b.dot(dy, transposeB, true) : dy.dot(b, false, !transposeB)
    const db = transposeB ? dy.dot(a, true, transposeA) : a.dot(dy, !transposeA, false)
    return [da, db]
  },
  onnx: (emit, inputs, _node, { transposeA, transposeB }) =>
    emit.op('Gemm', inputs, {
      transA: { int: Number(transposeA) },
      transB: { int: Number(transposeB) },
    }),
  reference([a, b], attributes) {
    const shape = dotShape(a!.shape, b!.shape, attributes) as number[]
    const [m, n] = shape as [number, number]
    const inner = attributes.transposeA ? a!.shape[0]! : a!.shape[1]!
    const read = (x: Value, transposed: boolean) =>
      [floats(x), 0, transposed ? 1 : x.shape[1]!, transposed ? x.shape[1]! : 1] as const
    const data = new Float64Array(m * n)
    multiply(
      data,
      0,
      [m, n, inner],
      read(a!, attributes.transposeA),
      read(b!, attributes.transposeB),
    )
    return { dtype: 'float', shape, data }
  },
}

const swapped = (x: Tensor) => {
  const axes = x.shape.map((_, i) => i)
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2])
}

function matmulShape(a: Shape, b: Shape): Shape {
  if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2))
    throw new Error(`cannot multiply ${formatShape(a)} by ${formatShape(b)}`)
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2)!, b.at(-1)!]
}

const matmul: OpRule<NoAttributes> = {
  infer([a, b]) {
    if (a!.dtype !== 'float' || b!.dtype !== 'float')
      throw new Error(`matmul takes float, got ${a!.dtype} and ${b!.dtype}`)
    return { dtype: 'float', shape: matmulShape(a!.shape, b!.shape) }
  },
  gradient(node, dy) {
    const [a, b] = node.inputs as [Tensor, Tensor]
    const batch = node.shape.slice(0, -2)
    const reduce = (d: Tensor, x: Tensor) =>
      sumTo(d, x.shape, broadcastAxes(x.shape.slice(0, -2), batch))
    return [reduce(dy.matmul(swapped(b)), a), reduce(swapped(a).matmul(dy), b)]
  },
  onnx(emit, inputs, node) {
    // ONNX Runtime's MatMul does not broadcast the batch where a size is zero.
    const empty = node.inputs.some((x) => x.shape.includes(0))
    if (empty && node.shape.every((d) => typeof d === 'number'))
      return emit.op('Expand', [emit.float(0), emit.shape(node.shape)])
    return emit.op('MatMul', inputs)
  },
  reference([a, b]) {
    const shape = matmulShape(a!.shape, b!.shape) as number[]
    const [m, inner] = a!.shape.slice(-2) as [number, number]
    const n = shape.at(-1)!
    const batch = shape.slice(0, -2)
    const strides = stridesOf(batch)
    const aStrides = broadcastStrides(a!.shape.slice(0, -2), batch)
    const bStrides = broadcastStrides(b!.shape.slice(0, -2), batch)
    const data = new Float64Array(shape.reduce((x, y) => x * y, 1))
    const count = batch.reduce((x, y) => x * y, 1)
    for (let i = 0; i < count; i++) {
      const at = (own: readonly number[]) =>
        strides.reduce(
          (sum, stride, axis) => sum + (Math.floor(i / stride) % batch[axis]!) * own[axis]!,
          0,
        )
      multiply(
        data,
        i * m * n,
        [m, n, inner],
        [floats(a!), at(aStrides) * m * inner, inner, 1],
        [floats(b!), at(bStrides) * inner * n, n, 1],
      )
    }
    return { dtype: 'float', shape, data }
  },
}

export const linear = { dot, matmul } satisfies Partial<OpTable>
