import { broadcastStrides, stridesOf } from '../shape.ts'

/** Names and numbers need no variable of their own. */
const isSimple = (text: string) => /^\w+$/.test(text)

/** Text of a sum or product of an index, in brackets where it is neither a name nor a number. */
export const bracketed = (text: string): string => (isSimple(text) ? text : `(${text})`)

/**
 * Text of a 32-bit difference that may be below zero and is then far above every index. Written as a sum: where all of it is
 * constant, a compiler may refuse the difference (naga does), although it wraps around.
 */
export const before = (text: string, count: number): string =>
  count === 0 ? text : `${text} + ${2 ** 32 - count}u`

/**
 * The index at which an array is read for element `index` of a shape: offset + Σ coordinate · stride, where coordinates
 * are those of `index` in row-major order.
 */
export function stridedIndex(
  index: string,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): string {
  const axes = merged(shape, strides)
  const terms: string[] = []
  let inner = 1
  for (const [i, { size, stride }] of [...axes.entries()].reverse()) {
    if (stride !== 0) {
      const quotient = inner === 1 ? index : `${bracketed(index)} / ${inner}u`
      const coordinate = i === 0 ? quotient : `${bracketed(quotient)} % ${size}u`
      terms.push(stride === 1 ? coordinate : `${bracketed(coordinate)} * ${stride}u`)
    }
    inner *= size
  }
  if (offset !== 0) terms.push(`${offset}u`)
  return terms.length === 0 ? '0u' : terms.map(sumTerm).join(' + ')
}

const sumTerm = (term: string) => (term.includes('%') ? `(${term})` : term)

/** Axes without those of size 1; neighbours that are run through as one are one. */
function merged(shape: readonly number[], strides: readonly number[]) {
  const axes: { size: number; stride: number }[] = []
  for (const [i, size] of shape.entries()) {
    if (size === 1) continue
    const outer = axes.at(-1)
    const stride = strides[i]!
    if (outer && outer.stride === stride * size)
      axes[axes.length - 1] = { size: outer.size * size, stride }
    else axes.push({ size, stride })
  }
  return axes
}

/** The index in an operand of shape `from` for element `index` of what it is broadcast to. */
export const broadcastIndex = (index: string, from: readonly number[], to: readonly number[]) =>
  stridedIndex(index, to, broadcastStrides(from, to))

/** The index in `x` for element `index` of `x` with its axes permuted. */
export function transposedIndex(
  index: string,
  from: readonly number[],
  permutation: readonly number[],
): string {
  const strides = stridesOf(from)
  return stridedIndex(
    index,
    permutation.map((axis) => from[axis]!),
    permutation.map((axis) => strides[axis]!),
  )
}
