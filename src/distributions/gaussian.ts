import { fill, type Tensor } from '../graph/tensor.ts'
import type { Distribution, Independent, Posterior } from './distribution.ts'

const LOG_2PI = Math.log(2 * Math.PI)

/** Bounds of a posterior's log-variance: σ between 3e-7 and 2.2e4. Outside, its gradient is zero. */
export const LOG_VAR_BOUNDS = [-30, 20] as const

/** Floor of a learned σ of the likelihood, which would shrink without limit on data without noise. */
export const SIGMA_FLOOR = 1e-3

export interface Gaussian extends Posterior, Independent {
  readonly mu: Tensor
  /** log σ², `[B, D]` or broadcast to it. */
  readonly logVar: Tensor
}

/** Independent normal variables with means `[B, D]` and log-variances of that shape or broadcast to it. */
export function gaussian(mu: Tensor, logVar: Tensor): Gaussian {
  const sigma = logVar.mul(0.5).exp()
  // Twice the divergence of each dimension, [B, L]: Kingma and Welling 2014, appendix B, and its general
  // form for two diagonal Gaussians.
  const twice = (prior: Distribution): Tensor => {
    if (!isGaussian(prior))
      throw new Error('no closed-form divergence from a Gaussian to this prior')
    if (isStandard(prior)) return mu.square().add(sigma.square()).sub(logVar).sub(1)
    const scaled = mu.sub(prior.mu).square().add(sigma.square()).div(prior.logVar.exp())
    return scaled.add(prior.logVar).sub(logVar).sub(1)
  }
  // -2 log p(x) of each dimension, [B, D]
  const deviance = (x: Tensor) => x.sub(mu).div(sigma).square().add(logVar).add(LOG_2PI)
  return {
    mu,
    logVar,
    logProb: (x) => deviance(x).sum([1]).mul(-0.5),
    logProbPerDimension: (x) => deviance(x).mul(-0.5),
    mean: () => mu,
    // z = μ + σ ε: Kingma and Welling 2014, section 2.4.
    sample: (noise) => mu.add(sigma.mul(noise.normal(mu.shape as number[]))),
    reparametrised: true,
    kl: (prior) => twice(prior).sum([1]).mul(0.5),
    klPerDimension: (prior) => twice(prior).mul(0.5),
  }
}

/** A Gaussian with the log-variance that an encoder gives, bounded so that σ does not overflow. */
export function boundedGaussian(mu: Tensor, logVar: Tensor): Gaussian {
  return gaussian(mu, logVar.clip(...LOG_VAR_BOUNDS))
}

/** A learned log σ at or above its floor. */
export const flooredLogSigma = (logSigma: Tensor): Tensor => logSigma.max(Math.log(SIGMA_FLOOR))

/** A Gaussian with one σ for all dimensions or one for each, floored; log σ is a parameter [] or [D]. */
export function gaussianWithSigma(mean: Tensor, logSigma: Tensor): Gaussian {
  return gaussian(mean, flooredLogSigma(logSigma).mul(2))
}

/** N(0, I) over codes `[B, L]`. */
export function standardNormal(shape: readonly number[]): Gaussian {
  const standard = gaussian(fill(shape, 0), fill(shape, 0))
  standards.add(standard)
  return standard
}

const standards = new WeakSet<object>()
const isStandard = (d: Distribution) => standards.has(d)
export const isGaussian = (d: Distribution): d is Gaussian => 'logVar' in d && 'mu' in d
