import { UserError } from '../tensor/errors.ts'
import { type Engine, onnxLoop, onnxSession } from './onnx.ts'
import type { Arrays, LoopSession, Session } from './session.ts'
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

/**
 * Answers requests on the thread on which the runtime's blocking calls are made.
 *
 * @returns a function to call with each request, in order
 */
export function serve(engine: Engine, port: ServerPort): (request: Request) => void {
  const answer = answering(engine)
  // One request after the other: a native call must never overlap with the closing of its session.
  let queue = Promise.resolve()
  return (request) => {
    queue = queue.then(async () => {
      const { id } = request
      try {
        const result = await answer(request)
        port.post({ id, ok: true, result }, movable(result))
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

function answering(engine: Engine): (request: Request) => Promise<Answers[Method]> {
  const sessions = new Map<number, Session | LoopSession>()
  let opened = 0
  const session = (id: number) => {
    const found = sessions.get(id)
    if (!found) throw new Error(`session ${id} has been closed`)
    return found
  }
  const loop = (id: number) => session(id) as LoopSession

  return async (request) => {
    switch (request.method) {
      case 'blockSize':
        return (request.args.device === 'cpu' && (await engine.blockSize?.())) || 0
      case 'compile': {
        const { model, options, state } = request.args
        const compiled = state
          ? await onnxLoop(engine, model, state, options)
          : await onnxSession(engine, model, options)
        sessions.set(++opened, compiled)
        return opened
      }
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
        return undefined
    }
  }
}

/** Buffers that only the answer uses, which can be transferred to the other thread without a copy. */
function movable(result: Answers[Method]): ArrayBuffer[] {
  if (typeof result !== 'object') return []
  const buffers = Object.values(result as Arrays).map((t) => t.data.buffer as ArrayBuffer)
  return [...new Set(buffers)].filter((buffer) => buffer.byteLength > 0)
}
