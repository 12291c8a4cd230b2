/** How expressions are written for the runtime that runs them. */
export interface Lowering {
  /**
   * Size b of the channel blocks of ONNX Runtime's native convolution: 16 or 8, depending on the processor.
   * Without it, and in exported models, convolutions are plain ONNX.
   */
  readonly blocks?: number | undefined
  /**
   * Whether element-wise work becomes kernels of `native/`, and state is updated in place. Without it, and in
   * exported models, the graph is plain ONNX.
   */
  readonly kernels?: boolean | undefined
}
