import { createRequire } from 'node:module'
import { MessageChannel, Worker } from 'node:worker_threads'
import { requireThreadRoom } from './address-space.ts'
import type { Runtime, RuntimeOptions } from './session.ts'
import { workerRuntime } from './worker-client.ts'
import type { Answer } from './worker-protocol.ts'

/**
 * The thread of ONNX Runtime: one for the whole process, because only the thread that makes a process's
 * first session is told to take denormals for zero. On any later one they would stay, and with them a
 * second training would come to other bits than the first.
 */
let thread: Worker | undefined

function startedThread(): Worker {
  if (thread) return thread
  requireThreadRoom()
  // Flags such as --input-type are about the program that is started, not about this file.
  const started = new Worker(new URL('./node-worker.js', import.meta.url), { execArgv: [] })
  started.setMaxListeners(0)
  started.once('exit', () => {
    if (thread === started) thread = undefined
  })
  // Its errors are those of the runtimes that are open.
  started.on('error', () => {})
  started.unref()
  thread = started
  return started
}

/**
 * ONNX Runtime in a worker thread, so that the calling thread stays responsive. An open runtime does not
 * keep the process alive unless a call is under way. Calls of several runtimes take turns.
 */
export function openRuntime(options: RuntimeOptions): Runtime {
  const worker = startedThread()
  const { port1: port, port2: theirs } = new MessageChannel()
  worker.postMessage(theirs, [theirs])
  return workerRuntime(`onnxruntime-node ${version()}`, options, (events) => {
    const fail = (error: unknown) => events.failed(error as Error)
    worker.once('error', fail)
    port.on('message', (answer: Answer) => events.answered(answer))
    port.once('close', () => {
      worker.off('error', fail)
      fail(new Error('the runtime has been closed'))
    })
    port.unref()
    let ending = false
    return {
      post: (request) => port.postMessage(request),
      awaiting: (some) => (some || ending ? port.ref() : port.unref()),
      async ended() {
        ending = true
        await new Promise((resolve) => port.once('close', resolve))
      },
    }
  })
}

/** Version of the installed onnxruntime-node. */
function version(): string {
  return (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string })
    .version
}
