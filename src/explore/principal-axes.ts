import { type HostTensor, hostTensor } from '../tensor/host.ts'

type Floats = HostTensor<'float32'>

/** Directions of greatest variance of a set of codes, and the codes along them. */
export interface PrincipalAxes {
  /** Coordinates of every code about the mean, `[n, count]`. */
  readonly projected: Floats
  /** Unit vectors `[L]`, by falling variance; the component of largest magnitude is positive. */
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
  const [n = 0, width = 0] = codes.shape
  if (codes.shape.length !== 2 || n === 0 || count > width)
    throw new RangeError(`${count} principal axes of codes [${codes.shape.join(', ')}]`)
  const centred = centre(codes)
  const axes =
    width <= LARGEST_MATRIX ? ofCovariance(centred, n, width) : ofInnerProducts(centred, n, width)
  const chosen = orthonormal(axes, count, width)
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

/**
 * Eigenvalues, falling, and orthonormal eigenvectors of a symmetric matrix `[n, n]`, by cyclic Jacobi
 * rotations (Golub and Van Loan, Matrix Computations, section 8.5). The matrix is not changed.
 */
export function symmetricEigen(
  matrix: Float64Array,
  n: number,
): { readonly values: Float64Array; readonly vectors: readonly Float64Array[] } {
  const a = matrix.slice()
  // Row k is the k-th eigenvector: rotations then touch rows, which lie together.
  const vectors = Array.from({ length: n }, (_, k) =>
    Float64Array.from({ length: n }, (_, i) => (i === k ? 1 : 0)),
  )
  const negligible = Number.EPSILON * Math.sqrt(dot(a, 0, a))
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false
    for (let p = 0; p < n - 1; p++)
      for (let q = p + 1; q < n; q++)
        if (Math.abs(a[p * n + q]!) > negligible / n) {
          rotate(a, vectors, n, p, q)
          rotated = true
        }
    if (!rotated) break
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => a[j * n + j]! - a[i * n + i]!)
  return {
    values: Float64Array.from(order, (k) => a[k * n + k]!),
    vectors: order.map((k) => vectors[k]!),
  }
}

/** One Jacobi rotation in the plane (p, q), which makes `a[p, q]` zero. */
function rotate(a: Float64Array, vectors: Float64Array[], n: number, p: number, q: number): void {
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * a[p * n + q]!)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, t)
  const s = t * c
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [a[k * n + p]!, a[k * n + q]!]
    a[k * n + p] = c * kp - s * kq
    a[k * n + q] = s * kp + c * kq
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [a[p * n + k]!, a[q * n + k]!]
    a[p * n + k] = c * pk - s * qk
    a[q * n + k] = s * pk + c * qk
  }
  const [vp, vq] = [vectors[p]!, vectors[q]!]
  for (let k = 0; k < n; k++) {
    const [x, y] = [vp[k]!, vq[k]!]
    vp[k] = c * x - s * y
    vq[k] = s * x + c * y
  }
}

function ofCovariance(centred: Float64Array, n: number, width: number): readonly Float64Array[] {
  const covariance = new Float64Array(width * width)
  for (let i = 0; i < n; i++)
    for (let p = 0; p < width; p++) {
      const x = centred[i * width + p]! / n
      for (let q = p; q < width; q++) covariance[p * width + q]! += x * centred[i * width + q]!
    }
  for (let p = 0; p < width; p++)
    for (let q = 0; q < p; q++) covariance[p * width + q] = covariance[q * width + p]!
  return symmetricEigen(covariance, width).vectors
}

/** X Xᵀ u = λ u makes Xᵀ u an eigenvector of XᵀX: a small matrix where there are few codes. */
function ofInnerProducts(centred: Float64Array, n: number, width: number): readonly Float64Array[] {
  const rows = Math.min(n, LARGEST_MATRIX)
  const chosen = Array.from({ length: rows }, (_, i) => {
    const start = Math.floor((i * n) / rows) * width
    return centred.subarray(start, start + width)
  })
  const products = new Float64Array(rows * rows)
  for (let p = 0; p < rows; p++)
    for (let q = p; q < rows; q++)
      products[p * rows + q] = products[q * rows + p] = dot(chosen[p]!, 0, chosen[q]!)
  return symmetricEigen(products, rows).vectors.map((weights) => {
    const axis = new Float64Array(width)
    for (let i = 0; i < rows; i++)
      for (let p = 0; p < width; p++) axis[p]! += weights[i]! * chosen[i]![p]!
    return axis
  })
}

/**
 * The first `count` directions as unit vectors at right angles. Directions without variance have no
 * length left: coordinate axes stand in for them.
 */
function orthonormal(
  directions: readonly Float64Array[],
  count: number,
  width: number,
): Float64Array[] {
  const units = Array.from({ length: width }, (_, k) =>
    Float64Array.from({ length: width }, (_, i) => (i === k ? 1 : 0)),
  )
  const axes: Float64Array[] = []
  for (const direction of [...directions.slice(0, count), ...units.slice(0, 2 * count)]) {
    if (axes.length === count) break
    const length = Math.sqrt(dot(direction, 0, direction))
    const rest = direction.slice()
    for (const axis of axes) {
      const along = dot(rest, 0, axis)
      for (let i = 0; i < width; i++) rest[i]! -= along * axis[i]!
    }
    const left = Math.sqrt(dot(rest, 0, rest))
    if (!(left > 1e-9 * length)) continue
    const largest = rest.reduce(
      (most, value) => (Math.abs(value) > Math.abs(most) ? value : most),
      0,
    )
    axes.push(rest.map((value) => value / (largest < 0 ? -left : left)))
  }
  return axes
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
