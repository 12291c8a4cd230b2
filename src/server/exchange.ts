import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Body, BodyReader } from './body.ts'
import { deadline } from './deadline.ts'
import { HttpError } from './http-error.ts'
import type { Serving } from './service.ts'

export type Env = {
  Bindings: HttpBindings
  Variables: {
    /** The pattern of the address, for metrics; undefined where nothing is. */
    route: string | undefined
    /** The origin of a page that may read the answer. */
    origin: string | undefined
  }
}

/** A request with a body, while it is answered. */
export interface Exchange {
  readonly body: Uint8Array
  /** Aborted when the client has gone, or waits for too long. */
  readonly signal: AbortSignal
  /**
   * Computes an answer in the turn of a model.
   *
   * @throws HttpError 429 where its queue is full, and the signal's reason
   */
  compute<A>(
    serving: Serving,
    rows: number,
    answer: (signal: AbortSignal) => Promise<A>,
  ): Promise<A>
}

/** Reads the body of a request and answers it, within the time that one may take. */
export async function exchange(
  c: Context<Env>,
  { read, timeout }: { readonly read: BodyReader; readonly timeout: number },
  answer: (exchange: Exchange) => Promise<Response>,
): Promise<Response> {
  const { signal, clear } = deadline(c.req.raw.signal, timeout)
  let body: Body | undefined
  try {
    body = await read(c.env.incoming, signal)
    return await answer({
      body: body.bytes,
      signal,
      async compute({ queue }, rows, work) {
        const leave = queue.enter(rows)
        try {
          return await work(signal)
        } finally {
          leave()
        }
      },
    })
  } catch (error) {
    if (signal.aborted && !(error instanceof HttpError)) throw signal.reason
    throw error
  } finally {
    clear()
    body?.release()
  }
}
