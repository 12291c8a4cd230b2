// Hoffman and Johnson 2016, "ELBO surgery: yet another way to carve up the variational evidence lower
// bound", Workshop on Advances in Approximate Bayesian Inference.

import { Tensor } from '../../graph/tensor.ts'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import type { WithParameters } from '../../train/trained.ts'
import { type ActiveUnits, activeUnits } from './active-units.ts'
import { type Estimated, encodedPosteriors, estimated, perDimension } from './encoded-posteriors.ts'
import { type Drawing, type Examples, repeatedMode } from './latent-model.ts'
import { mapped, posteriorParts } from './posterior-rows.ts'

export interface DecompositionOptions extends ReadOptions, Drawing {
  /** Codes drawn from q(z|x) for each example; 1 by default. */
  readonly codesPerExample?: number | undefined
}

/** Where the divergence of the posteriors from the prior comes from. All in nats. */
export interface KlDecomposition {
  /** N: the mixture q(z) = 1/N Σ q(z|x_n) is of these. */
  readonly examples: number
  /** Number of codes by which the expectations under q(z) are estimated. */
  readonly codes: number
  /** KL(q(z|x) ‖ p(z)) of each example, exact, `[N]`. */
  readonly kl: Float64Array
  /** The part of each dimension of the code, mean over the examples, and its standard error over them, `[L]`. */
  readonly perDimension: Float64Array
  readonly perDimensionErrors: Float64Array
  readonly active: ActiveUnits
  /**
   * I(x; z) under q, where x is one of the N examples: 0 to log N. Its Monte Carlo error is overestimated: it is
   * computed as if the examples were drawn too, while each has the same number of codes.
   */
  readonly mutualInformation: Estimated
  /** KL(q(z) ‖ p(z)): the mean of `kl` minus the mutual information, with the error of the latter. */
  readonly marginalKl: Estimated
}

/**
 * Mean KL(q(z|x) ‖ p(z)) = I(x; z) + KL(q(z) ‖ p(z)) over examples `[N, D]`, with q(z) the mixture of their
 * posteriors (equation 9). The mutual information is the mean of log q(z|x) - log q(z) over drawn codes, with q(z)
 * averaged over all N posteriors, in time N² · L · codesPerExample: a few thousand examples are enough. A
 * conditional model's q(z) is over examples of all classes. Code i of the example with number j is a function of
 * (seed, i, j).
 *
 * @throws UserError if the model lacks a posterior with a density or a prior; RangeError for N < 2
 */
export async function klDecomposition(
  latentModel: WithParameters,
  x: Examples,
  options: DecompositionOptions,
): Promise<KlDecomposition> {
  const { latent } = latentModel.model
  const { codesPerExample = 1 } = options
  if (!Number.isInteger(codesPerExample) || codesPerExample < 1)
    throw new UserError(
      `codesPerExample: expected a whole number, 1 or more, got ${codesPerExample}`,
    )
  const found = await encodedPosteriors(latentModel, x, { ...options, codesPerExample })
  const { posteriors, means, divergences, codes, logPosteriors } = found
  const count = means.length / latent
  const active = activeUnits(means, [count, latent])
  const logAggregated = await aggregatedPosterior(latentModel, posteriors, codes, options)
  const mutualInformation = estimated(logPosteriors.map((log, i) => log - logAggregated[i]!))
  const kl = Float64Array.from({ length: count }, (_, i) =>
    divergences.subarray(i * latent, (i + 1) * latent).reduce((a, b) => a + b, 0),
  )
  const dimensions = perDimension(divergences, latent)
  return {
    examples: count,
    codes: logPosteriors.length,
    kl,
    perDimension: Float64Array.from(dimensions, ({ value }) => value),
    perDimensionErrors: Float64Array.from(dimensions, ({ error }) => error),
    active,
    mutualInformation,
    marginalKl: {
      value: estimated(kl).value - mutualInformation.value,
      error: mutualInformation.error,
    },
  }
}

/** log 1/N Σ q(z|x_n) at each code `[M, L]`, over posteriors given by their parameters `[N, L]`. */
async function aggregatedPosterior(
  { model, runtime }: WithParameters,
  posteriors: Readonly<Record<string, Float64Array>>,
  codes: Float64Array,
  { onProgress, signal }: ReadOptions,
): Promise<Float64Array> {
  const { latent, info } = model
  const count = Object.values(posteriors)[0]!.length / latent
  const x = Tensor.input('x', [1, info.dimension])
  const q = mapped(posteriorParts(model, x, repeatedMode(model, 1, 1).once), (_, name) =>
    Tensor.input(name, [count, latent]),
  )
  const z = Tensor.input('z', [1, latent])
  const session = await runtime.compile({ logSum: q.logProb(z).logSumExp(0) })
  const logDensities = new Float64Array(codes.length / latent)
  try {
    const arrays = Object.entries(posteriors).map(
      ([name, values]) => [name, hostTensor('float64', [count, latent], values)] as const,
    )
    await session.bind(Object.fromEntries(arrays))
    for (let i = 0; i < logDensities.length; i++) {
      signal?.throwIfAborted()
      const code = codes.slice(i * latent, (i + 1) * latent)
      const { logSum } = await session.run({ z: hostTensor('float64', [1, latent], code) })
      logDensities[i] = Number(logSum!.data[0]) - Math.log(count)
      onProgress?.((i + 1) / logDensities.length)
    }
  } finally {
    await session.close()
  }
  return logDensities
}
