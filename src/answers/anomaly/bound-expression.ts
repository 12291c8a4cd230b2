import type { ColumnsDistribution } from '../../distributions/columns/likelihood.ts'
import type { Distribution, Independent, Noise } from '../../distributions/distribution.ts'
import { generatorOf, repeatedRows } from '../../evaluate/likelihood/latent-model.ts'
import { mapped, posteriorParts } from '../../evaluate/likelihood/posterior-rows.ts'
import { timesDim } from '../../graph/shape.ts'
import { constant, scalar, type Tensor } from '../../graph/tensor.ts'
import { stream } from '../../tensor/random.ts'
import type { BuiltModel } from '../../train/build.ts'
import { withinReachExpression, withinTrainingExpression } from '../within-training.ts'
import type { ScoreExpression } from './score-expression.ts'

export interface BoundOptions {
  /** Codes drawn from q(z|x) for each example, K: 64 by default. */
  readonly samples?: number | undefined
  readonly seed: number
}

/**
 * The score of `boundScorer` as expressions. The codes of all examples are drawn by the same K points of noise, constants
 * of the graph, so a score is a function of the example alone.
 *
 * @throws UserError if the model lacks a posterior with a density, a likelihood or a prior
 */
export function boundExpression(
  model: BuiltModel,
  { samples = 64, seed }: BoundOptions,
): ScoreExpression {
  const { likelihood, prior, latent } = generatorOf(model)
  const { columns, dimension } = model.info
  const noise = fixedNoise(seed, samples, latent)
  return (given, mode) => {
    const values = withinReachExpression(columns, given)
    const batch = values.shape[0]!
    const rows = timesDim(batch, samples)
    const parts = posteriorParts(model, withinTrainingExpression(columns, values), mode)
    const z = mapped(parts, (parameter) => parameter.unsqueeze(1)) // [B, 1, L]
      .sample(noise)
      .reshape([rows, latent])
    const q = mapped(parts, (parameter) => repeatedRows(parameter, samples))
    const labels = mode.labels && repeatedRows(mode.labels, samples)
    const p = likelihood(z, { ...mode, ...(labels && { labels }) })
    const x = repeatedRows(values, samples)
    const [logPrior, logPosterior] = [prior([1, latent]).logProb(z), q.logProb(z)]
    const logWeights = p.logProb(x).add(logPrior).sub(logPosterior).reshape([batch, samples])
    const logDensities = perColumn(p, x).reshape([batch, samples, dimension])
    const excess = logPosterior.sub(logPrior).reshape([batch, samples])
    // Weights do not change with what all codes have in common; of what is left, float32 keeps more digits.
    const common = logDensities.mul(1 / samples).sum([1], true)
    const apart = logDensities.sub(common).sum([2]).sub(excess)
    // Of weights of e^-1e9, float32 keeps differences only from the largest.
    const logShares = apart.sub(apart.reduceMax([1], true)).logSoftmax(1) // [B, K]
    const weights = logShares.exp().unsqueeze(2) // [B, K, 1]
    // Subtracted from 0, which gives no -0 for what counts nothing.
    const shares = scalar(0).sub(logDensities.mul(weights).sum([1]))
    const score = logWeights.logSumExp(1).sub(Math.log(samples)).neg()
    // score - Σ shares, without the difference of two large numbers: Σ v_k (log q(z_k) - log p(z_k) + log v_k) + log K with
    // v_k = w_k / Σ w. A weight of e^-200 is 0 in float32, and its logarithm may be -Infinity.
    const code = excess
      .add(logShares.max(-200))
      .mul(logShares.exp())
      .sum([1])
      .add(Math.log(samples))
    return { score, shares, code }
  }
}

/** The same points for every example, `[1, K, L]`. */
function fixedNoise(seed: number, samples: number, latent: number): Noise {
  const draws = (kind: 'normal' | 'uniform') => () => {
    const random = stream(seed, `score codes ${kind}`)
    const points = Float64Array.from({ length: samples * latent }, () => random[kind]())
    return constant(points, [1, samples, latent])
  }
  return { normal: draws('normal'), uniform: draws('uniform') }
}

/** log p of each column or pixel, `[B, D]`. */
function perColumn(p: Distribution, x: Tensor): Tensor {
  if ('logProbPerColumn' in p) return (p as ColumnsDistribution).logProbPerColumn(x)
  if ('logProbPerDimension' in p) return (p as Independent).logProbPerDimension(x)
  throw new Error('a likelihood whose log-density is no sum over columns')
}
