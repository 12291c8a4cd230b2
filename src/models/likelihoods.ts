import { bernoulli } from '../distributions/bernoulli.ts'
import { categorical } from '../distributions/categorical.ts'
import type { Distribution } from '../distributions/distribution.ts'
import { gaussian, gaussianWithSigma } from '../distributions/gaussian.ts'
import { type LikelihoodChoice, parseLikelihood } from '../distributions/likelihood-choice.ts'
import { scalar, type Tensor } from '../graph/tensor.ts'
import type { Mode, Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { UserError } from '../tensor/errors.ts'
import type { ExampleInfo } from './model.ts'

export function likelihoodChoice(text: string): LikelihoodChoice {
  const choice = parseLikelihood(text)
  if (!choice) throw new UserError(`likelihood: '${text}' is not known`)
  return choice
}

/** Number of decoder outputs for each value of an example. */
export function outputsPerValue(likelihood: string): number {
  const choice = likelihoodChoice(likelihood)
  return choice.kind === 'categorical' ? choice.levels : 1
}

/** Creates the parameters of the likelihood itself: log σ, where it is learned, starting at σ = 1. */
export function likelihoodParameters(
  likelihood: string,
  info: ExampleInfo,
  to: Parameters,
): Tensor | undefined {
  const choice = likelihoodChoice(likelihood)
  if (choice.kind !== 'gaussian' || typeof choice.sigma === 'number') return undefined
  const shape = choice.sigma === 'global' ? [] : [info.dimension]
  return to.create('likelihood.logSigma', shape, { kind: 'zeros' })
}

interface Decoded {
  readonly config: { readonly likelihood: string }
  readonly networks: { readonly logSigma: Tensor | undefined }
  readonly info: ExampleInfo
}

/** p(x|z) of codes, with the parameters that the decoder gives. */
export const decoded = <M extends Decoded>(
  m: M & { readonly networks: { readonly decoder: Network } },
  z: Tensor,
  mode: Mode,
): Distribution => likelihoodOf(m, m.networks.decoder(z, mode))

/** p(x|z), from what the decoder gives: `[B, D]`, or `[B, D · levels]` for a categorical one. */
export function likelihoodOf(m: Decoded, decoded: Tensor): Distribution {
  const choice = likelihoodChoice(m.config.likelihood)
  switch (choice.kind) {
    case 'bernoulli':
      return bernoulli(decoded)
    case 'categorical':
      return categorical(
        decoded.reshape([decoded.shape[0]!, m.info.dimension, choice.levels]),
        choice.levels,
      )
    case 'gaussian':
      return typeof choice.sigma === 'number'
        ? gaussian(decoded, scalar(2 * Math.log(choice.sigma)))
        : gaussianWithSigma(decoded, m.networks.logSigma!)
  }
}
