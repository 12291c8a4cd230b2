import type { ColumnsDistribution } from '../../distributions/columns/likelihood.ts'
import type { Distribution, Independent } from '../../distributions/distribution.ts'
import { importanceWeights, rowsAtOnce } from '../../evaluate/likelihood/importance-weights.ts'
import { blocksOf } from '../../evaluate/likelihood/latent-model.ts'
import { weightSums } from '../../evaluate/likelihood/log-weights.ts'
import { rowKeys } from '../../evaluate/loss/row-noise.ts'
import { Tensor } from '../../graph/tensor.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { WithParameters } from '../../train/trained.ts'
import { withinReach, withinTraining } from '../within-training.ts'
import type { ExampleScorer } from './example-scorer.ts'

export interface BoundOptions {
  /** Codes drawn from q(z|x) for each example, K: 64 by default. */
  readonly samples?: number | undefined
  readonly seed: number
}

/**
 * Scores an example by minus the importance-weighted bound on log p(x) (Burda et al. 2016), in nats: how unlikely the model
 * holds it. Missing values count nothing. Codes are drawn by what the encoder makes of the row within the range of training
 * (`withinTraining`), which the weights allow for.
 *
 * The share of a column is Σ w_k (-log p(x_c|z_k)) / Σ w_k over the codes, an estimate of its expectation under p(z|x). The
 * rest is the share of the code: that estimates KL(p(z|x) ‖ p(z)), since -log p(x) = E[-log p(x|z)] + KL(p(z|x) ‖ p(z)).
 *
 * @throws UserError from its methods if the model lacks a posterior with a density, a likelihood or a prior
 */
export function boundScorer(
  trained: WithParameters,
  { samples = 64, seed }: BoundOptions,
): ExampleScorer {
  const { model, parameters, runtime } = trained
  const scorer: ExampleScorer = {
    unit: 'nats',
    async scores(examples, watching) {
      return (await scorer.explained(examples, watching)).scores
    },
    async explained({ values: given, numbers, labels }, { onProgress, signal } = {}) {
      const values = withinReach(model.info.columns, given)
      const [count = 0, width = 0] = values.shape
      const atOnce = Math.max(1, Math.min(count, Math.floor(rowsAtOnce(model) / samples)))
      const scores = new Float64Array(count)
      const code = new Float64Array(count)
      const shares = new Float64Array(count * width)
      const blocks = blocksOf(model, values, { labels, numbers }, atOnce)
      const seen = blocksOf(model, withinTraining(model.info.columns, values), { labels }, atOnce)
      const session = await runtime.compile(weighted(trained, seed, atOnce, samples))
      try {
        await session.bind(parameters)
        for (const [i, { start, count: counted, numbers: drawnBy, feeds }] of blocks.entries()) {
          signal?.throwIfAborted()
          const keys = rowKeys(drawnBy.map((number) => ({ number, k: 0 })))
          const first = hostTensor('int64', [], BigInt64Array.of(0n))
          const { logWeights, columns } = await session.run({
            ...feeds,
            seen: seen[i]!.feeds.x!,
            keys,
            first,
          })
          for (let e = 0; e < counted; e++) {
            const sums = weightSums()
            for (let s = 0; s < samples; s++) sums.add(Number(logWeights!.data[e * samples + s]))
            let rest = -sums.summary().logMean
            scores[start + e] = rest
            for (let c = 0; c < width; c++) {
              const share = 0 - Number(columns!.data[e * width + c]) // not -0 for what counts nothing
              shares[(start + e) * width + c] = share
              rest -= share
            }
            code[start + e] = rest
          }
          onProgress?.((start + counted) / count)
        }
      } finally {
        await session.close()
      }
      return { scores, shares: hostTensor('float64', [count, width], shares), code }
    },
  }
  return scorer
}

/** The log-weights of all codes `[E · K]`, and of each example the weighted mean of log p(x_c|z), `[E, D]`. */
function weighted({ model }: WithParameters, seed: number, examples: number, codes: number) {
  const seen = Tensor.input('seen', [examples, model.info.dimension])
  const { x, p, logWeights } = importanceWeights(model, seed, examples, codes, { seen })
  const each = perColumn(p, x).reshape([examples, codes, model.info.dimension])
  const byCode = logWeights.reshape([examples, codes])
  // Of weights of e^-1e9, float32 keeps differences only from the largest.
  const weights = byCode
    .sub(byCode.reduceMax([1], true))
    .logSoftmax(1)
    .exp()
    .unsqueeze(2)
  return { logWeights, columns: each.mul(weights).sum([1]) }
}

/** log p of each column or pixel, `[B, D]`. */
function perColumn(p: Distribution, x: Tensor): Tensor {
  if ('logProbPerColumn' in p) return (p as ColumnsDistribution).logProbPerColumn(x)
  if ('logProbPerDimension' in p) return (p as Independent).logProbPerDimension(x)
  throw new Error('a likelihood whose log-density is no sum over columns')
}
