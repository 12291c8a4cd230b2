/**
 * A dimension: a static size, or the name of one that is known only when the graph runs. `64·batch` is 64 times the size
 * called batch.
 */
export type Dim = number | string

/** A dimension times a whole number. */
export function timesDim(dimension: Dim, factor: number): Dim {
  if (typeof dimension === 'number') return dimension * factor
  const [own, name] = factored(dimension)
  return factor * own === 1 ? name : `${factor * own}·${name}`
}

/** The number and the name whose product a symbolic dimension is. */
export function factored(dimension: string): readonly [factor: number, name: string] {
  const dot = dimension.indexOf('·')
  return dot < 0 ? [1, dimension] : [Number(dimension.slice(0, dot)), dimension.slice(dot + 1)]
}

/** A dimension as a number; throws where it has a name that no size is known for. */
export function resolvedDim(
  dimension: Dim,
  sizeOfName: (name: string) => number | undefined,
): number {
  if (typeof dimension === 'number') return dimension
  const [factor, name] = factored(dimension)
  const size = sizeOfName(name)
  if (size === undefined) throw new Error(`no input gives the size of '${dimension}'`)
  return factor * size
}

export type Shape = readonly Dim[]

/** Shapes of the graph layer print like `[batch, 784]`. */
export const formatShape = (shape: Shape): string => `[${shape.join(', ')}]`

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dimension, i) => dimension === b[i])

/** The shape as numbers; throws where it is symbolic and a rule needs to know it. */
export function staticShape(shape: Shape, why: string): readonly number[] {
  if (shape.every((dimension) => typeof dimension === 'number')) return shape
  throw new Error(`${why} needs a static shape, got ${formatShape(shape)}`)
}

/** NumPy's broadcasting of two shapes; a symbolic dimension matches itself and 1. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, i) => {
    const left = a[i - rank + a.length] ?? 1
    const right = b[i - rank + b.length] ?? 1
    if (left === right || right === 1) return left
    if (left === 1) return right
    throw new Error(`shapes ${formatShape(a)} and ${formatShape(b)} do not broadcast`)
  })
}

/** Axes of `to` along which a value of shape `from` was repeated when it was broadcast to `to`. */
export function broadcastAxes(from: Shape, to: Shape): number[] {
  const offset = to.length - from.length
  return to.flatMap((dimension, axis) =>
    axis < offset || (from[axis - offset] === 1 && dimension !== 1) ? [axis] : [],
  )
}

/** A non-negative axis, from one that may count from the end. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis
  if (normal < 0 || normal >= rank || !Number.isInteger(axis))
    throw new Error(`axis ${axis} is outside a tensor of rank ${rank}`)
  return normal
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride
    stride *= shape[i]!
  }
  return strides
}

/** Strides that read an array of shape `from` as if it were broadcast to `to`: 0 along repeated axes. */
export function broadcastStrides(from: readonly number[], to: readonly number[]): number[] {
  const strides = stridesOf(from)
  const offset = to.length - from.length
  return to.map((_, axis) =>
    axis < offset || from[axis - offset] === 1 ? 0 : strides[axis - offset]!,
  )
}
