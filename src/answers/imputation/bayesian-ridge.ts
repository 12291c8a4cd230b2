import { addRows, columnProducts, symmetricProducts } from '../../tensor/column-products.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'
import { meanOf } from './imputer.ts'

/** y ≈ x · weights + intercept. */
export interface LinearFit {
  readonly weights: Float64Array
  readonly intercept: number
}

/** Of the gamma priors on α and λ: shape and rate, so small that they only keep both finite. */
const PRIOR = 1e-6

/** Updates of α and λ, and how little the weights move in sum when they stop. */
const UPDATES = 300
const TOLERANCE = 1e-3

/**
 * Linear regression with Gaussian noise of precision α and weights of precision λ, both found by MacKay's fixed-point
 * updates of the evidence (MacKay 1992, Bayesian interpolation, Neural Computation 4; Tipping 2001). It does what
 * scikit-learn's `BayesianRidge` does by default. With the eigenvalues e of XᵀX of centred rows,
 *
 *     weights = (XᵀX + λ/α I)⁻¹ Xᵀy
 *     γ = Σ α e / (λ + α e)        the number of weights that the data determine
 *     λ = γ / |weights|²
 *     α = (n - γ) / |y - X weights|²
 *
 * In float64; takes time n D² and memory D² besides.
 *
 * @param x rows `[n, D]`, D of 1 or more
 * @param y `[n]`, n of 1 or more
 */
export function bayesianRidge(x: Float64Array, y: Float64Array): LinearFit {
  const n = y.length
  const { centred, target, xMean, yMean } = centredOf(x, y)
  const { eigenvalues, weightsFor } = ridgeOf(centred, target)
  let alpha = 1 / (meanOf(target.map((value) => value * value)) + Number.EPSILON)
  let lambda = 1
  let before: Float64Array | undefined
  for (let update = 0; update < UPDATES; update++) {
    const weights = weightsFor(lambda / alpha)
    const squares = squaredResiduals(centred, target, weights)
    const determined = eigenvalues.reduce((sum, e) => sum + (alpha * e) / (lambda + alpha * e), 0)
    lambda = (determined + 2 * PRIOR) / (dot(weights, weights) + 2 * PRIOR)
    alpha = (n - determined + 2 * PRIOR) / (squares + 2 * PRIOR)
    if (before && change(before, weights) < TOLERANCE) break
    before = weights
  }
  const weights = weightsFor(lambda / alpha)
  return { weights, intercept: yMean - dot(xMean, weights) }
}

function centredOf(x: Float64Array, y: Float64Array) {
  const width = x.length / y.length
  const yMean = meanOf(y)
  const xMean = new Float64Array(width)
  for (let at = 0; at < x.length; at++) xMean[at % width]! += x[at]! / y.length
  return {
    centred: x.map((value, at) => value - xMean[at % width]!),
    target: y.map((value) => value - yMean),
    xMean,
    yMean,
  }
}

/** The eigenvalues of XᵀX, and the weights (XᵀX + ratio I)⁻¹ Xᵀy. */
function ridgeOf(x: Float64Array, y: Float64Array) {
  const width = x.length / y.length
  const products = columnProducts(width)
  addRows(products, x)
  const { values, vectors } = symmetricEigen(symmetricProducts(products), width)
  const eigenvalues = values.map((value) => Math.max(0, value))
  const xy = new Float64Array(width) // Xᵀy
  for (let at = 0; at < x.length; at++) xy[at % width]! += x[at]! * y[Math.floor(at / width)]!
  const projected = vectors.map((vector) => dot(vector, xy))
  const weightsFor = (ratio: number): Float64Array => {
    const weights = new Float64Array(width)
    vectors.forEach((vector, k) => {
      const length = projected[k]! / (eigenvalues[k]! + ratio)
      for (let d = 0; d < width; d++) weights[d]! += length * vector[d]!
    })
    return weights
  }
  return { eigenvalues, weightsFor }
}

/** |y - Xw|². */
function squaredResiduals(x: Float64Array, y: Float64Array, weights: Float64Array): number {
  const width = weights.length
  let sum = 0
  for (let row = 0, at = 0; row < y.length; row++) {
    let residual = y[row]!
    for (let d = 0; d < width; d++, at++) residual -= x[at]! * weights[d]!
    sum += residual * residual
  }
  return sum
}

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0)

/** Σ |a - b|. */
const change = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0)
