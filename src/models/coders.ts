import { z } from 'zod'
import { expand, expandedWidth } from '../distributions/columns/expand.ts'
import type { Tensor } from '../graph/tensor.ts'
import { decoderNetwork, type Encoder, encoderNetwork } from '../nn/coders.ts'
import type { Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import {
  decoderOutputs,
  type LikelihoodParameters,
  likelihoodParameters,
  outputsPerValue,
} from './likelihoods.ts'
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

export interface Coders extends LikelihoodParameters {
  /** `[B, D]` to the parameters of q(z|x). */
  readonly encoder: Network
  /** `[B, L]` to the parameters of p(x|z). */
  readonly decoder: Network
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
): Pick<Coders, 'decoder'> & LikelihoodParameters {
  const codes = {
    inputs: config.latent,
    outputsPerValue: info.columns ? 1 : outputsPerValue(config.likelihood),
    tied,
  }
  const outputs = info.columns ? rowsOf(decoderOutputs(config.likelihood, info)) : info
  return {
    decoder: decoderNetwork(to, 'decoder', config, { ...outputs, conditions }, codes),
    ...likelihoodParameters(config.likelihood, info, to),
  }
}

/** Examples that are rows of so many numbers. */
const rowsOf = (dimension: number) => ({ exampleShape: [dimension], dimension })

/**
 * A network of examples: of the values themselves, or of the cells of a table as an encoder sees them, with categories
 * one-hot and missing values marked.
 */
export function ofExamples(
  { columns, exampleShape, dimension }: ExampleInfo,
  build: (inputs: { exampleShape: readonly number[]; dimension: number }) => Encoder,
): Encoder {
  if (!columns) return build({ exampleShape, dimension })
  const { network, weights } = build(rowsOf(expandedWidth(columns)))
  return { network: (x, mode) => network(expand(columns, x), mode), weights }
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
  const { network, weights } = ofExamples(info, (inputs) =>
    encoderNetwork(to, 'encoder', config, { ...inputs, conditions }, codes),
  )
  if (tied && info.columns && decoderOutputs(config.likelihood, info) !== weights[0]?.shape[0])
    throw new UserError(
      worded`tied: the decoder of this table has ${decoderOutputs(config.likelihood, info)} outputs and the encoder ${weights[0]?.shape[0]} inputs, so they cannot share weights; give ${option('tied', false)}`,
    )
  const decoding = decoderOf(config, info, to, { conditions, tied: tied ? weights : undefined })
  return { encoder: network, weights, ...decoding }
}
