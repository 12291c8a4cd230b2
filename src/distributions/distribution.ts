import type { Tensor } from '../graph/tensor.ts'

/** One named random stream, at the current step. */
export interface Noise {
  /** Standard normal. */
  normal(shape: readonly number[]): Tensor
  /** Uniform in (0, 1). */
  uniform(shape: readonly number[]): Tensor
}

/**
 * A distribution over examples `[B, D]`, its parameters symbolic tensors. Dimensions are independent
 * given the parameters.
 */
export interface Distribution {
  /** log p(x) of each example, `[B]`, in nats, with all constants. */
  logProb(x: Tensor): Tensor
  /** The expectation, `[B, D]`. */
  mean(): Tensor
  /** One draw for each example, `[B, D]`; differentiable by the parameters where `reparametrised`. */
  sample(noise: Noise): Tensor
  readonly reparametrised: boolean
}

/** A distribution whose log p(x) is a sum over its dimensions. */
export interface Independent extends Distribution {
  /** log p of each dimension, `[B, D]`, in nats. */
  logProbPerDimension(x: Tensor): Tensor
}

/** q(z|x), the distribution that an encoder gives for the code of an example; its KL may have a closed form. */
export interface Posterior extends Distribution {
  /** KL(this ‖ prior) of each example, `[B]`, in nats, in closed form. */
  kl(prior: Distribution): Tensor
  /** What each dimension of the code adds to it, `[B, L]`: free bits bound these from below. */
  klPerDimension(prior: Distribution): Tensor
}
