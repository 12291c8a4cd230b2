import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { NativeLoops } from './native/native-loops.ts'
import { type Engine, onnxLoop, onnxSession } from './onnx.ts'
import type { Arrays, LoopPath, LoopSession, Session } from './session.ts'
import type { Answer, Answers, Method, Request, Requests } from './worker-protocol.ts'

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

function answering(engine: Engine): (request: Request) => Promise<Answers[Method]> {
  const sessions = new Map<number, Session | LoopSession>()
  const { path, native } = loopPaths(engine)
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
      case 'kernels':
        return path(request.args)
      case 'compile':
        sessions.set(++opened, await compiled(engine, native, request.args))
        return opened
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

type Native = Awaited<ReturnType<NonNullable<Engine['native']>>>

/** What runs loops, tried when it is first asked for. */
function loopPaths({ native }: Engine) {
  let loops: Native | undefined
  return {
    async path({ device, models }: Requests['kernels']): Promise<LoopPath> {
      if (device !== 'cpu') return { kernels: 'onnx', detail: `on the device ${device}` }
      if (!native) return { kernels: 'onnx', detail: 'no native kernels in WebAssembly' }
      loops = await native(models)
      if ('reason' in loops) return { kernels: 'onnx', detail: loops.reason }
      return { kernels: 'native', detail: loops.level }
    },
    native() {
      if (loops && !('reason' in loops)) return loops
      throw new Error('there are no native kernels')
    },
  }
}

async function compiled(
  engine: Engine,
  native: () => NativeLoops,
  { model, options, loop }: Requests['compile'],
): Promise<Session | LoopSession> {
  if (!loop) return onnxSession(engine, model, options)
  const { state, inPlace } = loop
  if (!inPlace) return onnxLoop(engine, model, state, options)
  const carried = state.filter((name) => !inPlace.includes(name))
  return native().open(model, { carried, inPlace }, options)
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
