import type { GraphDType, Value } from '../rule.ts'
import { broadcast, broadcastStrides, stridesOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'

/** The data of a float value; throws for any other type. */
export function floats(value: Value): Float64Array {
  if (value.data instanceof Float64Array) return value.data
  throw new Error(`expected a float value, got ${value.dtype}`)
}

/** Throws unless an operand has one of the allowed types. */
export function requireType(op: string, tensor: Tensor, ...allowed: GraphDType[]): void {
  if (!allowed.includes(tensor.dtype))
    throw new Error(`${op} takes ${allowed.join(' or ')}, got ${tensor.dtype}`)
}

type Sized = { readonly length: number }

/** How far apart the elements of an operand lie that meet elements side by side; undefined if that varies. */
const steadyStep = (operand: Sized, out: Sized) =>
  operand.length === out.length ? 1 : operand.length === 1 ? 0 : undefined

/** Applies `kernel` over two values broadcast against each other, writing into `out`. */
export function zip<T, U>(
  a: { shape: readonly number[]; data: ArrayLike<T> },
  b: { shape: readonly number[]; data: ArrayLike<T> },
  shape: readonly number[],
  kernel: (x: T, y: T) => U,
  out: { [i: number]: U; length: number },
): void {
  const [aStep, bStep] = [steadyStep(a.data, out), steadyStep(b.data, out)]
  if (aStep !== undefined && bStep !== undefined) {
    for (let i = 0; i < out.length; i++) out[i] = kernel(a.data[aStep * i]!, b.data[bStep * i]!)
    return
  }
  const strides = stridesOf(shape)
  const aStrides = broadcastStrides(a.shape, shape)
  const bStrides = broadcastStrides(b.shape, shape)
  for (let i = 0; i < out.length; i++) {
    let rest = i
    let aIndex = 0
    let bIndex = 0
    for (let axis = 0; axis < strides.length; axis++) {
      const at = Math.floor(rest / strides[axis]!)
      rest -= at * strides[axis]!
      aIndex += at * aStrides[axis]!
      bIndex += at * bStrides[axis]!
    }
    out[i] = kernel(a.data[aIndex]!, b.data[bIndex]!)
  }
}

/** The shape of two values broadcast against each other. */
export const numericShape = (a: Value, b: Value) => broadcast(a.shape, b.shape) as readonly number[]
