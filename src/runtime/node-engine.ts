import './node-silence.ts'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as ort from 'onnxruntime-node'
import { requireAdapter } from './node-adapter.ts'
import type { Engine } from './onnx.ts'

/** onnxruntime-node as it is served, by a thread (`node-worker.ts`) or a process (`node-process.ts`). */
export const engine: Engine = {
  ort,
  preallocates: true,
  convolvesInBlocks: true,
  requireDevice: requireAdapter,
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/**
 * Frees the arrays of a closed session. They lie outside the heap, so the collector is in no hurry:
 * without asking it, those of a training are still there when its report is made.
 */
export const collectClosed = (): void => void setImmediate(collect)
