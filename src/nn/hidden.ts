import type { Tensor } from '../graph/tensor.ts'
import { type Activation, activations } from './activations.ts'
import type { Mode, Network } from './network.ts'
import { type Normalization, normalization } from './normalization.ts'
import type { Parameters } from './parameters.ts'

export interface HiddenOptions {
  /** Units of the layer, or channels. */
  readonly features: number
  readonly activation: Activation
  readonly normalization: Normalization
  /** Probability with which a unit is dropped while training. */
  readonly dropout: number
}

/** What follows the linear map of a hidden layer: normalisation `NAME.norm`, activation, dropout. */
export function hidden(to: Parameters, name: string, options: HiddenOptions): Network {
  const normalize = normalization(to, `${name}.norm`, options.normalization, options.features)
  const activate = activations[options.activation]
  return (x, mode) =>
    dropout(activate(normalize(x, mode)), options.dropout, mode, `dropout ${name}`)
}

/** Srivastava et al. 2014, inverted: kept units are scaled up while training. */
function dropout(x: Tensor, rate: number, mode: Mode, stream: string): Tensor {
  if (rate === 0 || !mode.training) return x
  const kept = mode
    .noise(stream)
    .uniform(x.shape as number[])
    .less(1 - rate)
  return kept.select(x.mul(1 / (1 - rate)), 0)
}
