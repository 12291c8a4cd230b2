import type { Tensor } from '../graph/tensor.ts'
import type { Activation } from '../nn/activations.ts'
import { mlp } from '../nn/mlp.ts'
import type { Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { UserError } from '../tensor/errors.ts'
import { likelihoodParameters, outputsPerValue } from './likelihoods.ts'
import type { ExampleInfo } from './model.ts'

/** What a pair of an encoder and a mirrored decoder is configured by. */
export interface CoderConfig {
  readonly hidden: readonly number[]
  readonly activation: readonly Activation[]
  readonly latent: number
  readonly likelihood: string
  readonly dropout: number
}

export interface Coders {
  /** `[B, D]` to the parameters of q(z|x). */
  readonly encoder: Network
  /** `[B, L]` to the parameters of p(x|z). */
  readonly decoder: Network
  /** log σ, where the likelihood learns one: [] or [D]. */
  readonly logSigma: Tensor | undefined
}

/** An activation for each hidden layer, from one for all or a full list. */
function perLayer(activations: readonly Activation[], layers: number): readonly Activation[] {
  if (activations.length === 1) return new Array<Activation>(layers).fill(activations[0]!)
  if (activations.length === layers) return activations
  throw new UserError(
    `activation: ${activations.length} are given for ${layers} hidden layers; give one for all or one for each`,
  )
}

/** Builds an encoder with `codes` outputs and the decoder that mirrors it. */
export function coderNetworks(
  config: CoderConfig,
  info: ExampleInfo,
  to: Parameters,
  codes: number,
): Coders {
  const { hidden, latent, dropout } = config
  const layers = perLayer(config.activation, hidden.length)
  return {
    encoder: mlp(to, 'encoder', {
      inputs: info.dimension,
      hidden,
      outputs: codes,
      activations: layers,
      dropout,
    }),
    decoder: mlp(to, 'decoder', {
      inputs: latent,
      hidden: [...hidden].reverse(),
      outputs: info.dimension * outputsPerValue(config.likelihood),
      activations: [...layers].reverse(),
      dropout,
    }),
    logSigma: likelihoodParameters(config.likelihood, info, to),
  }
}
