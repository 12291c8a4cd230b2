import type { Tensor } from '../graph/tensor.ts'
import { type Activation, activations } from './activations.ts'
import type { Mode, Network } from './network.ts'
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
}

/**
 * A multi-layer perceptron with a linear last layer: `[B, inputs]` to `[B, outputs]`. Its parameters are
 * `NAME.0.weight` `[in, out]`, `NAME.0.bias` `[out]`, and so on, uniform in ±1/√in as in PyTorch's Linear.
 */
export function mlp(to: Parameters, name: string, options: MlpOptions): Network {
  const widths = [options.inputs, ...options.hidden, options.outputs]
  const layers = widths.slice(1).map((width, i) => {
    const inputs = widths[i]!
    const initializer = { kind: 'uniform', bound: 1 / Math.sqrt(inputs) } as const
    return {
      weight: to.create(`${name}.${i}.weight`, [inputs, width], initializer),
      bias: to.create(`${name}.${i}.bias`, [width], initializer),
    }
  })
  return (x, mode) =>
    layers.reduce((h, { weight, bias }, i) => {
      const linear = h.dot(weight).add(bias)
      if (i === layers.length - 1) return linear
      const active = activations[options.activations[i]!](linear)
      return dropout(active, options.dropout, mode, `dropout ${name}.${i}`)
    }, x)
}

/** Srivastava et al. 2014, inverted: kept units are scaled up while training. */
export function dropout(x: Tensor, rate: number, mode: Mode, stream: string): Tensor {
  if (rate === 0 || !mode.training) return x
  const kept = mode
    .noise(stream)
    .uniform(x.shape as number[])
    .less(1 - rate)
  return kept.select(x.mul(1 / (1 - rate)), 0)
}
