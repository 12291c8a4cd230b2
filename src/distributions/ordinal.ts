import { concat, constant, fill, iota, type Tensor } from '../graph/tensor.ts'
import type { Independent } from './distribution.ts'

/** Beyond all cut points: there is nothing below the first category, and nothing above the last. */
const FAR = 1e9

/** Bounds of the logarithm of how far a learned distance of cut points is from its initial value. */
const LOG_DISTANCE_BOUNDS = [-7, 7] as const

export interface Ordinal extends Independent {
  /** `[B, D, K]` for the largest K; 0 for categories that a dimension lacks. */
  probabilities(): Tensor
}

/** How many numbers give the cut points of dimensions with these numbers of categories. */
export const cutPointsOf = (categories: readonly number[]): number =>
  categories.reduce((sum, k) => sum + k - 1, 0)

/** Constants `[D, K - 1]` for the largest K, of which a dimension has only its first ones. */
function cutPointTables(categories: readonly number[]) {
  const most = Math.max(...categories) - 1
  const firsts = categories.map((_, d) => cutPointsOf(categories.slice(0, d)))
  const table = (
    value: (k: number, i: number, first: number) => number,
    dtype?: 'int64' | 'bool',
  ) =>
    constant(
      categories.flatMap((k, d) => Array.from({ length: most }, (_, i) => value(k, i, firsts[d]!))),
      [categories.length, most],
      dtype,
    )
  // Where i of k categories are below, if all are equally probable.
  const cut = (k: number, i: number) => Math.log(i / (k - i))
  return {
    /** The first cut point, then distances. */
    initial: table((k, i) => (i === 0 ? cut(k, 1) : i < k - 1 ? cut(k, i + 1) - cut(k, i) : 0)),
    indices: table((k, i, first) => (i < k - 1 ? first + i : 0), 'int64'),
    leading: table((_, i) => Number(i === 0), 'bool'),
    own: table((k, i) => Number(i < k - 1), 'bool'),
  }
}

/**
 * Cut points `[D, K - 1]` in increasing order from `[Σ (K - 1)]` unbounded numbers; those that a dimension lacks are far
 * away. For zeros all categories are equally probable at location 0. The first number of a dimension moves all its cut
 * points; each other one is the logarithm of the factor by which a distance grows.
 */
function cutPoints(steps: Tensor, categories: readonly number[], far: number): Tensor {
  const { initial, indices, leading, own } = cutPointTables(categories)
  const learned = steps.gather(indices)
  const growth = learned.clip(...LOG_DISTANCE_BOUNDS).exp()
  const distances = leading.select(initial.add(learned), initial.mul(growth))
  const most = initial.shape[1] as number
  const upTo = Array.from({ length: most * most }, (_, i) =>
    Number(Math.floor(i / most) <= i % most),
  )
  return own.select(distances.dot(constant(upTo, [most, most])), far)
}

/** log(1 - e^-g) for g > 0, by 1 - e^-g = 2t / (1 + t), t = tanh(g / 2), which keeps small g. */
function logOneMinusExp(g: Tensor): Tensor {
  const t = g.mul(0.5).tanh()
  return t.mul(2).div(t.add(1)).log()
}

/**
 * Independent ordinal variables by cumulative logits (McCullagh 1980, Regression models for ordinal data): P(x ≤ k) =
 * σ(cₖ - η) with locations η `[B, D]`; a value is the index of a category.
 *
 * @param steps `[Σ (K - 1)]`, what the cut points are made of
 * @param categories K of each dimension, at least 2
 */
export function ordinal(location: Tensor, steps: Tensor, categories: readonly number[]): Ordinal {
  const d = categories.length
  const most = Math.max(...categories)
  const edge = (at: number) => fill([d, 1], at)
  // Category k lies between below[k] and above[k], both [D, K].
  const cuts = cutPoints(steps, categories, FAR)
  const below = concat([edge(-FAR), cuts], 1)
  const above = concat([cutPoints(steps, categories, 2 * FAR), edge(2 * FAR)], 1)
  // log(σ(b) - σ(a)) = log σ(b) + log σ(-a) + log(1 - e^(a - b))
  const logInterval = (eta: Tensor, a: Tensor, b: Tensor) =>
    logOneMinusExp(b.sub(a)).sub(eta.sub(b).softplus()).sub(a.sub(eta).softplus())
  const logProbPerDimension = (x: Tensor) => {
    const chosen = x.cast('int64').unsqueeze(2).equal(iota(most))
    const at = (bounds: Tensor) => chosen.select(bounds, 0).sum([2])
    return logInterval(location, at(below), at(above))
  }
  const probabilities = () => logInterval(location.unsqueeze(2), below, above).exp()
  return {
    logProb: (x) => logProbPerDimension(x).sum([1]),
    logProbPerDimension,
    probabilities,
    /** The most probable category. */
    mean: () => probabilities().argMax(2).cast('float'),
    // A logistic variable around η lies below cₖ with probability σ(cₖ - η).
    sample(noise) {
      const u = noise.uniform(location.shape as number[])
      const latent = location.add(u.log().sub(u.neg().add(1).log()))
      return cuts.less(latent.unsqueeze(2)).cast('float').sum([2])
    },
    reparametrised: false,
  }
}
