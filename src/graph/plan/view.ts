import { sizeOf } from '../../tensor/host.ts'
import { sameShape, stridesOf } from '../shape.ts'
import type { Tensor } from '../tensor.ts'

/**
 * How a value lies in the memory of another: element (i₀, i₁, …) of the view is element
 * offset + Σ iₖ · strides[k] of `base`, whose elements are in row-major order. All sizes are static.
 */
export interface View {
  readonly base: Tensor
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** Whether all sizes of a tensor are known when the graph is written. */
export const isStatic = ({ shape }: Tensor): boolean => shape.every((d) => typeof d === 'number')

/** The sizes other than 1: tensors that differ in sizes of 1 only have the same elements in the same order. */
export const withoutOnes = (shape: readonly number[]): number[] => shape.filter((d) => d !== 1)

const whole = (base: Tensor): View => {
  const shape = base.shape as readonly number[]
  return { base, offset: 0, shape, strides: stridesOf(shape) }
}

/**
 * The memory that an expression can be read from without being computed: reshapes, expansions and slices are looked
 * through as far as strides can express them. Anything else is its own base.
 */
export function viewOf(x: Tensor): View {
  const known = views.get(x)
  if (known) return known
  const view = found(x)
  views.set(x, view)
  return view
}

const views = new WeakMap<Tensor, View>()

function found(x: Tensor): View {
  if (!isStatic(x)) return whole(x)
  const shape = x.shape as readonly number[]
  switch (x.op) {
    case 'stopGradient':
      return viewOf(x.inputs[0]!)
    case 'reshape':
      return reshaped(viewOf(x.inputs[0]!), shape) ?? whole(x)
    case 'expand':
      return expanded(viewOf(x.inputs[0]!), shape)
    case 'slice': {
      const { axis, start } = x.attributesOf('slice')
      const from = viewOf(x.inputs[0]!)
      const view = { ...from, offset: from.offset + start * from.strides[axis]!, shape }
      return isRunnable(view) ? view : whole(x)
    }
    default:
      return whole(x)
  }
}

/** Whether the view shows every element of its base once, in order. */
export function isIdentity({ base, offset, shape, strides }: View): boolean {
  return offset === 0 && base.size === sizeOf(shape) && isRowMajor(shape, strides)
}

function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  const rowMajor = stridesOf(shape)
  return shape.every((d, i) => d === 1 || strides[i] === rowMajor[i])
}

/** The strides of a view that is broadcast to `shape`, one for each size other than 1. */
export const stridesIn = (view: View, shape: readonly number[]): number[] =>
  expanded(view, shape).strides.filter((_, i) => shape[i] !== 1)

function reshaped(view: View, shape: readonly number[]): View | undefined {
  if (isRowMajor(view.shape, view.strides)) return { ...view, shape, strides: stridesOf(shape) }
  if (view.strides.every((stride, i) => stride === 0 || view.shape[i] === 1))
    return { ...view, shape, strides: shape.map(() => 0) }
  if (!sameShape(withoutOnes(view.shape), withoutOnes(shape))) return undefined
  const kept = view.strides.filter((_, i) => view.shape[i] !== 1)
  let next = 0
  return { ...view, shape, strides: shape.map((d) => (d === 1 ? 0 : kept[next++]!)) }
}

function expanded(view: View, shape: readonly number[]): View {
  const lacking = shape.length - view.shape.length
  const strides = shape.map((d, i) => {
    const own = i - lacking
    return own < 0 || (view.shape[own] === 1 && d !== 1) ? 0 : view.strides[own]!
  })
  return { ...view, shape, strides }
}

/** Whether neighbours along the last axis are neighbours in memory, or one element: kernels read runs. */
function isRunnable({ shape, strides }: View): boolean {
  const last = shape.findLastIndex((d) => d !== 1)
  return last < 0 || strides[last] === 1 || strides[last] === 0
}
