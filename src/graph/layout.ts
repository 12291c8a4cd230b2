import { Tensor } from './tensor.ts'

/**
 * The layout of ONNX Runtime's own convolution: b neighbouring channels lie side by side, so that one
 * vector instruction works on all of them (Georganas et al. 2018, "Anatomy of high-performance deep
 * learning convolutions on SIMD architectures").
 *
 * | value | plain | in blocks |
 * |---|---|---|
 * | activations | [N, C, H, W] | [N, C/b, H, W, b] |
 * | kernels | [O, C, h, w] | [O/b, C/b, h, w, b of C, b of O] |
 * | kernels over fewer than b channels, which stay plain | [O, C, h, w] | [O/b, C, h, w, b of O] |
 */

/** [N, C, H, W] in blocks of b channels; where C is 1, to broadcast against others: [N, 1, H, W, 1]. */
export function inBlocks(x: Tensor, b: number): Tensor {
  const [n, c, h, w] = x.shape as [number, number, number, number]
  if (c === 1) return x.reshape([n, 1, h, w, 1])
  if (h * w === 1) return x.reshape([n, c / b, 1, 1, b])
  return Tensor.apply('intoBlocks', [x], { size: b })
}

/** The inverse of `inBlocks`. */
export function outOfBlocks(x: Tensor): Tensor {
  const [n, blocks, h, w, b] = x.shape as [number, number, number, number, number]
  return h * w === 1 ? x.reshape([n, blocks * b, 1, 1]) : Tensor.apply('outOfBlocks', [x], {})
}

/** Kernels [O, C, h, w] in blocks. */
export function kernelInBlocks(w: Tensor, b: number): Tensor {
  const [o, c, kh, kw] = w.shape as [number, number, number, number]
  const lanes = inBlocks(w.reshape([o / b, b, c * kh * kw, 1]), b)
  if (c < b) return lanes.reshape([o / b, c, kh, kw, b])
  const moved = lanes.reshape([o / b, c / b, b, kh * kw, b]).transpose([0, 1, 3, 2, 4])
  return moved.reshape([o / b, c / b, kh, kw, b, b])
}

/** Kernels [C, O, h, w], as transposed convolutions have them, in the blocks of kernels [O, C, h, w]. */
export function exchangedKernelInBlocks(w: Tensor, b: number): Tensor {
  const [c, o, kh, kw] = w.shape as [number, number, number, number]
  const lanes = inBlocks(w, b) // [C, O/b, h, w, b]
  if (c < b) return lanes.transpose([1, 0, 2, 3, 4])
  const moved = lanes.reshape([c / b, b, o / b, kh * kw, b]).transpose([2, 0, 3, 1, 4])
  return moved.reshape([o / b, c / b, kh, kw, b, b])
}

/** The inverse of `kernelInBlocks`. */
export function kernelOutOfBlocks(w: Tensor): Tensor {
  const [blocks, c, kh, kw] = w.shape as [number, number, number, number]
  const b = w.shape[w.rank - 1] as number
  const lanes = w.rank === 5 ? 1 : b
  const gradient = w.reshape([blocks, c, kh, kw, lanes, b]).transpose([1, 0, 2, 3, 4, 5])
  return exchangedOutOfBlocks(gradient)
}

/** The result of `kernelGradient`, [C/g, O/b, h, w, g, b], as [C, O, h, w]. */
export function gradientOutOfBlocks(x: Tensor): Tensor {
  const [c, o, kh, kw, g, b] = x.shape as [number, number, number, number, number, number]
  const moved = x.reshape([c, o, kh * kw, g, b]).transpose([0, 3, 1, 2, 4])
  return outOfBlocks(moved.reshape([c * g, o, kh, kw, b]))
}

/** The same as [O, C, h, w]. */
export function exchangedOutOfBlocks(x: Tensor): Tensor {
  const [c, o, kh, kw, g, b] = x.shape as [number, number, number, number, number, number]
  const moved = x.reshape([c, o, kh * kw, g, b]).transpose([1, 0, 3, 2, 4]) // [O/b, C/g, g, h·w, b]
  return outOfBlocks(moved.reshape([o, 1, c * g * kh * kw, 1, b])).reshape([o * b, c * g, kh, kw])
}
