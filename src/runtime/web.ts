import { UserError } from '../tensor/errors.ts'
import { requireRuntimeOptions } from './options.ts'
import type { Runtime, RuntimeOptions } from './session.ts'
import { workerError } from './web-worker-error.ts'
import { workerRuntime } from './worker-client.ts'
import type { Answer, Ready } from './worker-protocol.ts'

/** At the sizes that browsers are used for, more threads cost more than they gain. */
const MOST_THREADS = 4

/**
 * ONNX Runtime in WebAssembly, in a worker, so that the page stays responsive. The runtime's name says
 * how many threads it has.
 *
 * @throws UserError for the device `webgpu`; for more than one thread where the page is not cross-origin
 * isolated; where the worker cannot be loaded, or onnxruntime-web is not installed
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  requireRuntimeOptions(options)
  if (options.device !== 'cpu')
    throw new UserError(
      `device: ${options.device} is not available in the browser yet; use cpu (WebAssembly)`,
    )
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
  return workerRuntime(name, { ...options, threads }, (events) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => events.answered(data)
    worker.onerror = (event) => events.failed(workerError(event))
    let end = () => {}
    return {
      post: (request) => worker.postMessage(request),
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
  })
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
