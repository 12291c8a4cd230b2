import { z } from 'zod'
import { concat, type Tensor } from '../graph/tensor.ts'
import type { Activation } from '../nn/activations.ts'
import { convDecoder, convEncoder } from '../nn/conv.ts'
import { mlpLayers } from '../nn/mlp.ts'
import type { Network } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import { UserError } from '../tensor/errors.ts'
import { likelihoodParameters, outputsPerValue } from './likelihoods.ts'
import type { ExampleInfo } from './model.ts'
import { networkFields } from './network-options.ts'
import { latent, likelihood } from './options.ts'

/** What a pair of an encoder and a mirrored decoder is configured by. */
export const coderConfig = z.strictObject({
  ...networkFields,
  latent: latent().default(20),
  likelihood: likelihood().default('bernoulli'),
})

export type CoderConfig = z.infer<typeof coderConfig>

/** What the networks themselves are configured by. */
export type NetworkConfig = Omit<CoderConfig, 'latent' | 'likelihood'>

export interface Coder {
  readonly network: Network
  /** Weights of the layers `[in, out]`, from the input on; none of a convolutional network. */
  readonly weights: readonly Tensor[]
}

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

/** An activation for each hidden layer, from one for all or a full list. */
export function perLayer(activations: readonly Activation[], layers: number): Activation[] {
  if (activations.length === 1) return new Array<Activation>(layers).fill(activations[0]!)
  if (activations.length === layers) return [...activations]
  throw new UserError(
    `activation: ${activations.length} are given for ${layers} hidden layers; give one for all or one for each`,
  )
}

/** What convolutional networks take of a configuration. */
export const imageOptions = (config: NetworkConfig, { exampleShape }: ExampleInfo) => ({
  ...config,
  exampleShape,
  activations: perLayer(config.activation, config.channels.length),
})

/**
 * A network from examples to `outputs` numbers each. With `conditions`, it also sees a class, one-hot over
 * that many.
 */
export function encoderNetwork(
  config: NetworkConfig,
  info: ExampleInfo,
  to: Parameters,
  name: string,
  outputs: number,
  conditions = 0,
): Coder {
  if (config.network === 'conv') {
    const inner = convEncoder(to, name, { ...imageOptions(config, info), outputs, conditions })
    return { network: conditioned(inner, conditions), weights: [] }
  }
  const { hidden, dropout, normalization } = config
  const layers = mlpLayers(to, name, {
    hidden,
    dropout,
    normalization,
    inputs: info.dimension + conditions,
    outputs,
    activations: perLayer(config.activation, config.hidden.length),
  })
  const inner: Network = (x, mode) => layers.reduce((h, layer) => layer.network(h, mode), x)
  return { network: conditioned(inner, conditions), weights: layers.map(({ weight }) => weight) }
}

/** The mirrored network, from codes to what the likelihood takes. */
export function decoderNetwork(
  config: NetworkConfig & Pick<CoderConfig, 'latent' | 'likelihood'>,
  info: ExampleInfo,
  to: Parameters,
  { conditions = 0, tied }: { conditions?: number; tied?: readonly Tensor[] | undefined } = {},
): Network {
  const perValue = outputsPerValue(config.likelihood)
  const inputs = config.latent + conditions
  if (config.network === 'conv') {
    if (tied) throw new UserError('tied: only mlp networks can have tied weights')
    const options = { ...imageOptions(config, info), inputs, outputsPerValue: perValue }
    return conditioned(convDecoder(to, 'decoder', options), conditions)
  }
  const { hidden, dropout, normalization } = config
  const layers = mlpLayers(to, 'decoder', {
    dropout,
    normalization,
    inputs,
    hidden: [...hidden].reverse(),
    outputs: info.dimension * perValue,
    activations: perLayer(config.activation, config.hidden.length).reverse(),
    ...(tied && { tied }),
  })
  const inner: Network = (z, mode) => layers.reduce((h, layer) => layer.network(h, mode), z)
  return conditioned(inner, conditions)
}

/** A network whose input is followed by the class that it is conditioned on. */
function conditioned(network: Network, conditions: number): Network {
  if (conditions === 0) return network
  return (x, mode) => network(concat([x, mode.labels!], 1), mode)
}

/** Builds an encoder with `codes` outputs and the decoder that mirrors it. */
export function coderNetworks(
  config: CoderConfig,
  info: ExampleInfo,
  to: Parameters,
  codes: number,
  { conditions = 0, tied = false }: { conditions?: number; tied?: boolean } = {},
): Coders {
  const encoder = encoderNetwork(config, info, to, 'encoder', codes, conditions)
  return {
    encoder: encoder.network,
    decoder: decoderNetwork(config, info, to, {
      conditions,
      tied: tied ? encoder.weights : undefined,
    }),
    logSigma: likelihoodParameters(config.likelihood, info, to),
    weights: encoder.weights,
  }
}
