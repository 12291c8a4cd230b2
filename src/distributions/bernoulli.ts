import type { Tensor } from '../graph/tensor.ts'
import type { Independent } from './distribution.ts'

export interface Bernoulli extends Independent {
  /** log p / (1 - p), `[B, D]`. */
  readonly logits: Tensor
}

/**
 * Independent Bernoulli variables with logits `[B, D]`. For grey values x in [0, 1] the same expression is
 * the cross-entropy, which is not a likelihood; the ledger distinguishes the two.
 */
export function bernoulli(logits: Tensor): Bernoulli {
  // x log σ(l) + (1 - x) log(1 - σ(l)) = x l - softplus(l)
  const logProbPerDimension = (x: Tensor) => x.mul(logits).sub(logits.softplus())
  return {
    logits,
    logProb: (x) => logProbPerDimension(x).sum([1]),
    logProbPerDimension,
    mean: () => logits.sigmoid(),
    sample: (noise) =>
      noise
        .uniform(logits.shape as number[])
        .less(logits.sigmoid())
        .cast('float'),
    reparametrised: false,
  }
}
