import { rowsAtOnce } from '../../evaluate/likelihood/importance-weights.ts'
import { Tensor } from '../../graph/tensor.ts'
import { type HostTensor, hostTensor, rowsBetween } from '../../tensor/host.ts'
import { keptOnce } from '../../tensor/kept.ts'
import { conditions, inferenceMode, type WithParameters } from '../../train/trained.ts'
import { type BoundOptions, boundExpression } from './bound-expression.ts'
import type { ExampleScorer } from './example-scorer.ts'

/**
 * Scores an example by minus the importance-weighted bound on log p(x) (Burda et al. 2016), in nats: how unlikely the model
 * holds it. Missing values count nothing. Codes are drawn by what the encoder makes of the row within the range of training
 * (`withinTraining`), which the weights allow for; the noise is the same for every example.
 *
 * The share of a column is Σ w_k (-log p(x_c|z_k)) / Σ w_k over the codes, an estimate of its expectation under p(z|x). The
 * rest is the share of the code: that estimates KL(p(z|x) ‖ p(z)), since -log p(x) = E[-log p(x|z)] + KL(p(z|x) ‖ p(z)).
 *
 * @throws UserError if the model lacks a posterior with a density, a likelihood or a prior
 */
export function boundScorer(
  { model, parameters, runtime }: WithParameters,
  options: BoundOptions,
): ExampleScorer {
  const expression = boundExpression(model, options)
  const atOnce = Math.max(1, Math.floor(rowsAtOnce(model) / (options.samples ?? 64)))
  /** Compiled when it is first needed, and freed with the runtime. */
  const opened = keptOnce(async () => {
    const x = Tensor.input('x', ['batch', model.info.dimension])
    const { score, shares } = expression(x, inferenceMode(model))
    const session = await runtime.compile({ score, columns: shares })
    await session.bind(parameters)
    return session
  })
  const scorer: ExampleScorer = {
    unit: 'nats',
    async scores(examples, watching) {
      return (await scorer.explained(examples, watching)).scores
    },
    async explained({ values, labels }, { onProgress, signal } = {}) {
      const [count = 0, width = 0] = values.shape
      const classes = conditions(model, values, labels).labels
      const scores = new Float64Array(count)
      const shares = new Float64Array(count * width)
      const session = await opened()
      for (let start = 0; start < count; start += atOnce) {
        signal?.throwIfAborted()
        const end = Math.min(count, start + atOnce)
        const found = await session.run({
          x: rowsBetween(values, start, end),
          ...(classes && { labels: elementsBetween(classes, start, end) }),
        })
        scores.set(found.score!.data as Float32Array, start)
        shares.set(found.columns!.data as Float32Array, start * width)
        onProgress?.(end / count)
      }
      const code = scores.map((score, row) =>
        shares
          .subarray(row * width, (row + 1) * width)
          .reduce((rest, share) => rest - share, score),
      )
      return { scores, shares: hostTensor('float64', [count, width], shares), code }
    },
  }
  return scorer
}

const elementsBetween = ({ data }: HostTensor<'int64'>, start: number, end: number) =>
  hostTensor('int64', [end - start], data.slice(start, end))
