import { requireOptions, requireWholes } from '../../tensor/checks.ts'
import { type AnyFloats, sizeOf } from '../../tensor/host.ts'
import { pairsOf, requireRange } from './pairs.ts'

export interface SimilarityOptions {
  /** Shape of one image: `[channels, height, width]`, or `[height, width]` for one channel. */
  readonly shape: readonly number[]
  /** Difference between the largest and the smallest possible value; 1 by default. */
  readonly range?: number | undefined
}

/** Values of the window along one side, its standard deviation in pixels, and the two constants. */
const [WINDOW, SIGMA, K1, K2] = [11, 1.5, 0.01, 0.03]

/**
 * Mean structural similarity (SSIM) of each pair of images that are rows of x and y `[n, C·H·W]`, `[n]`: 1 for
 * equal images, at least -1. Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from error
 * visibility to structural similarity", equation 13, averaged over the positions at which the window of 11×11
 * Gaussian weights (σ = 1.5) lies within the image, and then over channels. Along a side of fewer than 11 pixels
 * the window has the largest odd length that fits, and its weights still sum to 1.
 *
 * @throws RangeError if x and y differ in shape, their rows are not images of the given shape, or the range is not
 * positive
 */
export function structuralSimilarity(
  x: AnyFloats,
  y: AnyFloats,
  options: SimilarityOptions,
): Float64Array {
  requireOptions(options, 'options')
  const { shape, range = 1 } = options
  requireWholes(shape, 'shape', 1)
  const { count, width: values } = pairsOf(x, y)
  requireRange(range)
  const [channels, height, width] = shape.length === 2 ? [1, ...shape] : shape
  if (shape.length < 2 || shape.length > 3 || sizeOf(shape) !== values)
    throw new RangeError(`rows of ${values} values are not images of shape [${shape.join(', ')}]`)
  const similarity = channelSimilarity([height!, width!], range)
  const pixels = height! * width!
  return Float64Array.from({ length: count }, (_, i) => {
    let sum = 0
    for (let c = 0; c < channels!; c++) {
      const start = i * values + c * pixels
      const plane = ({ data }: AnyFloats) => data.subarray(start, start + pixels)
      sum += similarity(plane(x), plane(y))
    }
    return sum / channels!
  })
}

type Plane = Float32Array | Float64Array

/** The mean similarity of two planes `[H, W]`. */
function channelSimilarity(size: readonly [number, number], range: number) {
  const meansOf = windowMeans(size)
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2]
  return (x: Plane, y: Plane): number => {
    const means = meansOf(x, y)
    let sum = 0
    for (let p = 0; p < means.length; p += MEANS) {
      const [meanX, meanY] = [means[p]!, means[p + 1]!]
      const squares = meanX * meanX + meanY * meanY
      const variances = means[p + 2]! - squares
      const covariance = means[p + 3]! - meanX * meanY
      sum +=
        ((2 * meanX * meanY + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2))
    }
    return sum / (means.length / MEANS)
  }
}

/** Of each position: the means of x, of y, of x² + y², whose two variances count as their sum alone, and of x·y. */
const MEANS = 4

/** Weighted means of two planes within the window, at every position where the window lies within the planes. */
function windowMeans([height, width]: readonly [number, number]) {
  const [down, across] = [gaussianWeights(height), gaussianWeights(width)]
  const rows = height - down.length + 1
  const columns = width - across.length + 1
  const [left, right] = [new Float64Array(width), new Float64Array(width)]
  const narrowed = new Float64Array(height * columns * MEANS)
  const means = new Float64Array(rows * columns * MEANS)
  /** The returned array is the same at every call. */
  return (x: Plane, y: Plane): Float64Array => {
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        left[c] = x[r * width + c]!
        right[c] = y[r * width + c]!
      }
      for (let c = 0; c < columns; c++) {
        let meanX = 0
        let meanY = 0
        let squares = 0
        let product = 0
        for (let k = 0; k < across.length; k++) {
          const a = left[c + k]!
          const b = right[c + k]!
          const weightedA = across[k]! * a
          const weightedB = across[k]! * b
          meanX += weightedA
          meanY += weightedB
          squares += weightedA * a + weightedB * b
          product += weightedA * b
        }
        const at = (r * columns + c) * MEANS
        narrowed[at] = meanX
        narrowed[at + 1] = meanY
        narrowed[at + 2] = squares
        narrowed[at + 3] = product
      }
    }
    const stride = columns * MEANS
    for (let p = 0; p < means.length; p++) {
      let sum = 0
      for (let k = 0; k < down.length; k++) sum += down[k]! * narrowed[p + k * stride]!
      means[p] = sum
    }
    return means
  }
}

/** The window's weights along a side of `n` pixels. */
function gaussianWeights(n: number): Float64Array {
  const length = Math.min(WINDOW, n % 2 === 1 ? n : n - 1)
  const weights = Float64Array.from({ length }, (_, k) =>
    Math.exp(-((k - (length - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}
