import './node-silence.ts'
import * as ort from 'onnxruntime-node'
import { collector } from './collector.ts'
import type { Engine } from './onnx.ts'

let native: ReturnType<NonNullable<Engine['native']>> | undefined

/** onnxruntime-node, as served by a thread (`node-worker.ts`) or a process (`node-process.ts`). */
export const engine: Engine = {
  ort,
  preallocates: true,
  // Loaded only for convolutions: it brings what writes graphs, which would double the start of a thread.
  blockSize: async () => (await import('./blocks.ts')).blockSize(engine),
  // Loaded only for loops.
  native: (models) =>
    (native ??= import('./native/loops.ts').then((m) => m.nativeLoops(engine, models))),
}

const collect = collector()

/**
 * Frees the arrays of a closed session. They lie outside the heap, where they do not trigger a garbage
 * collection: without this call, those of a training would still be there when its report is written.
 */
export const collectClosed = (): void => void setImmediate(collect)
