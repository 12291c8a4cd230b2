import { type HostTensor, sizeOf } from '../tensor/host.ts'
import { copiedInTurns, TURN_BYTES } from '../tensor/turns.ts'
import type { Arrays } from './session.ts'
import type { Request } from './worker-protocol.ts'

/**
 * Sends requests to a worker, in order. The arrays of a long one are copied a part at a time, so that the page answers its
 * user meanwhile, and the copies handed over: cloning all at once takes several times as long. Until then the caller must
 * leave its arrays as they are.
 *
 * @returns a function that throws, or returns a promise that is rejected, where the request cannot be sent
 */
export function posting(worker: Pick<Worker, 'postMessage'>) {
  let queue: Promise<unknown> | undefined
  return (request: Request): void | Promise<void> => {
    if (!queue && bytesOf(arraysOf(request)) <= TURN_BYTES) return worker.postMessage(request)
    const sent = (queue ?? Promise.resolve()).then(() => send(worker, request))
    const settled = sent
      .catch(() => {})
      .then(() => {
        if (queue === settled) queue = undefined
      })
    queue = settled
    return sent
  }
}

async function send(worker: Pick<Worker, 'postMessage'>, request: Request): Promise<void> {
  const arrays = arraysOf(request)
  const copies: Record<string, HostTensor> = {}
  for (const [name, array] of Object.entries(arrays)) copies[name] = await copied(array, name)
  const transfer = Object.values(copies).map(({ data }) => data.buffer as ArrayBuffer)
  worker.postMessage(withArrays(request, copies), { transfer })
}

async function copied(array: HostTensor, name: string): Promise<HostTensor> {
  const { data, shape } = array
  if (data.length !== sizeOf(shape))
    throw new Error(`the array of ${name} could not be sent: its buffer has been handed over`)
  return { ...array, data: await copiedInTurns(data) } as HostTensor
}

function arraysOf(request: Request): Arrays {
  switch (request.method) {
    case 'bind':
    case 'run':
      return request.args.feeds
    case 'load':
      return request.args.state
    default:
      return {}
  }
}

function withArrays(request: Request, arrays: Arrays): Request {
  switch (request.method) {
    case 'bind':
    case 'run':
      return { ...request, args: { ...request.args, feeds: arrays } } as Request
    case 'load':
      return { ...request, args: { ...request.args, state: arrays } }
    default:
      return request
  }
}

const bytesOf = (arrays: Arrays) =>
  Object.values(arrays).reduce((sum, { data }) => sum + data.byteLength, 0)
