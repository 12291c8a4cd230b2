import { parentPort } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import { requireAdapter } from './node-adapter.ts'
import { serve } from './worker-server.ts'

/** The thread on which onnxruntime-node's blocking calls are made. */
const port = parentPort
if (!port) throw new Error('node-worker is to be started as a worker thread')

port.on(
  'message',
  serve(
    { ort, preallocates: true, requireDevice: requireAdapter },
    {
      post: (answer, movable) => port.postMessage(answer, movable),
      closed: () => port.close(),
    },
  ),
)
