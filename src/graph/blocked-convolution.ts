import { exchangedKernelInBlocks, inBlocks, kernelInBlocks } from './layout.ts'
import type { ConvAttributes, OpAttributes, Pair } from './rule.ts'
import type { Dim, Shape } from './shape.ts'
import { concat, constant, Tensor } from './tensor.ts'

/** The convolutions in blocks of b channels. `x` is [N, C/b, H, W, b], or [N, C, H, W] if C < b. */

const blockedConv = (x: Tensor, w: Tensor, attributes: ConvAttributes) =>
  Tensor.apply('blockedConv', [x, w], attributes)

/** `conv2d` with kernels [O, C, h, w]. */
export const conv = (x: Tensor, w: Tensor, b: number, attributes: ConvAttributes): Tensor =>
  blockedConv(x, kernelInBlocks(w, b), attributes)

/** Along one axis: the convolution that computes the outputs s·q + r, for one r, of a transposed convolution. */
interface Phase {
  /** The taps they use, in the order in which a convolution meets them. */
  readonly taps: readonly number[]
  readonly padding: Pair
}

/**
 * The phases along one axis: each of s successive outputs comes from a convolution of stride 1 with every s-th
 * tap of the kernel, reversed. All phases are computed to the length of the longest.
 */
function phases(
  input: number,
  kernel: number,
  output: number,
  stride: number,
  before: number,
): Phase[] {
  const length = Math.ceil(output / stride)
  return Array.from({ length: stride }, (_, r) => {
    const taps: number[] = []
    for (let tap = (r + before) % stride; tap < kernel; tap += stride) taps.unshift(tap)
    const first = taps.length - 1 - Math.floor((r + before) / stride)
    return { taps, padding: [first, length - input - first + taps.length - 1] }
  })
}

/** A value in parts that are computed separately and interleaved. */
export interface Parts {
  readonly parts: readonly Tensor[]
  join(parts: readonly Tensor[]): Tensor
}

/** Whether every phase has taps, and its cropping leaves some of `size` elements. */
const computable = (all: readonly Phase[], size: number) =>
  all.every(
    ({ taps, padding: [before, after] }) =>
      taps.length > 0 && size + Math.min(before, 0) + Math.min(after, 0) > 0,
  )

/**
 * `convTranspose2d` with kernels [C, O, h, w], not dilated: a stride-1 convolution for each phase of the
 * output.
 *
 * @param shape of the result, [N, O, H, W]
 * @returns undefined where some phase would be an empty convolution
 */
export function transposedConv(
  x: Tensor,
  w: Tensor,
  b: number,
  { strides, padding }: OpAttributes['convTranspose2d'],
  shape: Shape,
): Parts | undefined {
  const [n, o, height, width] = shape as [Dim, number, number, number]
  const [kh, kw] = w.shape.slice(2) as [number, number]
  const [inHeight, inWidth] = x.shape.slice(2, 4) as [number, number]
  const down = phases(inHeight, kh, height, strides[0], padding[0])
  const across = phases(inWidth, kw, width, strides[1], padding[1])
  if (!computable(down, inHeight) || !computable(across, inWidth)) return undefined
  const exchanged = exchangedKernelInBlocks(w, b) // [O/b, C/b, h, w, b, b]
  const [blocks, c, , , ...lanes] = exchanged.shape as [number, number, number, number]
  const taps = exchanged.reshape([blocks, c, kh * kw, ...lanes])
  const parts = down.flatMap((vertical) =>
    across.map((horizontal) => {
      const chosen = vertical.taps.flatMap((ky) => horizontal.taps.map((kx) => ky * kw + kx))
      const kernel = taps
        .gather(constant(chosen, [chosen.length], 'int64'), 2)
        .reshape([blocks, c, vertical.taps.length, horizontal.taps.length, ...lanes])
      return paddedConv(x, kernel, vertical.padding, horizontal.padding)
    }),
  )
  const [rows, columns] = [Math.ceil(height / strides[0]), Math.ceil(width / strides[1])]
  return {
    parts,
    join(all) {
      const joined = inRows(all, strides[1]).map((row) =>
        concat(row, 4).reshape([n, blocks, rows, 1, columns * strides[1] * b]),
      )
      return concat(joined, 3)
        .reshape([n, o / b, rows * strides[0], columns * strides[1], b])
        .slice(2, 0, height)
        .slice(3, 0, width)
    },
  }
}

/** A convolution of stride 1 whose input is padded, or cropped where an amount is negative. */
function paddedConv(x: Tensor, w: Tensor, vertical: Pair, horizontal: Pair): Tensor {
  const cut = withoutEnds(withoutEnds(x, 2, vertical), 3, horizontal)
  const [top, bottom] = vertical.map((amount) => Math.max(amount, 0)) as [number, number]
  const [left, right] = horizontal.map((amount) => Math.max(amount, 0)) as [number, number]
  const padding = [top, left, bottom, right] as const
  return blockedConv(cut, w, { strides: [1, 1], dilations: [1, 1], padding })
}

/** `x` with as many elements removed at the ends of an axis as the amounts are below zero. */
const withoutEnds = (x: Tensor, axis: number, [before, after]: Pair) =>
  x.slice(axis, Math.max(0, -before), (x.shape[axis] as number) - Math.max(0, -after))

/** Items in rows of `length`. */
const inRows = <T>(items: readonly T[], length: number): T[][] =>
  Array.from({ length: items.length / length }, (_, i) => items.slice(i * length, (i + 1) * length))

/** Fills up the last block of examples with zeros. */
const padded = (x: Tensor, b: number) => {
  const n = x.shape[0] as number
  return x.pad(0, 0, Math.ceil(n / b) * b - n)
}

/**
 * Kernel gradient: examples act as channels, as in the plain lowering. The input's own channel lanes g (b, or
 * 1 where it is plain) lie side by side in the width, which is dilated by g: the output is g times as wide, and
 * its rows fill the vectors.
 *
 * @param x the convolution's input: [N, C/b, H, W, b], or [N, C, H, W]
 * @param dy its output's gradient: [N, O/b, h, w, b]
 * @param attributes of the convolution whose input is `x` with examples as channels and whose kernel is
 *   `dy` with examples as channels
 * @returns [C/g, O/b, h', w', g, b]
 */
export function kernelGradient(
  x: Tensor,
  dy: Tensor,
  b: number,
  { strides, padding, dilations }: ConvAttributes,
): Tensor {
  const [, c, height, width, g = 1] = x.shape as number[] as [
    number,
    number,
    number,
    number,
    number?,
  ]
  const [, o, h, w] = dy.shape as [number, number, number, number]
  const examples = Math.ceil((x.shape[0] as number) / b)
  const row = width * g
  const lanesLast = inBlocks(padded(x, b).reshape([examples, b, c * height * row, 1]), b)
  const [top, left, bottom, right] = padding
  const input = lanesLast
    .reshape([examples, c, height * row * b])
    .transpose([1, 0, 2])
    .reshape([c, examples, height, row, b])
    .pad(3, left * g, right * g)
  const kernel = padded(dy, b)
    .reshape([examples, b, o, h * w, b])
    .transpose([2, 0, 3, 1, 4])
    .reshape([o, examples, h, w, b, b])
  const correlated = blockedConv(input, kernel, {
    strides: [strides[0], strides[1]],
    padding: [top, 0, bottom, 0],
    dilations: [dilations[0], dilations[1] * g],
  })
  const [, , kh, wide] = correlated.shape as [number, number, number, number]
  return correlated.reshape([c, o, kh, wide / g, g, b])
}
