// Tipping and Bishop 1999, "Probabilistic principal component analysis", J. R. Statist. Soc. B 61: the model
// z ~ N(0, I), x ~ N(W z + b, σ² I), for which everything is known in closed form. All in float64.
import { type Gaussian, gaussian } from '../../distributions/gaussian.ts'
import { constant, scalar, type Tensor } from '../../graph/tensor.ts'
import { type Floats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import { orthonormalBasis } from '../../tensor/orthonormal-basis.ts'
import { stream } from '../../tensor/random.ts'
import { symmetricEigen } from '../../tensor/symmetric-eigen.ts'

type Vector = ArrayLike<number>

export interface LinearGaussian {
  /** Columns of W: L vectors of D numbers. */
  readonly loadings: readonly Vector[]
  /** b, D numbers. */
  readonly mean: Vector
  readonly sigma: number
}

/** A Gaussian with independent dimensions, such as q(z|x). */
export interface Diagonal {
  readonly mean: Vector
  readonly variance: Vector
}

const LOG_2PI = Math.log(2 * Math.PI)

/** Variances of x along the principal axes of `exampleModel`, without the noise. */
const SIGNAL = [4, 2, 1] as const
export const EXAMPLE = { dimension: 10, latent: SIGNAL.length, sigma: 0.5 } as const

/**
 * A model of 10 dimensions with codes of 3. Its loadings are not orthogonal, so no q with independent
 * dimensions is the posterior.
 */
export function exampleModel(seed: number): LinearGaussian {
  const random = stream(seed, 'linear Gaussian model')
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal())
  const { dimension, latent, sigma } = EXAMPLE
  const axes = orthonormalBasis(SIGNAL.map(() => normals(dimension)))
  const turned = orthonormalBasis(SIGNAL.map(() => normals(latent)))
  const loadings = turned.map((turn) =>
    Float64Array.from({ length: dimension }, (_, d) =>
      SIGNAL.reduce((sum, signal, j) => sum + Math.sqrt(signal) * axes[j]![d]! * turn[j]!, 0),
    ),
  )
  return { loadings, mean: normals(dimension), sigma }
}

/** Examples `[count, D]` that a model generates. */
export function generated(
  { loadings, mean, sigma }: LinearGaussian,
  count: number,
  seed: number,
): Floats {
  const random = stream(seed, 'linear Gaussian examples')
  const x = new Float32Array(count * mean.length)
  for (let i = 0; i < count; i++) {
    const z = loadings.map(() => random.normal())
    for (let d = 0; d < mean.length; d++)
      x[i * mean.length + d] =
        mean[d]! +
        sigma * random.normal() +
        z.reduce((sum, zl, l) => sum + zl * loadings[l]![d]!, 0)
  }
  return hostTensor('float32', [count, mean.length], x)
}

/** p(x|z) of codes `[B, L]`, as a distribution that models are built from. */
export function decoded({ loadings, mean, sigma }: LinearGaussian, z: Tensor): Gaussian {
  const weight = constant(
    loadings.flatMap((column) => Array.from(column)),
    [loadings.length, mean.length],
  )
  return gaussian(z.dot(weight).add(constant(mean, [mean.length])), scalar(2 * Math.log(sigma)))
}

/** log p(x) of each example `[n, D]`, from the covariance W Wᵀ + σ² I of x, with z integrated out. */
export function logLikelihoods(
  { loadings, mean, sigma }: LinearGaussian,
  x: HostTensor<'float32' | 'float64'>,
): Float64Array {
  const D = mean.length
  const covariance = squareOf(D, (i, j) =>
    loadings.reduce((sum, column) => sum + column[i]! * column[j]!, i === j ? sigma ** 2 : 0),
  )
  const { logDeterminant, solve } = decomposed(covariance, D)
  return Float64Array.from({ length: x.shape[0]! }, (_, i) => {
    const centred = Float64Array.from({ length: D }, (_, d) => x.data[i * D + d]! - mean[d]!)
    return -0.5 * (D * LOG_2PI + logDeterminant + dot(centred, solve(centred)))
  })
}

/** p(z|x) = N(M⁻¹ Wᵀ (x - b), σ² M⁻¹) with M = Wᵀ W + σ² I, given by its precision `[L, L]`. */
export function truePosterior({ loadings, mean, sigma }: LinearGaussian, x: Vector) {
  const L = loadings.length
  const precision = squareOf(
    L,
    (i, j) => dot(loadings[i]!, loadings[j]!) / sigma ** 2 + (i === j ? 1 : 0),
  )
  const { logDeterminant, solve } = decomposed(precision, L)
  const centred = Float64Array.from(mean, (b, d) => x[d]! - b)
  const projected = Float64Array.from(loadings, (column) => dot(column, centred) / sigma ** 2)
  return { mean: solve(projected), precision, logDeterminant }
}

/** KL(q ‖ p(z|x)), in closed form. */
export function divergenceFromPosterior(model: LinearGaussian, x: Vector, q: Diagonal): number {
  const { mean, precision, logDeterminant } = truePosterior(model, x)
  const L = mean.length
  let twice = -L - logDeterminant
  for (let i = 0; i < L; i++) {
    twice += precision[i * L + i]! * q.variance[i]! - Math.log(q.variance[i]!)
    for (let j = 0; j < L; j++)
      twice += (q.mean[i]! - mean[i]!) * precision[i * L + j]! * (q.mean[j]! - mean[j]!)
  }
  return twice / 2
}

/**
 * The maximum mean log-likelihood of examples `[n, D]` with codes of `latent` dimensions, and its σ, from the
 * eigenvalues of the sample covariance (Tipping and Bishop, equations 4 and 8).
 */
export function maximumLikelihood(
  x: Floats,
  latent: number,
): { readonly logLikelihood: number; readonly sigma: number } {
  const [n, D] = x.shape as readonly [number, number]
  const mean = Float64Array.from({ length: D }, (_, d) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += x.data[i * D + d]!
    return sum / n
  })
  const covariance = squareOf(D, (p, q) => {
    let sum = 0
    for (let i = 0; i < n; i++)
      sum += (x.data[i * D + p]! - mean[p]!) * (x.data[i * D + q]! - mean[q]!)
    return sum / n
  })
  const { values } = symmetricEigen(covariance, D)
  const variance = values.slice(latent).reduce((a, b) => a + b) / (D - latent)
  const kept = values.slice(0, latent).reduce((sum, value) => sum + Math.log(value), 0)
  const twice = D * LOG_2PI + kept + (D - latent) * Math.log(variance) + D
  return { logLikelihood: -twice / 2, sigma: Math.sqrt(variance) }
}

/** log det A and A⁻¹ v of a positive definite matrix `[n, n]`. */
function decomposed(matrix: Float64Array, n: number) {
  const { values, vectors } = symmetricEigen(matrix, n)
  return {
    logDeterminant: values.reduce((sum, value) => sum + Math.log(value), 0),
    solve(v: Float64Array): Float64Array {
      const solved = new Float64Array(n)
      vectors.forEach((vector, k) => {
        const along = dot(vector, v) / values[k]!
        for (let i = 0; i < n; i++) solved[i]! += along * vector[i]!
      })
      return solved
    },
  }
}

function squareOf(n: number, entry: (i: number, j: number) => number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, k) => entry(Math.floor(k / n), k % n))
}

function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
