import { fill, type Operand, type Tensor } from '../graph/tensor.ts'
import { type Bernoulli, bernoulli } from './bernoulli.ts'
import type { Distribution, Noise, Posterior } from './distribution.ts'

export interface RelaxedBernoulli extends Bernoulli, Posterior {}

/**
 * Binary codes with logits `[B, L]`, whose samples are relaxed to numbers between 0 and 1 so that gradients
 * pass: the binary Concrete distribution of Maddison, Mnih and Teh 2017 (appendix B) and Jang, Gu and Poole
 * 2017. A lower temperature (a scalar, above 0) brings samples nearer to 0 and 1, and makes gradients
 * noisier. `hard` samples are 0 or 1: the relaxed ones, rounded.
 *
 * `logProb`, `mean` and the divergence are those of the binary codes, not of their relaxation. An
 * objective with relaxed samples is therefore not a bound on log p(x); one with hard samples is.
 */
export function relaxedBernoulli(
  logits: Tensor,
  temperature: Operand,
  { hard = false }: { readonly hard?: boolean | undefined } = {},
): RelaxedBernoulli {
  // The logits plus logistic noise log u - log(1 - u) are positive with probability σ(logits).
  const perturbed = (noise: Noise): Tensor => {
    const u = noise.uniform(logits.shape as number[]) // [B, L]
    return logits.add(u.log()).sub(u.neg().add(1).log())
  }
  const klPerDimension = (prior: Distribution): Tensor => {
    if (!isBernoulli(prior))
      throw new Error('no closed-form divergence from a Bernoulli to this prior')
    return bernoulliKl(logits, prior.logits)
  }
  return {
    ...bernoulli(logits),
    sample: (noise) =>
      hard
        ? perturbed(noise).greater(0).cast('float')
        : perturbed(noise).div(temperature).sigmoid(),
    reparametrised: !hard,
    kl: (prior) => klPerDimension(prior).sum([1]),
    klPerDimension,
  }
}

/** Binary codes `[B, L]`, each 1 with probability p. */
export function bernoulliPrior(shape: readonly number[], p = 0.5): Bernoulli {
  if (!(p > 0 && p < 1)) throw new RangeError(`a Bernoulli prior has 0 < p < 1, got ${p}`)
  return bernoulli(fill(shape, Math.log(p / (1 - p))))
}

/**
 * KL of Bernoulli variables with logits l to those with logits m: σ(l) log(σ(l) / σ(m)) +
 * σ(-l) log(σ(-l) / σ(-m)), where -log σ(l) = softplus(-l) keeps both logarithms finite.
 */
function bernoulliKl(l: Tensor, m: Tensor): Tensor {
  const [off, priorOff] = [l.neg(), m.neg()]
  const ones = l.sigmoid().mul(priorOff.softplus().sub(off.softplus()))
  const zeros = off.sigmoid().mul(m.softplus().sub(l.softplus()))
  return ones.add(zeros)
}

export const isBernoulli = (d: Distribution): d is Bernoulli => 'logits' in d
