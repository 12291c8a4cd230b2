import { type MessagePort, parentPort } from 'node:worker_threads'
import { collectClosed, engine } from './node-engine.ts'
import { onnxServices } from './onnx-services.ts'
import { serve } from './worker-server.ts'

/** The thread on which onnxruntime-node's blocking calls are made. */
if (!parentPort) throw new Error('node-worker must be started as a worker thread')

// Each runtime that is opened has its own port.
parentPort.on('message', (port: MessagePort) => {
  port.on(
    'message',
    serve(onnxServices(engine), {
      post: (answer, movable) => port.postMessage(answer, movable),
      closed: () => port.close(),
      sessionClosed: collectClosed,
    }),
  )
})
