import { iota, scalar, type Tensor } from '../graph/tensor.ts'
import type { HostTensor } from '../tensor/host.ts'

/** Scales of the kernel, in units of the expected squared distance of two draws of the prior. */
export const MMD_SCALES = [0.1, 0.2, 0.5, 1, 2, 5, 10] as const

/**
 * Squared maximum mean discrepancy between the distributions that codes `[N, L]` and `[M, L]` were drawn
 * from: a scalar, estimated without bias (Gretton et al. 2012, equation 3), so that it may be negative
 * where the two agree. The kernel is a sum of inverse multiquadratics c / (c + ‖a - b‖²), as in Wasserstein
 * autoencoders (Tolstikhin et al. 2018, section 4), with c = s · 2L σ² for s in `MMD_SCALES`: 2L σ² is
 * E‖z - z'‖² for a prior of independent dimensions of variance σ². No value exceeds
 * `2 · MMD_SCALES.length`.
 *
 * @throws RangeError where a side has fewer than two codes
 */
export function mmd(a: Tensor, b: Tensor, priorVariance = 1): Tensor {
  const [n, latent] = a.shape as readonly [number, number]
  const m = b.shape[0] as number
  if (n < 2 || m < 2)
    throw new RangeError(`the discrepancy needs two codes on each side, got ${n} and ${m}`)
  const base = 2 * latent * priorVariance
  const kernel = (x: Tensor, y: Tensor): Tensor => {
    const squared = squaredDistances(x, y)
    const parts = MMD_SCALES.map((s) => scalar(s * base).div(squared.add(s * base)))
    return parts.reduce((sum, part) => sum.add(part))
  }
  const within = (x: Tensor, count: number): Tensor =>
    offDiagonal(kernel(x, x), count).mul(1 / (count * (count - 1)))
  return within(a, n).add(within(b, m)).sub(kernel(a, b).mean().mul(2))
}

/**
 * The same for codes on the host, in float64: for a whole split, which batches are parts of.
 *
 * @throws RangeError where a side has fewer than two codes
 */
export function mmdOf(
  a: HostTensor<'float64'>,
  b: HostTensor<'float64'>,
  priorVariance = 1,
): number {
  const [n, latent] = a.shape as readonly [number, number]
  const m = b.shape[0]!
  if (n < 2 || m < 2)
    throw new RangeError(`the discrepancy needs two codes on each side, got ${n} and ${m}`)
  const scales = Float64Array.from(MMD_SCALES, (s) => s * 2 * latent * priorVariance)
  /** Σ of the kernel of x_i and all y_j before `end`. */
  const sum = (x: Float64Array, i: number, y: Float64Array, end: number): number => {
    let total = 0
    for (let j = 0; j < end; j++) {
      let squared = 0
      for (let l = 0; l < latent; l++) {
        const difference = x[i * latent + l]! - y[j * latent + l]!
        squared += difference * difference
      }
      for (let s = 0; s < scales.length; s++) total += scales[s]! / (scales[s]! + squared)
    }
    return total
  }
  const within = (x: Float64Array, count: number): number => {
    let pairs = 0
    for (let i = 0; i < count; i++) pairs += sum(x, i, x, i)
    return (2 * pairs) / (count * (count - 1))
  }
  let across = 0
  for (let i = 0; i < n; i++) across += sum(a.data, i, b.data, m)
  return within(a.data, n) + within(b.data, m) - (2 * across) / (n * m)
}

/** ‖x_i - y_j‖², `[N, M]`, as ‖x‖² + ‖y‖² - 2 x·y, which rounding may make negative. */
function squaredDistances(x: Tensor, y: Tensor): Tensor {
  const [xx, yy] = [x.square().sum([1], true), y.square().sum([1])]
  return xx
    .add(yy)
    .sub(x.dot(y, false, true).mul(2))
    .max(0)
}

/** Sum of a square matrix without its diagonal. */
function offDiagonal(matrix: Tensor, count: number): Tensor {
  const diagonal = iota(count).unsqueeze(1).equal(iota(count))
  return diagonal.select(0, matrix).sum()
}
