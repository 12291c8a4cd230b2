import { z } from 'zod'
import type { Tensor } from '../graph/tensor.ts'
import { decoderNetwork, encoderNetwork } from '../nn/coders.ts'
import type { Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { likelihoodParameters, outputsPerValue } from './likelihoods.ts'
import type { ExampleInfo } from './model.ts'
import { networkFields } from './network-options.ts'
import { latent, likelihood } from './options.ts'

/** Options of an encoder and the decoder that mirrors it. */
export const coderConfig = z.strictObject({
  ...networkFields,
  latent: latent().default(20),
  likelihood: likelihood().default('bernoulli'),
})

export type CoderConfig = z.infer<typeof coderConfig>

export interface Coders {
  /** `[B, D]` to the parameters of q(z|x). */
  readonly encoder: Network
  /** `[B, L]` to the parameters of p(x|z). */
  readonly decoder: Network
  /** log σ, where the likelihood learns one: [] or [D]. */
  readonly logSigma: Tensor | undefined
  /** The encoder's weights, from the input on; none where it is convolutional. */
  readonly weights: readonly Tensor[]
}

/** The decoder of a configuration, and the parameters of its likelihood. */
export function decoderOf(
  config: CoderConfig,
  info: ExampleInfo,
  to: Parameters,
  {
    conditions = 0,
    tied,
  }: { conditions?: number | undefined; tied?: readonly Tensor[] | undefined } = {},
): Pick<Coders, 'decoder' | 'logSigma'> {
  const codes = {
    inputs: config.latent,
    outputsPerValue: outputsPerValue(config.likelihood),
    tied,
  }
  return {
    decoder: decoderNetwork(to, 'decoder', config, { ...info, conditions }, codes),
    logSigma: likelihoodParameters(config.likelihood, info, to),
  }
}

/** Builds an encoder with `codes` outputs and the decoder that mirrors it; both may get the label as input. */
export function coderNetworks(
  config: CoderConfig,
  info: ExampleInfo,
  to: Parameters,
  codes: number,
  {
    conditions = 0,
    tied = false,
  }: { conditions?: number | undefined; tied?: boolean | undefined } = {},
): Coders {
  const { network, weights } = encoderNetwork(to, 'encoder', config, { ...info, conditions }, codes)
  const decoding = decoderOf(config, info, to, { conditions, tied: tied ? weights : undefined })
  return { encoder: network, weights, ...decoding }
}
