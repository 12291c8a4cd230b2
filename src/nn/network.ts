import type { Population } from '../distributions/corruption.ts'
import type { Noise } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'

/** The pass that a network is evaluated in. */
export interface Mode {
  /** Whether parameters are being fitted: dropout and moving averages act only then. */
  readonly training: boolean
  noise(stream: string): Noise
  /** Labels of the examples, one-hot `[B, classes]`, where the model uses labels. */
  readonly labels?: Tensor | undefined
  /**
   * All examples of the split, as rows of the given values `[B, n]`, so that swapping values between examples does
   * not depend on how the split is cut into batches. Absent while training, where rows are swapped within a batch.
   *
   * @param name distinguishes several such values of a pass
   */
  readonly population?: ((name: string, values: Tensor) => Population) | undefined
  /**
   * Sets the next value of an array that is kept but not trained, as a function of its current one; absent
   * where the pass changes nothing.
   */
  readonly update?: ((state: Tensor, next: (current: Tensor) => Tensor) => void) | undefined
  /** Where batch normalisation leaves the moments of a training batch, layer by layer (`heldMoments`). */
  readonly observed?: Map<Tensor, BatchMoments> | undefined
  /** Moments by layer that take the place of a training batch's own (`heldMoments`). */
  readonly held?: ReadonlyMap<Tensor, BatchMoments> | undefined
}

/** Mean and variance of each feature over a batch. */
export interface BatchMoments {
  readonly mean: Tensor
  readonly variance: Tensor
}

/** A function of examples with parameters of its own: `[B, …]` to `[B, …]`. */
export type Network = (x: Tensor, mode: Mode) => Tensor
