import './node-silence.ts'
import { createRequire } from 'node:module'
import { isMainThread, MessageChannel, Worker } from 'node:worker_threads'
import { requireThreadRoom } from './address-space.ts'
import { connectProcess } from './node-child.ts'
import { requireRuntimeOptions } from './options.ts'
import type { Runtime, RuntimeOptions } from './session.ts'
import { type ClientEvents, type ClientPort, workerRuntime } from './worker-client.ts'
import type { Answer } from './worker-protocol.ts'

const require = createRequire(import.meta.url)

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

function connectThread(events: ClientEvents): ClientPort {
  const worker = startedThread()
  const { port1: port, port2: theirs } = new MessageChannel()
  worker.postMessage(theirs, [theirs])
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
}

/**
 * Whether this process can make its first session on the thread. It cannot know in a worker thread of the
 * user's, nor set the variable of `node-silence.ts` there; and where the user's own code has loaded
 * onnxruntime-node before, that code may have made a session.
 */
function threadIsFirst(): boolean {
  const loaded = Object.keys(require.cache).some((path) =>
    path.endsWith('onnxruntime_binding.node'),
  )
  return isMainThread && (thread !== undefined || !loaded)
}

/**
 * ONNX Runtime in a worker thread, or else in a process of its own, so that the calling thread stays
 * responsive. An open runtime does not keep the process alive unless a call is under way. Calls of several
 * runtimes of one thread take turns.
 */
export function openRuntime(options: RuntimeOptions): Runtime {
  requireRuntimeOptions(options)
  const { version } = require('onnxruntime-node/package.json') as { version: string }
  const connect = threadIsFirst() ? connectThread : connectProcess
  return workerRuntime(`onnxruntime-node ${version}`, options, connect)
}
