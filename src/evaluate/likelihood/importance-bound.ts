// Burda, Grosse and Salakhutdinov 2016, "Importance weighted autoencoders", arXiv 1509.00519.

import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { WithParameters } from '../../train/trained.ts'
import { rowKeys } from '../loss/row-noise.ts'
import { callSize, importanceWeights, rowsAtOnce } from './importance-weights.ts'
import { blocksOf, type Drawing, type Examples } from './latent-model.ts'
import { type WeightSummary, weightSums } from './log-weights.ts'

export interface ImportanceOptions extends ReadOptions, Drawing {
  /** Codes drawn from q(z|x) for each example, k. */
  readonly samples: number
}

/** Figures for each example, in nats, all from the same k codes. */
export interface ImportanceBound {
  readonly samples: number
  /** Mean of log p(x, z) / q(z|x): an estimate of the ELBO, and its Monte Carlo standard error (NaN for k = 1). */
  readonly elbo: Float64Array
  readonly elboError: Float64Array
  /** log 1/k Σ p(x, z_i) / q(z_i|x), equation 8, whose expectation is a bound on log p(x) from below. */
  readonly bound: Float64Array
  /** Its Monte Carlo standard error by the delta method (NaN for k = 1). */
  readonly boundError: Float64Array
  /** How many of the k codes count, (Σ w)² / Σ w². */
  readonly effectiveSamples: Float64Array
}

/**
 * The importance-weighted bound on log p(x) of each example `[n, D]`, of log p(x|y) for a conditional model.
 * Binary codes are drawn hard, so it is a bound for them too. Code i of the example with number j is a function
 * of (seed, i, j), so that neither the size of a call nor the number of codes or examples changes it. Weights
 * are computed by the runtime and summed in float64 on the host.
 *
 * @throws UserError if the model lacks a posterior with a density, a likelihood or a prior
 */
export async function importanceBound(
  { model, parameters, runtime }: WithParameters,
  x: Examples,
  options: ImportanceOptions,
): Promise<ImportanceBound> {
  const { samples, seed, onProgress, signal } = options
  if (!Number.isInteger(samples) || samples < 1)
    throw new UserError(
      `importance samples: expected a whole number, 1 or more, got ${described(samples)}`,
    )
  const count = x.shape[0] ?? 0
  const { examples, codes } = callSize(count, samples, options.rowsPerCall ?? rowsAtOnce(model))
  const blocks = blocksOf(model, x, options, examples)
  const { logWeights } = importanceWeights(model, seed, examples, codes)
  const session = await runtime.compile({ logWeights })
  const summaries: WeightSummary[] = []
  try {
    await session.bind(parameters)
    for (const { start, count: counted, numbers, feeds } of blocks) {
      const sums = Array.from({ length: counted }, () => weightSums())
      const keys = rowKeys(numbers.map((number) => ({ number, k: 0 })))
      for (let first = 0; first < samples; first += codes) {
        signal?.throwIfAborted()
        const from = hostTensor('int64', [], BigInt64Array.of(BigInt(first)))
        const weights = await session.run({ ...feeds, keys, first: from })
        const { data } = weights.logWeights!
        const drawn = Math.min(codes, samples - first)
        for (const [e, sum] of sums.entries())
          for (let s = 0; s < drawn; s++) sum.add(Number(data[e * codes + s]))
        onProgress?.((start + (counted * (first + drawn)) / samples) / count)
      }
      summaries.push(...sums.map((sum) => sum.summary()))
    }
  } finally {
    await session.close()
  }
  return {
    samples,
    elbo: Float64Array.from(summaries, ({ mean }) => mean),
    elboError: Float64Array.from(summaries, ({ meanError }) => meanError),
    bound: Float64Array.from(summaries, ({ logMean }) => logMean),
    boundError: Float64Array.from(summaries, ({ logMeanError }) => logMeanError),
    effectiveSamples: Float64Array.from(summaries, (summary) => summary.effectiveSamples),
  }
}
