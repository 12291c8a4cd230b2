import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { type AnyFloats, type HostTensor, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { pause } from '../../tensor/turns.ts'

/** Σ w_k N(μ_k, S_k) over rows of L numbers. */
export interface GaussianMixture {
  readonly components: readonly Component[]
  /** Mean log-density of the rows that it was fitted to, in nats, before each iteration. */
  readonly history: readonly number[]
}

interface Component {
  readonly weight: number
  /** `[L]` */
  readonly mean: Float64Array
  /** The lower triangle C with C Cᵀ = S, `[L, L]`. */
  readonly factor: Float64Array
}

export interface MixtureOptions extends ReadOptions {
  readonly components: number
  readonly seed: number
  /** Most iterations; 200 by default. */
  readonly iterations?: number | undefined
  /** The fit ends when an iteration adds less than this to the mean log-density; 1e-4 nats by default. */
  readonly tolerance?: number | undefined
}

/** Added to every variance, as a share of the mean variance of the rows, so that none shrinks to 0. */
const FLOOR = 1e-6

/**
 * A mixture of Gaussians with full covariances, fitted to rows x `[n, L]` by expectation-maximisation (Dempster,
 * Laird and Rubin 1977; Bishop 2006, section 9.2), in float64, in time n K L² for each iteration. The means start
 * at rows that are far from one another (k-means++, Arthur and Vassilvitskii 2007). The likelihood has many
 * maxima; which one is found is a function of the seed.
 *
 * @throws RangeError for fewer rows than components; the signal's reason if it is aborted
 */
export async function gaussianMixture(
  x: AnyFloats,
  { components, seed, iterations = 200, tolerance = 1e-4, onProgress, signal }: MixtureOptions,
): Promise<GaussianMixture> {
  const [n = 0, width = 0] = x.shape
  if (!(components >= 1 && n >= components))
    throw new RangeError(
      `components: expected 1 or more, and at most the ${n} rows, got ${components}`,
    )
  const rows = Array.from({ length: n }, (_, i) =>
    Float64Array.from(x.data.subarray(i * width, (i + 1) * width)),
  )
  const whole = momentsOf(rows, width)
  const floor =
    (FLOOR * whole.covariance.reduce((sum, s, at) => sum + (at % (width + 1) ? 0 : s), 0)) / width
  const shared = choleskyFactor(whole.covariance, width, floor)
  let mixture = startingMeans(rows, components, seed).map((mean) => ({
    weight: 1 / components,
    mean,
    factor: shared,
  }))
  const history: number[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    signal?.throwIfAborted()
    const { next, logDensity } = improved(mixture, rows, width, floor)
    const gain = logDensity - (history.at(-1) ?? Number.NEGATIVE_INFINITY)
    history.push(logDensity)
    mixture = next
    if (gain < tolerance) break
    onProgress?.((iteration + 1) / iterations)
    await pause()
  }
  onProgress?.(1)
  return { components: mixture, history }
}

/** Draws of a mixture, `[count, L]`; a function of the seed. */
export function mixtureDraws(
  { components }: GaussianMixture,
  count: number,
  seed: number,
): HostTensor<'float32'> {
  const random = stream(seed, 'draws of a mixture')
  const width = components[0]!.mean.length
  const weights = components.map(({ weight }) => weight)
  const draws = new Float32Array(count * width)
  for (let i = 0; i < count; i++) {
    const chosen = components[indexAt(random.uniform(), weights)]!
    const epsilon = Float64Array.from({ length: width }, () => random.normal())
    for (let p = 0; p < width; p++) {
      let value = chosen.mean[p]!
      for (let q = 0; q <= p; q++) value += chosen.factor[p * width + q]! * epsilon[q]!
      draws[i * width + p] = value
    }
  }
  return hostTensor('float32', [count, width], draws)
}

/** log w_k N(row; μ_k, S_k) of each component. */
export function componentLogDensities(
  components: readonly Component[],
  row: ArrayLike<number>,
): Float64Array {
  return Float64Array.from(components, ({ weight, mean, factor }) => {
    const width = mean.length
    const solved = new Float64Array(width) // C⁻¹ (x - μ)
    let value = Math.log(weight) - (width / 2) * Math.log(2 * Math.PI)
    for (let p = 0; p < width; p++) {
      let rest = row[p]! - mean[p]!
      for (let q = 0; q < p; q++) rest -= factor[p * width + q]! * solved[q]!
      const diagonal = factor[p * width + p]!
      solved[p] = rest / diagonal
      value -= solved[p]! ** 2 / 2 + Math.log(diagonal)
    }
    return value
  })
}

/** One iteration, and the mean log-density before it. */
function improved(
  mixture: readonly Component[],
  rows: readonly Float64Array[],
  width: number,
  floor: number,
): { next: Component[]; logDensity: number } {
  const shares = mixture.map(() => new Float64Array(rows.length))
  let total = 0
  for (const [i, row] of rows.entries()) {
    const logs = componentLogDensities(mixture, row)
    const largest = logs.reduce((a, b) => Math.max(a, b))
    const weights = logs.map((value) => Math.exp(value - largest))
    const sum = weights.reduce((a, b) => a + b)
    total += largest + Math.log(sum)
    shares.forEach((share, k) => {
      share[i] = weights[k]! / sum
    })
  }
  const next = shares.map((share, k) => {
    const { count, mean, covariance } = momentsOf(rows, width, share)
    // A component that no row belongs to stays as it is, with next to no weight.
    if (!(count > 1e-9)) return { ...mixture[k]!, weight: Number.MIN_VALUE }
    return { weight: count / rows.length, mean, factor: choleskyFactor(covariance, width, floor) }
  })
  return { next, logDensity: total / rows.length }
}

/** Mean and covariance of rows, each weighted by its share. */
function momentsOf(rows: readonly Float64Array[], width: number, shares?: Float64Array) {
  const mean = new Float64Array(width)
  let count = 0
  rows.forEach((row, i) => {
    const share = shares?.[i] ?? 1
    count += share
    for (let p = 0; p < width; p++) mean[p]! += share * row[p]!
  })
  for (let p = 0; p < width; p++) mean[p]! /= count
  const covariance = new Float64Array(width * width)
  const centred = new Float64Array(width)
  rows.forEach((row, i) => {
    const share = (shares?.[i] ?? 1) / count
    if (share === 0) return
    for (let p = 0; p < width; p++) centred[p] = row[p]! - mean[p]!
    for (let p = 0; p < width; p++) {
      const scaled = share * centred[p]!
      for (let q = 0; q <= p; q++) covariance[p * width + q]! += scaled * centred[q]!
    }
  })
  for (let p = 0; p < width; p++)
    for (let q = 0; q < p; q++) covariance[q * width + p] = covariance[p * width + q]!
  return { count, mean, covariance }
}

function choleskyFactor(covariance: Float64Array, width: number, floor: number): Float64Array {
  const matrix = Matrix.from1DArray(width, width, covariance)
  for (let p = 0; p < width; p++) matrix.set(p, p, matrix.get(p, p) + floor)
  return Float64Array.from(new CholeskyDecomposition(matrix).lowerTriangularMatrix.to1DArray())
}

/**
 * Rows drawn one after the other, each with a probability that grows with its squared distance from the nearest
 * earlier one.
 */
function startingMeans(rows: readonly Float64Array[], count: number, seed: number): Float64Array[] {
  const random = stream(seed, 'first means of a mixture')
  const means = [rows[random.integer(rows.length)]!]
  const distances = new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY)
  while (means.length < count) {
    const latest = means.at(-1)!
    rows.forEach((row, i) => {
      const squared = row.reduce((sum, value, p) => sum + (value - latest[p]!) ** 2, 0)
      distances[i] = Math.min(distances[i]!, squared)
    })
    means.push(rows[indexAt(random.uniform(), distances)]!)
  }
  return means.map((mean) => mean.slice())
}

/** The index at which a share of the sum of some weights is reached. */
function indexAt(share: number, weights: ArrayLike<number>): number {
  let left = share * Array.from(weights).reduce((a, b) => a + b)
  for (let i = 0; i < weights.length - 1; i++) {
    left -= weights[i]!
    if (left < 0) return i
  }
  return weights.length - 1
}
