import { HttpError } from './http-error.ts'

/** Aborted when a request need not be answered any more. */
export interface Deadline {
  readonly signal: AbortSignal
  /** To be called when the request has been answered. */
  clear(): void
}

/** For metrics: nobody reads this status. nginx counts such requests under it, too. */
const CLIENT_GONE = 499

/**
 * The signal of one request: aborted when the client has gone, and with 504 after `timeout` milliseconds.
 *
 * @param gone aborted when the client closes the connection
 */
export function deadline(gone: AbortSignal, timeout: number): Deadline {
  const controller = new AbortController()
  const leave = () => controller.abort(new HttpError(CLIENT_GONE, 'the client has gone'))
  const timer = setTimeout(
    () =>
      controller.abort(new HttpError(504, `no answer within ${timeout / 1000} s; try fewer rows`)),
    timeout,
  )
  if (gone.aborted) leave()
  else gone.addEventListener('abort', leave, { once: true })
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer)
      gone.removeEventListener('abort', leave)
    },
  }
}
