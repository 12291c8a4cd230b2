import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Runtime, RuntimeOptions } from './session.ts'
import { workerRuntime } from './worker-client.ts'
import type { Answer } from './worker-protocol.ts'

/**
 * ONNX Runtime in a worker thread, so that the calling thread stays responsive. An open runtime does not
 * keep the process alive unless a call is under way.
 */
export function openRuntime(options: RuntimeOptions): Runtime {
  // Flags such as --input-type are about the program that is started, not about this file.
  const worker = new Worker(new URL('./node-worker.js', import.meta.url), { execArgv: [] })
  return workerRuntime(`onnxruntime-node ${version()}`, options, (events) => {
    worker.on('message', (answer: Answer) => events.answered(answer))
    worker.on('error', (error) => events.failed(error as Error))
    worker.on('exit', () => events.failed(new Error('the runtime has been closed')))
    worker.unref()
    let ending = false
    return {
      post: (request) => worker.postMessage(request),
      awaiting: (some) => (some || ending ? worker.ref() : worker.unref()),
      async ended() {
        ending = true
        await new Promise((resolve) => worker.once('exit', resolve))
      },
    }
  })
}

/** Version of the installed onnxruntime-node. */
function version(): string {
  return (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string })
    .version
}
