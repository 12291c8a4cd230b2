import { concat, constant, type Tensor } from '../graph/tensor.ts'
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

const mostProbable = (logits: Tensor) => logits.argMax(2).cast('float')

/**
 * Reduces the categories of each variable, `[B, n, K]`, to one number: `[B, ΣK]` to `[B, D]`. Variables are taken together
 * whose K lie between the same powers of 2; one of fewer than their largest K repeats its first category, behind the
 * others.
 */
function overCategories(categories: readonly number[]) {
  const blocks = new Map<number, number[]>()
  const firsts: number[] = []
  let total = 0
  for (const [d, k] of categories.entries()) {
    const size = Math.ceil(Math.log2(k))
    blocks.set(size, [...(blocks.get(size) ?? []), d])
    firsts.push(total)
    total += k
  }
  const order = [...blocks.values()].flat()
  const positions = categories.map((_, d) => order.indexOf(d))
  return (values: Tensor, reduce: (x: Tensor) => Tensor): Tensor => {
    const parts = [...blocks.values()].map((own) => {
      const most = Math.max(...own.map((d) => categories[d]!))
      const padded = own.flatMap((d) =>
        Array.from({ length: most }, (_, i) => firsts[d]! + (i < categories[d]! ? i : 0)),
      )
      return reduce(picked(values, padded).reshape([values.shape[0]!, own.length, most]))
    })
    return picked(concat(parts, 1), positions)
  }
}

/**
 * Independent categorical variables, each with its own number of categories K, from logits `[B, ΣK]`; a value is the index
 * of a category. The number of nodes grows with log K, not with the number of variables.
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
  const over = overCategories(categories)
  const normalized = () => {
    const largest = over(logits, (x) => x.reduceMax([2])).stopGradient()
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
    mean: () => over(logits, mostProbable),
    // Gumbel-max (Gumbel 1954): argmax(logits - log(-log u)).
    sample(noise) {
      const gumbel = noise
        .uniform([batch as number, total])
        .log()
        .neg()
        .log()
        .neg()
      return over(logits.add(gumbel), mostProbable)
    },
    reparametrised: false,
  }
}
