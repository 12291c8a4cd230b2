import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { Arrays, LoopPath, LoopSession, Session } from './session.ts'
import type { Answer, Answers, Method, Request } from './worker-protocol.ts'

/** The worker thread's side of its channel. */
export interface ServerPort {
  /** Sends an answer; the buffers of `movable` go over without a copy. */
  post(answer: Answer, movable: ArrayBuffer[]): void
  /** Called once, after `close` has been answered. */
  closed(): void
  /** Called after a session has been closed, and its arrays freed. */
  sessionClosed?(): void
}

/** What a worker does that is not about its open sessions. */
export interface Services {
  /** Opens the session of a request; undefined for a request that is for none. */
  open(request: Request): Promise<Session | LoopSession> | undefined
  /** Answers a request that opens nothing. */
  answer(request: Request): Promise<Answers[Method]>
  /** Called when the last session has been closed with the worker. */
  end?(): void
}

/**
 * Answers requests on the thread on which the runtime's blocking calls are made.
 *
 * @returns a function to call with each request, in order
 */
export function serve(services: Services, port: ServerPort): (request: Request) => void {
  const answer = answering(services)
  // One request after the other: a native call must never overlap with the closing of its session.
  let queue = Promise.resolve()
  return (request) => {
    queue = queue.then(async () => {
      const { id } = request
      const began = performance.now()
      try {
        const result = await answer(request)
        const seconds = (performance.now() - began) / 1000
        port.post({ id, ok: true, result, seconds }, movable(result))
      } catch (error) {
        const { message, stack } = error instanceof Error ? error : new Error(String(error))
        const user = error instanceof UserError && { commandLine: error.commandLine }
        port.post({ id, ok: false, message, stack, ...user }, [])
      }
      if (request.method === 'closeSession') port.sessionClosed?.()
      if (request.method === 'close') port.closed()
    })
  }
}

function answering(services: Services): (request: Request) => Promise<Answers[Method]> {
  const sessions = new Map<number, Session | LoopSession>()
  let opened = 0
  const session = (id: number) => {
    const found = sessions.get(id)
    if (!found) throw new Error(`session ${id} has been closed`)
    return found
  }
  const loop = (id: number) => session(id) as LoopSession

  return async (request) => {
    const opening = services.open(request)
    if (opening) {
      sessions.set(++opened, await opening)
      return opened
    }
    switch (request.method) {
      case 'bind':
        await session(request.args.session).bind(request.args.feeds)
        return undefined
      case 'load':
        await loop(request.args.session).load(request.args.state)
        return undefined
      case 'run': {
        const { session: id, feeds, steps } = request.args
        if (steps === undefined) return (session(id) as Session).run(feeds)
        return loop(id).run(steps, feeds)
      }
      case 'state':
        return loop(request.args.session).state()
      case 'previousState':
        return loop(request.args.session).previousState()
      case 'closeSession':
        await session(request.args.session).close()
        sessions.delete(request.args.session)
        return undefined
      case 'close':
        for (const open of sessions.values()) await open.close()
        sessions.clear()
        services.end?.()
        return undefined
      default:
        return services.answer(request)
    }
  }
}

/** Buffers that only the answer uses, which can be transferred to the other thread without a copy. */
function movable(result: Answers[Method]): ArrayBuffer[] {
  if (typeof result !== 'object') return []
  const parts: (HostTensor | string)[] = Object.values(result as Arrays | LoopPath)
  const buffers = parts.flatMap((part) =>
    typeof part === 'string' ? [] : [part.data.buffer as ArrayBuffer],
  )
  return [...new Set(buffers)].filter((buffer) => buffer.byteLength > 0)
}
