import type { Population } from '../distributions/corruption.ts'
import type { Noise } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'

/** What a network knows of the pass that it is part of. */
export interface Mode {
  /** Whether parameters are being fitted: dropout and moving averages act only then. */
  readonly training: boolean
  noise(stream: string): Noise
  /** Classes of the examples, one-hot `[B, classes]`, where the data has them and the model asks for them. */
  readonly labels?: Tensor | undefined
  /**
   * All examples that those of the pass are among, by values of theirs `[B, n]`: what one of them is swapped
   * with does not depend on how they are cut into batches. Absent while training, where a batch is all there is.
   *
   * @param name tells several such values of a pass apart
   */
  readonly population?: ((name: string, values: Tensor) => Population) | undefined
  /**
   * Says what an array that is kept but not trained becomes by this pass, from what it is; absent where
   * nothing is kept.
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
