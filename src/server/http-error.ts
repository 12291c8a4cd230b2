import { UserError } from '../tensor/errors.ts'

/** A refusal that a client can read: its status, one line, and headers such as Retry-After. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.status = status
    this.headers = headers
  }
}

/**
 * An error as an answer. What the library refuses is the client's fault; anything else is a bug, whose text stays on
 * the server.
 */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof UserError) return new HttpError(400, error.message)
  return new HttpError(500, 'internal error: the log of the server has the details')
}
