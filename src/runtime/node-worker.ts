import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type MessagePort, parentPort } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import { requireAdapter } from './node-adapter.ts'
import { serve } from './worker-server.ts'

/** The thread on which onnxruntime-node's blocking calls are made. */
if (!parentPort) throw new Error('node-worker is to be started as a worker thread')

const engine = { ort, preallocates: true, convolvesInBlocks: true, requireDevice: requireAdapter }

// The arrays of a released session lie outside the heap, so the collector is in no hurry to free them:
// without asking it, those of a training are still there when its report is made.
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

// Each runtime that is opened comes with a port of its own.
parentPort.on('message', (port: MessagePort) => {
  port.on(
    'message',
    serve(engine, {
      post: (answer, movable) => port.postMessage(answer, movable),
      closed: () => port.close(),
      released: () => setImmediate(collect),
    }),
  )
})
