import type { SessionCalls, SessionEvent } from './api.ts'

/** A way to a session: a worker of the page, or the local server. */
export interface Connection {
  /** Calls a method of the session. Rejects with a `SessionError` for what the user can mend. */
  call(method: string, args: readonly unknown[]): Promise<unknown>
  close(): void
}

/** A request on its way. */
export interface CallMessage {
  readonly method: string
  readonly args: readonly unknown[]
}

/** What comes back. */
export type AnswerMessage =
  | { readonly value: unknown }
  | { readonly error: { readonly message: string; readonly isBug: boolean } }

/** A call that failed: `isBug` unless the message is meant for the user. */
export class SessionError extends Error {
  constructor(
    message: string,
    readonly isBug: boolean,
  ) {
    super(message)
    this.name = 'SessionError'
  }
}

/** The value of an answer; throws the error in it. */
export function answerValue(answer: AnswerMessage): unknown {
  if ('error' in answer) throw new SessionError(answer.error.message, answer.error.isBug)
  return answer.value
}

/** The calls of a session over a connection. */
export function sessionOver(connection: Connection): SessionCalls {
  return new Proxy({} as SessionCalls, {
    // A proxy that had `then` would count as a promise.
    get: (_, method) =>
      typeof method === 'string' && method !== 'then'
        ? (...args: unknown[]) => connection.call(method, args)
        : undefined,
  })
}

export type EventListener = (event: SessionEvent) => void
