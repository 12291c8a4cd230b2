import { constant, iota, type Tensor } from '../graph/tensor.ts'
import type { Independent } from './distribution.ts'

/**
 * Independent categorical variables over `levels` equal bins of [0, 1], with logits `[B, D, levels]`. A
 * value x belongs to bin min(⌊x · levels⌋, levels - 1); a draw of bin i is i / (levels - 1). `logProb` is
 * the log of a probability, not of a density.
 */
export function categorical(logits: Tensor, levels: number): Independent {
  const [batch, dimension] = logits.shape as readonly number[]
  const values = constant(
    Array.from({ length: levels }, (_, i) => i / (levels - 1)),
    [levels],
  )
  /** log p of the bin of each value, and 0 of all others, `[B, D, levels]`. */
  const chosenLogProb = (x: Tensor) => {
    const bin = x
      .mul(levels)
      .floor()
      .min(levels - 1)
      .max(0)
    const chosen = bin.cast('int64').unsqueeze(2).equal(iota(levels))
    return chosen.select(logits.logSoftmax(2), 0)
  }
  return {
    logProb: (x) => chosenLogProb(x).sum([1, 2]),
    logProbPerDimension: (x) => chosenLogProb(x).sum([2]),
    mean: () => logits.logSoftmax(2).exp().mul(values).sum([2]),
    // Gumbel-max (Gumbel 1954): argmax(logits - log(-log u)).
    sample(noise) {
      const gumbel = noise.uniform([batch!, dimension!, levels]).log().neg().log().neg()
      return values.gather(logits.add(gumbel).argMax(2))
    },
    reparametrised: false,
  }
}
