import type { IncomingMessage } from 'node:http'
import { grouped } from '../tensor/numbers.ts'
import { HttpError } from './http-error.ts'

/** The body of a request in memory. */
export interface Body {
  readonly bytes: Uint8Array
  /** To be called when the bytes are no longer needed. */
  release(): void
}

/** Reads bodies, of which no more than so many bytes are in memory at once. */
export type BodyReader = (incoming: IncomingMessage, signal: AbortSignal) => Promise<Body>

/** Bodies of the largest size that are in memory at once. */
const BODIES = 16

/**
 * A body whose length is declared is written to one array of its own as it arrives, so that it is in memory once.
 *
 * @param most bytes of one body
 * @param total bytes of all bodies at once
 * @throws HttpError 413 for a larger one, 415 for a compressed one, and 429 where other bodies take the memory
 */
export function bodyReader(most: number, total = BODIES * most): BodyReader {
  let held = 0
  return async (incoming, signal) => {
    requirePlain(incoming)
    const declared = Number(incoming.headers['content-length'] ?? 0)
    if (declared > most) throw tooLarge(most)
    let own = 0
    const release = () => {
      held -= own
      own = 0
    }
    const hold = (bytes: number) => {
      if (held + bytes > total)
        throw new HttpError(429, 'too many large requests at once; try again in 1 s', {
          'Retry-After': '1',
        })
      held += bytes
      own += bytes
    }
    try {
      hold(declared)
      const whole = Buffer.allocUnsafeSlow(declared)
      const chunks: Buffer[] = []
      let length = 0
      await eachChunk(incoming, signal, (chunk) => {
        const start = length
        length += chunk.length
        if (length > most) throw tooLarge(most)
        if (length > own) hold(length - own)
        if (length <= declared) whole.set(chunk, start)
        else chunks.push(chunk)
      })
      return { bytes: length === declared ? whole : Buffer.concat(chunks, length), release }
    } catch (error) {
      release()
      throw error
    }
  }
}

/** Passes on what arrives, until the end. A body that is refused is read no further. */
function eachChunk(
  incoming: IncomingMessage,
  signal: AbortSignal,
  take: (chunk: Buffer) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      incoming.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      signal.removeEventListener('abort', onAbort)
    }
    const fail = (reason: unknown) => {
      stop()
      incoming.pause()
      reject(reason)
    }
    const onData = (chunk: Buffer) => {
      try {
        take(chunk)
      } catch (error) {
        fail(error)
      }
    }
    const onEnd = () => {
      stop()
      resolve()
    }
    const onError = () => fail(cut())
    const onClose = () => fail(cut())
    const onAbort = () => fail(late(signal.reason))
    if (signal.aborted) return fail(late(signal.reason))
    signal.addEventListener('abort', onAbort, { once: true })
    incoming.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose)
    if (incoming.destroyed) onClose()
  })
}

/** Compressed bodies are refused: a few kilobytes of them can be gigabytes. */
function requirePlain({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity')
    throw new HttpError(415, 'Content-Encoding: expected a body that is not compressed')
}

const tooLarge = (most: number): HttpError =>
  new HttpError(413, `body: expected at most ${grouped(most)} bytes`, { Connection: 'close' })

const cut = (): HttpError => new HttpError(400, 'body: the connection ended before its end')

/** The reason of a request that was given up while its body was still to come. */
const late = (reason: unknown): unknown =>
  reason instanceof HttpError && reason.status === 504
    ? new HttpError(408, 'body: did not arrive in time', { Connection: 'close' })
    : reason
