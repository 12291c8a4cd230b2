import type { Noise } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'

/** What a network knows of the pass that it is part of. */
export interface Mode {
  /** Whether parameters are being fitted: dropout and moving averages act only then. */
  readonly training: boolean
  noise(stream: string): Noise
  /** Classes of the examples, one-hot `[B, classes]`, where the data has them and the model asks for them. */
  readonly labels?: Tensor
  /**
   * Says what an array that is kept but not trained becomes by this pass, from what it is; absent where
   * nothing is kept.
   */
  readonly update?: (state: Tensor, next: (current: Tensor) => Tensor) => void
}

/** A function of examples with parameters of its own: `[B, …]` to `[B, …]`. */
export type Network = (x: Tensor, mode: Mode) => Tensor
