import { UserError } from '../tensor/errors.ts'
import { asMemoryError } from './memory-error.ts'
import type { Answer, Answers, Method, Request, Requests } from './worker-protocol.ts'

/** A worker, as seen by the thread that started it. */
export interface ClientPort {
  /** Throws, or returns a promise that is rejected, where the request cannot be sent. */
  post(request: Request): void | Promise<void>
  /** Called when the first pending request is sent, and when the last one has been answered. */
  awaiting(some: boolean): void
  /** Resolves when the thread has ended, which it does after answering `close`. */
  ended(): Promise<void>
}

/** Called by the platform with the worker's messages and errors. */
export interface ClientEvents {
  answered(answer: Answer): void
  /** The worker is gone: every call under way, and every later one, fails with this. */
  failed(error: Error): void
}

interface Call {
  resolve(value: unknown): void
  reject(error: Error): void
  readonly computing: Computing | undefined
}

/** Seconds of computing, added up. */
export interface Computing {
  seconds: number
}

/** Requests as promises of their answers, and what ends the worker. */
export interface Asking {
  ask<M extends Method>(method: M, args: Requests[M], computing?: Computing): Promise<Answers[M]>
  /** Asks the worker to close after the call under way, and waits for its end. */
  end(): Promise<void>
  /** Whether it has been asked to close. */
  isEnded(): boolean
}

/** Starts a worker. Calls are not interrupted: where the runtime is native, ending the thread inside a call would abort the process. */
export function asking(connect: (events: ClientEvents) => ClientPort): Asking {
  const waiting = new Map<number, Call>()
  let asked = 0
  let failure: Error | undefined
  const port = connect({
    answered(answer) {
      const call = waiting.get(answer.id)
      waiting.delete(answer.id)
      if (waiting.size === 0) port.awaiting(false)
      if (answer.ok) {
        if (call?.computing) call.computing.seconds += answer.seconds
        call?.resolve(answer.result)
      } else call?.reject(asMemoryError(rebuilt(answer)) as Error)
    },
    failed(error) {
      failure ??= asMemoryError(error) as Error
      for (const { reject } of waiting.values()) reject(failure)
      waiting.clear()
    },
  })
  const ask = <M extends Method>(
    method: M,
    args: Requests[M],
    computing?: Computing,
  ): Promise<Answers[M]> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure)
      const id = ++asked
      if (waiting.size === 0) port.awaiting(true)
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject, computing })
      // Some feeds cannot be sent, such as arrays whose buffer has been transferred.
      const refused = (error: unknown) => {
        waiting.delete(id)
        if (waiting.size === 0) port.awaiting(false)
        reject(asMemoryError(error instanceof Error ? error : new Error(String(error))) as Error)
      }
      try {
        const sent = port.post({ id, method, args } as Request)
        if (sent instanceof Promise) sent.catch(refused)
      } catch (error) {
        refused(error)
      }
    })
  let ended = false
  const end = async () => {
    ended = true
    if (failure) return
    const gone = port.ended()
    // A worker that dies before it answers is gone as well: drivers of GPUs may end their process when a device is let go.
    await ask('close', {}).catch((error) => {
      if (!failure) throw error
    })
    await gone
    failure ??= new Error('the runtime has been closed')
  }
  return { ask, end, isEnded: () => ended }
}

function rebuilt({ message, stack, commandLine }: Extract<Answer, { ok: false }>): Error {
  if (commandLine !== undefined) return new UserError({ library: message, commandLine })
  const error = new Error(message)
  if (stack) error.stack = stack
  return error
}
