import { constant, type Tensor } from '../graph/tensor.ts'
import type { Independent } from './distribution.ts'
import { picked } from './picked.ts'

export interface Choices extends Independent {
  /** `[B, ΣK]`, those of one variable after those of another. */
  probabilities(): Tensor
}

/** Each of `[B, D]` as often as its variable has categories: `[B, ΣK]`. */
const repeated = (x: Tensor, categories: readonly number[]) =>
  picked(
    x,
    categories.flatMap((k, d) => Array.from({ length: k }, () => d)),
  )

/** One of K for each index of `[B, D]`: `[B, ΣK]`, all false where an index is NaN or out of range. */
export const oneOf = (x: Tensor, categories: readonly number[]): Tensor => {
  const own = categories.flatMap((k) => Array.from({ length: k }, (_, i) => i))
  return repeated(x, categories).equal(constant(own, [own.length]))
}

/**
 * Independent categorical variables, each with its own number of categories K, from logits `[B, ΣK]`; a value is the index
 * of a category. The number of nodes does not depend on how many variables there are.
 */
export function choices(logits: Tensor, categories: readonly number[]): Choices {
  const total = categories.reduce((sum, k) => sum + k, 0)
  const batch = logits.shape[0]!
  const owners = categories.flatMap((k, d) => Array.from({ length: k }, () => d))
  const d = categories.length
  // [ΣK, D]: sums over the categories of each variable.
  const membership = constant(
    owners.flatMap((owner) => Array.from({ length: d }, (_, i) => Number(i === owner))),
    [total, d],
  )
  // [B, D, K] for the largest K; a variable of fewer repeats its first category, behind the others.
  const most = Math.max(...categories)
  let first = 0
  const padded = categories.flatMap((k) => {
    const own = Array.from({ length: most }, (_, i) => (i < k ? first + i : first))
    first += k
    return own
  })
  const side = (values: Tensor) => picked(values, padded).reshape([batch, d, most])
  const normalized = () => {
    const largest = side(logits).reduceMax([2]).stopGradient()
    const shifted = logits.sub(repeated(largest, categories))
    const logSums = shifted.exp().dot(membership).log() // [B, D]
    return { shifted, logSums }
  }
  const logProbPerDimension = (x: Tensor) => {
    const { shifted, logSums } = normalized()
    return oneOf(x, categories).select(shifted, 0).dot(membership).sub(logSums)
  }
  return {
    logProb: (x) => logProbPerDimension(x).sum([1]),
    logProbPerDimension,
    probabilities() {
      const { shifted, logSums } = normalized()
      return shifted.sub(repeated(logSums, categories)).exp()
    },
    /** The most probable category. */
    mean: () => side(logits).argMax(2).cast('float'),
    // Gumbel-max (Gumbel 1954): argmax(logits - log(-log u)).
    sample(noise) {
      const gumbel = noise
        .uniform([batch as number, total])
        .log()
        .neg()
        .log()
        .neg()
      return side(logits.add(gumbel)).argMax(2).cast('float')
    },
    reparametrised: false,
  }
}
