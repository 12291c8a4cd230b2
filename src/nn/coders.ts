import { concat, type Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'
import type { Activation } from './activations.ts'
import { convDecoder, convEncoder } from './conv.ts'
import type { ImageNetworkOptions } from './images.ts'
import { type MlpLayer, mlpLayers, through } from './mlp.ts'
import type { Network } from './network.ts'
import type { Normalization } from './normalization.ts'
import type { Parameters } from './parameters.ts'

/** Options of an encoder and the decoder that mirrors it. */
export interface CoderOptions {
  /** `conv`, or `mlp`. */
  readonly network: string
  /** Widths of the hidden layers of an mlp, from the example inwards. */
  readonly hidden: readonly number[]
  /** Channels of the levels of a convolutional network. */
  readonly channels: readonly number[]
  /** One for all hidden layers, or one for each. */
  readonly activation: readonly Activation[]
  readonly normalization: Normalization
  readonly residual: boolean
  readonly dropout: number
}

/** Shapes of a network's input and output. */
export interface Ends {
  /** Shape of one example. */
  readonly exampleShape: readonly number[]
  /** Number of values of an example, D. */
  readonly dimension: number
  /** Classes, one-hot, that the network sees beside its input; 0 for none. */
  readonly conditions: number
}

/** An activation for each hidden layer, from a list of one for all or of one for each. */
export function perLayer(activations: readonly Activation[], layers: number): Activation[] {
  if (activations.length === 1) return new Array<Activation>(layers).fill(activations[0]!)
  if (activations.length === layers) return [...activations]
  throw new UserError(
    `activation: got ${activations.length} for ${layers} hidden layers; give one for all or one for each`,
  )
}

/** The options of convolutional networks. */
export const imageOptions = (
  options: CoderOptions,
  { exampleShape }: Pick<Ends, 'exampleShape'>,
): ImageNetworkOptions & { readonly residual: boolean } => ({
  channels: options.channels,
  normalization: options.normalization,
  residual: options.residual,
  dropout: options.dropout,
  exampleShape,
  activations: perLayer(options.activation, options.channels.length),
})

export interface Encoder {
  /** `[B, D]` to `[B, outputs]`. */
  readonly network: Network
  /** Weights of the layers `[in, out]`, from the input on; none of a convolutional network. */
  readonly weights: readonly Tensor[]
}

/** A network from examples to `outputs` numbers for each. */
export function encoderNetwork(
  to: Parameters,
  name: string,
  options: CoderOptions,
  { conditions, ...ends }: Ends,
  outputs: number,
): Encoder {
  if (options.network === 'conv') {
    const inner = convEncoder(to, name, { ...imageOptions(options, ends), outputs, conditions })
    return { network: conditioned(inner, conditions), weights: [] }
  }
  const { hidden, dropout, normalization } = options
  const layers = mlpLayers(to, name, {
    inputs: ends.dimension + conditions,
    hidden,
    outputs,
    activations: perLayer(options.activation, hidden.length),
    dropout,
    normalization,
  })
  return {
    network: conditioned(through(layers), conditions),
    weights: layers.map(({ weight }: MlpLayer) => weight),
  }
}

/**
 * The mirrored network, from codes `[B, inputs]` to `[B, D · outputsPerValue]`.
 *
 * @param codes.tied weights of the encoder, used transposed
 * @throws UserError for a convolutional network with tied weights
 */
export function decoderNetwork(
  to: Parameters,
  name: string,
  options: CoderOptions,
  { conditions, ...ends }: Ends,
  codes: {
    readonly inputs: number
    readonly outputsPerValue: number
    readonly tied?: readonly Tensor[] | undefined
  },
): Network {
  const { outputsPerValue, tied } = codes
  const inputs = codes.inputs + conditions
  if (options.network === 'conv') {
    if (tied)
      throw new UserError(
        worded`tied: only mlp networks can have tied weights; give ${option('tied', false)}`,
      )
    const inner = convDecoder(to, name, { ...imageOptions(options, ends), inputs, outputsPerValue })
    return conditioned(inner, conditions)
  }
  const { hidden, dropout, normalization } = options
  const layers = mlpLayers(to, name, {
    inputs,
    hidden: [...hidden].reverse(),
    outputs: ends.dimension * outputsPerValue,
    activations: perLayer(options.activation, hidden.length).reverse(),
    dropout,
    normalization,
    tied,
  })
  return conditioned(through(layers), conditions)
}

/** A network that gets the label of an example appended to its input. */
function conditioned(network: Network, conditions: number): Network {
  if (conditions === 0) return network
  return (x, mode) => network(concat([x, mode.labels!], 1), mode)
}
