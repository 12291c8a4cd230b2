import './node-silence.ts'
import { readFileSync } from 'node:fs'
import { isMainThread, MessageChannel, Worker } from 'node:worker_threads'
import { UserError } from '../tensor/errors.ts'
import { given, worded } from '../tensor/wording.ts'
import { requireThreadRoom } from './address-space.ts'
import { fileOfDependency, ownRequire, programFile } from './installed-package.ts'
import { connectProcess } from './node-child.ts'
import { onnxRuntime } from './onnx-runtime.ts'
import { requireRuntimeOptions } from './options.ts'
import type { Runtime, RuntimeOptions } from './session.ts'
import { webgpuRuntime } from './webgpu/client.ts'
import { lostDevice } from './webgpu/refusals.ts'
import type { ClientEvents, ClientPort } from './worker-client.ts'
import type { Answer } from './worker-protocol.ts'

/**
 * The thread of ONNX Runtime: one for the whole process, because ONNX Runtime sets "denormals are zero" only
 * in the thread that makes the process's first session. In any later thread denormals would remain, and a second
 * training would give different bits from the first.
 */
let thread: Worker | undefined

function startedThread(): Worker {
  if (thread) return thread
  requireThreadRoom()
  // Flags such as --input-type are about the program that is started, not about this file.
  const started = new Worker(programFile('runtime/node-worker.js'), { execArgv: [] })
  started.setMaxListeners(0)
  started.once('exit', () => {
    if (thread === started) thread = undefined
  })
  // An error of the thread fails all runtimes that are open.
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
 * Whether this process can make its first session on the thread. In a worker thread of the user's that cannot
 * be known, nor can the variable of `node-silence.ts` be set, and in Bun it never reaches native code; and if the
 * user's own code has loaded onnxruntime-node before, it may have made a session.
 */
function threadIsFirst(loaded: readonly string[]): boolean {
  if (!isMainThread || process.versions.bun) return false
  return thread !== undefined || !loaded.some((path) => path.endsWith('onnxruntime_binding.node'))
}

/**
 * ONNX Runtime in a worker thread, or else in a separate process, so that the calling thread stays
 * responsive. An open runtime does not keep the process alive unless a call is under way. Calls of several
 * runtimes of one thread take turns.
 */
export function openRuntime(options: RuntimeOptions): Runtime {
  requireRuntimeOptions(options)
  if (options.device === 'webgpu') return openWebgpu(options)
  const own = ownRequire()
  const { version } = own('onnxruntime-node/package.json') as { version: string }
  const connect = threadIsFirst(Object.keys(own.cache)) ? connectThread : connectProcess
  return onnxRuntime(`onnxruntime-node ${version}`, options, connect)
}

/** The package that reaches the GPU, in the range of `peerDependencies`. */
const DAWN = 'webgpu@0.6'

function openWebgpu(options: RuntimeOptions): Runtime {
  const manifest = fileOfDependency('webgpu/package.json')
  if (manifest === undefined)
    throw new UserError(
      worded`${given('device', 'webgpu')} needs the npm package webgpu, which is not installed; install it with: npm install ${DAWN}`,
    )
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
  const ended = (how: string) => lostDevice(`its driver ended the process: ${how}`)
  return webgpuRuntime(`webgpu ${version}`, options, (events) =>
    connectProcess(events, 'webgpu-process', { ended, isQuiet: true }),
  )
}
