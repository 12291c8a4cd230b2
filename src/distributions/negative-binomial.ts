import type { Tensor } from '../graph/tensor.ts'
import { apart } from './disjoint-noise.ts'
import type { Independent, Noise } from './distribution.ts'
import { gammaRatioRest, logGammaRatio, logRatio, SHIFT } from './log-gamma-ratio.ts'
import { firstOf, LOG_RATE_BOUNDS, poissonDraw } from './poisson.ts'

/** Bounds of a learned dispersion r, the variance being μ + μ² / r. Above, float32 has no gradient by log r left. */
export const DISPERSION_BOUNDS = [1e-3, 1e4] as const

/**
 * Independent negative binomial variables with means μ `[B, D]` and dispersions r > 0 of that shape or broadcast to it:
 * Poisson with a rate that is Gamma(r, r / μ), of variance μ + μ² / r.
 */
export function negativeBinomial(mean: Tensor, dispersion: Tensor): Independent {
  const r = dispersion
  // log Γ(x + r) / Γ(r) + r log r / (r + μ) + x log μ / (r + μ) - log x!, with large terms paired.
  const logProbPerDimension = (x: Tensor) => {
    const y = r.add(SHIFT)
    const sum = r.add(mean)
    return r
      .mul(logRatio(r.mul(y.add(x)), y.mul(sum)))
      .add(
        x
          .div(y)
          .log1p()
          .mul(SHIFT - 0.5),
      )
      .add(x.mul(logRatio(y.add(x), sum)))
      .add(gammaRatioRest(r, x))
      .sub(logGammaRatio(1, x, mean))
  }
  return {
    logProb: (x) => logProbPerDimension(x).sum([1]),
    logProbPerDimension,
    mean: () => mean,
    sample: (noise) =>
      apart(noise, (own) => {
        // A sum has the size of the mean where that is known only when the graph runs; `expand` would need it before.
        const rate = gammaDraw(mean.mul(0).add(r), own).mul(mean.div(r))
        const [low, high] = LOG_RATE_BOUNDS
        return poissonDraw(rate.max(Math.exp(2 * low)).min(Math.exp(high + 1)), own)
      }),
    reparametrised: false,
  }
}

/** Proposals; each is accepted with a probability above 0.95, so that all fail 6 times in a million. */
const PROPOSALS = 4

/**
 * A draw from Gamma(shape, 1) for each of the shapes `[B, D]`: Marsaglia and Tsang 2000, A simple method for generating
 * gamma variables, with the shape raised by 1 and its power of a uniform number (their section 6).
 */
function gammaDraw(shape: Tensor, noise: Noise): Tensor {
  const size = shape.shape as number[]
  const z = noise.normal([...size, PROPOSALS])
  const [u, power] = noise.uniform([...size, PROPOSALS + 1]).split(2, [PROPOSALS, 1])
  const d = shape.unsqueeze(2).add(1 - 1 / 3)
  const root = z.div(d.mul(9).sqrt()).add(1)
  const possible = root.greater(0)
  const v = possible.select(root, 1).pow(3)
  const bound = z
    .square()
    .mul(0.5)
    .add(d.mul(v.neg().add(1).add(v.log())))
  const proposed = firstOf(v, possible.and(u!.log().less(bound))).mul(d.squeeze(2))
  return proposed.mul(power!.squeeze(2).log().div(shape).exp())
}

/** A learned dispersion from its unbounded logarithm. */
export const boundedDispersion = (logDispersion: Tensor): Tensor =>
  logDispersion.clip(Math.log(DISPERSION_BOUNDS[0]), Math.log(DISPERSION_BOUNDS[1])).exp()
