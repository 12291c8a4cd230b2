import { UserError } from '../tensor/errors.ts'
import { onnxRuntime } from './onnx-runtime.ts'
import { requireRuntimeOptions } from './options.ts'
import type { Runtime, RuntimeOptions } from './session.ts'
import { posting } from './web-post.ts'
import { workerError } from './web-worker-error.ts'
import { webgpuRuntime } from './webgpu/client.ts'
import { unusable } from './webgpu/refusals.ts'
import type { ClientEvents, ClientPort } from './worker-client.ts'
import type { Answer, Ready } from './worker-protocol.ts'

/** At the sizes that browsers are used for, more threads cost more than they gain. */
const MOST_THREADS = 4

/**
 * ONNX Runtime in WebAssembly, or WebGPU, in a worker, so that the page stays responsive. The runtime's name says
 * how many threads it has.
 *
 * @throws UserError for the device `webgpu` where the page has no WebGPU, or WebGPU no adapter; for more than one thread
 * where the page is not cross-origin isolated; where the worker cannot be loaded, or onnxruntime-web is not installed
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  requireRuntimeOptions(options)
  if (options.device === 'webgpu') return openWebgpu(options)
  const threads = threadsFor(options.threads)
  // Written literally, because bundlers look for this form.
  const worker = new Worker(new URL('./web-worker.js', import.meta.url), {
    type: 'module',
    name: 'latentlab',
  })
  const version = await readiness(worker)
  const shown = threads === 1 ? '1 thread' : `${threads} threads`
  const alone = crossOriginIsolated ? '' : ', as the page is not cross-origin isolated'
  const name = `onnxruntime-web ${version} (WebAssembly, ${shown}${alone})`
  return onnxRuntime(name, { ...options, threads }, (events) => connected(worker, events))
}

async function openWebgpu(options: RuntimeOptions): Promise<Runtime> {
  const gpu: GPU | undefined = navigator.gpu
  if (!gpu) {
    const insecure = 'the page is not a secure context: serve it by https, or from localhost'
    throw unusable(isSecureContext ? 'the browser has no WebGPU' : insecure)
  }
  const worker = new Worker(new URL('./webgpu-worker.js', import.meta.url), {
    type: 'module',
    name: 'latentlab',
  })
  const name = await readiness(worker)
  const runtime = webgpuRuntime(name, options, (events) => connected(worker, events))
  try {
    // Opens the device, so that a page learns here that there is none.
    await runtime.loops()
    return runtime
  } catch (error) {
    await runtime.close()
    throw error
  }
}

function connected(worker: Worker, events: ClientEvents): ClientPort {
  worker.onmessage = ({ data }: MessageEvent<Answer>) => events.answered(data)
  worker.onerror = (event) => {
    // It would go on, and hold its memory, although nothing asks it any more.
    worker.terminate()
    events.failed(workerError(event))
  }
  let end = () => {}
  return {
    post: posting(worker),
    // Nothing is under way when the worker has answered `close`.
    awaiting: (some) => some || end(),
    ended: () =>
      new Promise((resolve) => {
        end = () => {
          worker.terminate()
          resolve()
        }
      }),
  }
}

/** WebAssembly threads share memory, which browsers allow only to cross-origin isolated pages. */
function threadsFor(asked: number): number {
  if (asked === 0)
    return crossOriginIsolated ? Math.min(MOST_THREADS, navigator.hardwareConcurrency || 1) : 1
  if (asked > 1 && !crossOriginIsolated)
    throw new UserError(
      `threads: ${asked} threads need a cross-origin isolated page, and this one is not: send it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or ask for 1 thread`,
    )
  return asked
}

function readiness(worker: Worker): Promise<string> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Ready>) => resolve(data.ready)
    worker.onerror = (event) => {
      worker.terminate()
      reject(workerError(event))
    }
  })
}
