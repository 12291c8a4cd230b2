import type { Tensor } from '../graph/tensor.ts'

const SELU_SCALE = 1.0507009873554805
const SELU_ALPHA = 1.6732632423543772

const elu = (x: Tensor, alpha = 1) => x.greater(0).select(x, x.min(0).exp().sub(1).mul(alpha))

/** Activations by their names in configurations. */
export const activations = {
  linear: (x: Tensor) => x,
  relu: (x: Tensor) => x.relu(),
  'leaky-relu': (x: Tensor) => x.greater(0).select(x, x.mul(0.01)),
  elu: (x: Tensor) => elu(x),
  /** Klambauer et al. 2017. */
  selu: (x: Tensor) => elu(x, SELU_ALPHA).mul(SELU_SCALE),
  /** Hendrycks and Gimpel 2016, exact form. */
  gelu: (x: Tensor) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1)),
  silu: (x: Tensor) => x.mul(x.sigmoid()),
  softplus: (x: Tensor) => x.softplus(),
  sigmoid: (x: Tensor) => x.sigmoid(),
  tanh: (x: Tensor) => x.tanh(),
} as const satisfies Record<string, (x: Tensor) => Tensor>

export type Activation = keyof typeof activations
export const activationNames = Object.keys(activations) as [Activation, ...Activation[]]
