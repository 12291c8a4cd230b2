/** How expressions are written for the runtime that runs them. */
export interface Lowering {
  /**
   * Size b of the channel blocks of ONNX Runtime's native convolution: 16 or 8, depending on the processor.
   * Without it, and in exported models, convolutions are plain ONNX.
   */
  readonly blocks?: number | undefined
  /** Whether the runtime has the operators of `native/`: chains of expressions are computed in one pass each. */
  readonly kernels?: boolean | undefined
}
