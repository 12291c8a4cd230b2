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
  const mean = windowMeans(size)
  const [c1, c2] = [(K1 * range) ** 2, (K2 * range) ** 2]
  const products = new Float64Array(size[0] * size[1])
  const meanProduct = (a: Plane, b: Plane): Float64Array => {
    for (let p = 0; p < products.length; p++) products[p] = a[p]! * b[p]!
    return mean(products)
  }
  return (x: Plane, y: Plane): number => {
    const [muX, muY] = [mean(x), mean(y)]
    const [squareX, squareY, product] = [meanProduct(x, x), meanProduct(y, y), meanProduct(x, y)]
    let sum = 0
    for (let p = 0; p < muX.length; p++) {
      const [meanX, meanY] = [muX[p]!, muY[p]!]
      const variances = squareX[p]! - meanX * meanX + squareY[p]! - meanY * meanY
      const covariance = product[p]! - meanX * meanY
      sum +=
        ((2 * meanX * meanY + c1) * (2 * covariance + c2)) /
        ((meanX * meanX + meanY * meanY + c1) * (variances + c2))
    }
    return sum / muX.length
  }
}

/** Weighted means of a plane within the window, at every position where the window lies within the plane. */
function windowMeans([height, width]: readonly [number, number]) {
  const [down, across] = [gaussianWeights(height), gaussianWeights(width)]
  const rows = height - down.length + 1
  const columns = width - across.length + 1
  const narrowed = new Float64Array(height * columns)
  return (plane: Plane): Float64Array => {
    for (let r = 0; r < height; r++)
      for (let c = 0; c < columns; c++) {
        let sum = 0
        for (let k = 0; k < across.length; k++) sum += across[k]! * plane[r * width + c + k]!
        narrowed[r * columns + c] = sum
      }
    const means = new Float64Array(rows * columns)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        let sum = 0
        for (let k = 0; k < down.length; k++) sum += down[k]! * narrowed[(r + k) * columns + c]!
        means[r * columns + c] = sum
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
