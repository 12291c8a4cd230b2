import type { Tensor } from '../graph/tensor.ts'
import { UserError } from '../tensor/errors.ts'
import type { Activation } from './activations.ts'
import { type Dense, dense } from './dense.ts'
import { hidden } from './hidden.ts'
import type { Network } from './network.ts'
import { type Normalization, needsBias } from './normalization.ts'
import type { Parameters } from './parameters.ts'

export interface MlpOptions {
  readonly inputs: number
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[]
  readonly outputs: number
  /** One for each hidden layer. */
  readonly activations: readonly Activation[]
  /** Probability with which a hidden unit is dropped while training. */
  readonly dropout: number
  /** Of the hidden layers, between the linear map and the activation; none where absent. */
  readonly normalization?: Normalization | undefined
  /**
   * Weights of the network that this one mirrors, in that network's order. They are used transposed, the last
   * one first, and only biases are created.
   */
  readonly tied?: readonly Tensor[] | undefined
}

/** One layer: its linear map, and `network`, which is the map with normalisation, activation and dropout. */
export interface MlpLayer extends Pick<Dense, 'weight' | 'bias'> {
  /** `[B, in]` to `[B, out]`. */
  readonly network: Network
}

/**
 * The layers of a multi-layer perceptron, for models that train or use them one by one. Their
 * parameters are `NAME.0.weight` `[in, out]`, `NAME.0.bias` `[out]`, and so on, uniform in ±1/√in as in
 * PyTorch's Linear. A layer with batch normalisation has no bias.
 *
 * @throws UserError where tied weights do not have the mirrored shapes
 */
export function mlpLayers(
  to: Parameters,
  name: string,
  options: MlpOptions,
): readonly [MlpLayer, ...MlpLayer[]] {
  const widths = [options.inputs, ...options.hidden, options.outputs]
  const last = widths.length - 2
  const normalization = options.normalization ?? 'none'
  const weights = mirrored(name, widths, options.tied)
  const layer = (i: number): MlpLayer => {
    const [inputs, outputs, tied] = [widths[i]!, widths[i + 1]!, weights?.[i]]
    const linear = dense(to, `${name}.${i}`, {
      inputs,
      outputs,
      bias: i === last || needsBias(normalization),
      tied,
    })
    if (i === last) return { ...linear, network: linear.apply }
    const after = hidden(to, `${name}.${i}`, {
      features: outputs,
      activation: options.activations[i]!,
      normalization,
      dropout: options.dropout,
    })
    return { ...linear, network: (x, mode) => after(linear.apply(x), mode) }
  }
  const layers = widths.slice(1).map((_, i) => layer(i))
  return layers as [MlpLayer, ...MlpLayer[]]
}

/** Layers one after the other. */
export const through =
  (layers: readonly MlpLayer[]): Network =>
  (x, mode) =>
    layers.reduce((h, { network }) => network(h, mode), x)

/** A multi-layer perceptron with a linear last layer: `[B, inputs]` to `[B, outputs]`. */
export const mlp = (to: Parameters, name: string, options: MlpOptions): Network =>
  through(mlpLayers(to, name, options))

/** The weights in the order of the layers that use their transposes, checked. */
function mirrored(
  name: string,
  widths: readonly number[],
  tied: readonly Tensor[] | undefined,
): readonly Tensor[] | undefined {
  if (!tied) return undefined
  const found = tied.length > 0 ? [tied[0]!.shape[0]!, ...tied.map((w) => w.shape[1]!)] : []
  const expected = [...widths].reverse()
  if (String(found) !== String(expected))
    throw new UserError(
      `tied: ${name} mirrors a network ${expected.join('-')}, but the given weights are of ${found.join('-') || 'none'}`,
    )
  return [...tied].reverse()
}
