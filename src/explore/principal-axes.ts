import { requireMatrix, requireWhole } from '../tensor/checks.ts'
import { addRows, columnProducts, symmetricProducts } from '../tensor/column-products.ts'
import { type Floats, hostTensor } from '../tensor/host.ts'
import { orthonormalBasis } from '../tensor/orthonormal-basis.ts'
import { pointed, symmetricEigen } from '../tensor/symmetric-eigen.ts'

export { symmetricEigen } from '../tensor/symmetric-eigen.ts'

/** Directions of greatest variance of a set of codes, and the codes along them. */
export interface PrincipalAxes {
  /** Coordinates of every code about the mean, `[n, count]`. */
  readonly projected: Floats
  /** Unit vectors `[L]`, by decreasing variance; the component of largest magnitude is positive. */
  readonly axes: readonly Float64Array[]
  /** Variance of the codes along each axis, dividing by n. */
  readonly variances: readonly number[]
  /** Sum of the variances of all L dimensions. */
  readonly totalVariance: number
}

/** Codes that the axes are fitted to where they have more dimensions than this. */
const LARGEST_MATRIX = 256

/**
 * The first `count` principal axes of codes `[n, L]` (Pearson 1901), by the eigenvectors of their
 * covariance. For more than 256 dimensions the axes are those of 256 codes, evenly chosen, and are found
 * through their inner products; variances are always those of all codes.
 *
 * @throws RangeError where there are fewer dimensions than axes, or no codes.
 */
export function principalAxes(codes: Floats, count: number): PrincipalAxes {
  requireMatrix(codes, 'codes')
  requireWhole(count, 'count')
  const [n = 0, width = 0] = codes.shape
  if (codes.shape.length !== 2 || n === 0 || count > width)
    throw new RangeError(`${count} principal axes of codes [${codes.shape.join(', ')}]`)
  const centred = centre(codes)
  const chosen =
    width <= LARGEST_MATRIX
      ? ofCovariance(centred, width).slice(0, count)
      : ofInnerProducts(centred, n, width, count)
  const coordinates = chosen.map((axis) =>
    Float64Array.from({ length: n }, (_, i) => dot(centred, i * width, axis)),
  )
  const byVariance = coordinates
    .map((values, j) => ({ values, axis: chosen[j]!, variance: dot(values, 0, values) / n }))
    .sort((a, b) => b.variance - a.variance)
  const projected = new Float32Array(n * count)
  byVariance.forEach(({ values }, j) => {
    for (let i = 0; i < n; i++) projected[i * count + j] = values[i]!
  })
  return {
    projected: hostTensor('float32', [n, count], projected),
    axes: byVariance.map(({ axis }) => axis),
    variances: byVariance.map(({ variance }) => variance),
    totalVariance: dot(centred, 0, centred) / n,
  }
}

/** Variance of each dimension of codes `[n, L]`, dividing by n. */
export function dimensionVariances(codes: Floats): Float64Array {
  const [n = 0, width = 0] = codes.shape
  const centred = centre(codes)
  const variances = new Float64Array(width)
  for (let at = 0; at < centred.length; at++) variances[at % width]! += centred[at]! ** 2 / n
  return variances
}

function ofCovariance(centred: Float64Array, width: number): readonly Float64Array[] {
  const products = columnProducts(width)
  addRows(products, centred)
  return symmetricEigen(symmetricProducts(products), width).vectors
}

/**
 * If X Xᵀ u = λ u, then Xᵀ u is an eigenvector of XᵀX: with few codes, X Xᵀ is a small matrix. Directions
 * without variance come out with length 0 and are replaced by others at right angles.
 */
function ofInnerProducts(
  centred: Float64Array,
  n: number,
  width: number,
  count: number,
): readonly Float64Array[] {
  const rows = Math.min(n, LARGEST_MATRIX)
  const chosen = new Float64Array(width * rows) // Xᵀ
  for (let i = 0; i < rows; i++) {
    const start = Math.floor((i * n) / rows) * width
    for (let p = 0; p < width; p++) chosen[p * rows + i] = centred[start + p]!
  }
  const weights = ofCovariance(chosen, rows)
  const directions = Array.from({ length: count }, (_, j) => {
    const u = weights[j] ?? new Float64Array(rows)
    return Float64Array.from({ length: width }, (_, p) => dot(chosen, p * rows, u))
  })
  return orthonormalBasis(directions).map(pointed)
}

function centre({ shape, data }: Floats): Float64Array {
  const [n = 0, width = 0] = shape
  const mean = new Float64Array(width)
  for (let at = 0; at < data.length; at++) mean[at % width]! += data[at]! / n
  return Float64Array.from(data, (value, at) => value - mean[at % width]!)
}

/** Inner product of `b` with as many numbers of `a` from `start`. */
function dot(a: Float64Array, start: number, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < b.length; i++) sum += a[start + i]! * b[i]!
  return sum
}
