import * as ort from 'onnxruntime-node'
import { blockSize } from '../../src/runtime/blocks.ts'
import type { OrtModule } from '../../src/runtime/onnx.ts'

/** Channels to a block on the machine that runs the tests; 0 where ONNX Runtime has no such convolution. */
export const machineBlocks = await blockSize({
  ort: ort as unknown as OrtModule,
  preallocates: true,
})
