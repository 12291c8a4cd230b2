import type { SessionEvent } from './api.ts'
import {
  type AnswerMessage,
  answerValue,
  type CallMessage,
  type Connection,
  SessionError,
} from './connection.ts'

/** From the page to the worker. */
export type ToWorker = CallMessage & { readonly id: number }

/** From the worker to the page. */
export type FromWorker =
  | (AnswerMessage & { readonly id: number })
  | { readonly event: SessionEvent }

/** A session in a worker of the page. */
export function workerConnection(
  worker: Worker,
  onEvent: (event: SessionEvent) => void,
): Connection {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let last = 0
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if ('event' in data) return onEvent(data.event)
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    try {
      call?.resolve(answerValue(data))
    } catch (error) {
      call?.reject(error)
    }
  }
  worker.onerror = (event) => {
    event.preventDefault()
    const error = new SessionError(event.message || 'the worker could not be started', true)
    for (const call of waiting.values()) call.reject(error)
    waiting.clear()
    onEvent({ type: 'failed', message: error.message })
  }
  return {
    call(method, args) {
      const call = resolvers<unknown>()
      waiting.set(++last, call)
      worker.postMessage({ id: last, method, args } satisfies ToWorker)
      return call.promise
    },
    close: () => worker.terminate(),
  }
}

/** `Promise.withResolvers`, which browsers have had since 2024. */
function resolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: PromiseWithResolvers<T>['resolve']
  let reject!: PromiseWithResolvers<T>['reject']
  const promise = new Promise<T>((a, b) => {
    resolve = a
    reject = b
  })
  return { promise, resolve, reject }
}
