import type { Tensor } from '../graph/tensor.ts'
import type { Independent } from './distribution.ts'
import { logGammaRatio } from './log-gamma-ratio.ts'

const LOG_2PI = Math.log(2 * Math.PI)

/** Bounds of learned degrees of freedom: from the Cauchy distribution to nearly a Gaussian. */
export const DEGREES_BOUNDS = [1, 1000] as const

/**
 * Independent Student-t variables with locations `[B, D]`; scales σ and degrees of freedom ν > 0 are of that shape or
 * broadcast to it. `mean` is the location, which is the expectation where ν > 1 and the median always.
 */
export function studentT(location: Tensor, sigma: Tensor, degrees: Tensor): Independent {
  const half = degrees.mul(0.5)
  const logProbPerDimension = (x: Tensor) => {
    const squared = x.sub(location).div(sigma).square()
    // log Γ(ν/2 + ½) / Γ(ν/2) - ½ log ν/2, which vanishes for large ν.
    const normalizer = logGammaRatio(half, 0.5, half).sub(0.5)
    return normalizer
      .sub(sigma.log())
      .sub(LOG_2PI / 2)
      .sub(squared.div(degrees).log1p().mul(half.add(0.5)))
  }
  return {
    logProb: (x) => logProbPerDimension(x).sum([1]),
    logProbPerDimension,
    mean: () => location,
    // √(ν (u^(-2/ν) - 1)) cos 2πv, exactly: Bailey 1994, Polar generation of random variates with the t-distribution.
    sample(noise) {
      const [u, v] = noise
        .uniform([...(location.shape as number[]), 2])
        .split(2, [1, 1])
        .map((x) => x.squeeze(2))
      const radius = u!.log().mul(-2).div(degrees).exp().sub(1).mul(degrees)
      // In float32 the root's argument may round to 0, where its derivative is infinite.
      const t = radius
        .max(1e-12)
        .sqrt()
        .mul(v!.mul(2 * Math.PI).cos())
      return location.add(sigma.mul(t))
    },
    reparametrised: true,
  }
}

/** Learned degrees of freedom from their unbounded logarithm. */
export const boundedDegrees = (logDegrees: Tensor): Tensor =>
  logDegrees.clip(Math.log(DEGREES_BOUNDS[0]), Math.log(DEGREES_BOUNDS[1])).exp()
