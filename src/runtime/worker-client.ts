import { convolves } from '../graph/blocked.ts'
import { expressionsOf, writeLoop } from '../graph/loop.ts'
import type { Lowering } from '../graph/lowering.ts'
import type { Tensor } from '../graph/tensor.ts'
import { writeModel } from '../graph/write-model.ts'
import { closable } from '../tensor/closable.ts'
import { UserError } from '../tensor/errors.ts'
import { asMemoryError } from './memory-error.ts'
import { probeModels } from './native/probe-models.ts'
import { OPSET } from './onnx.ts'
import type { LoopPath, LoopSession, Runtime, RuntimeOptions, Session } from './session.ts'
import type { Answer, Answers, Method, Request, Requests } from './worker-protocol.ts'

/** A worker, as seen by the thread that started it. */
export interface ClientPort {
  post(request: Request): void
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

/**
 * A runtime whose graphs run in a worker, so that the calling thread stays responsive. Calls are not
 * interrupted: where the runtime is native, ending the thread inside a call would abort the process.
 */
export function workerRuntime(
  name: string,
  options: RuntimeOptions,
  connect: (events: ClientEvents) => ClientPort,
): Runtime {
  const { ask, end } = asking(connect)
  let ended = false
  /** A runtime that is closed has closed its sessions. */
  const closeSession = async (session: number) => {
    if (!ended) await ask('closeSession', { session })
  }
  const lowering = async (expressions: readonly Tensor[]): Promise<Lowering> => {
    if (!convolves(expressions)) return {}
    const blocks = await ask('blockSize', { device: options.device })
    return blocks === 0 ? {} : { blocks }
  }
  let path: Promise<LoopPath> | undefined
  const loops = async (): Promise<LoopPath> => {
    if (options.kernels === 'onnx') return { kernels: 'onnx', detail: 'as asked for' }
    path ??= ask('kernels', { device: options.device, models: probeModels() })
    return path
  }
  const open = async (model: Uint8Array): Promise<Session> => {
    const session = await ask('compile', { model, options })
    return closable<Session>('the session', {
      bind: (feeds) => ask('bind', { session, feeds }),
      run: (feeds) => ask('run', { session, feeds }),
      close: () => closeSession(session),
    })
  }
  return closable('the runtime', {
    name,
    options,
    open,
    async compile(outputs): Promise<Session> {
      return open(writeModel(outputs, OPSET, await lowering(Object.values(outputs))))
    },
    async compileLoop(program): Promise<LoopSession> {
      const kernels = (await loops()).kernels === 'native'
      const { model, inPlace } = writeLoop(program, {
        ...(await lowering(expressionsOf(program))),
        kernels,
      })
      const state = Object.keys(program.state)
      const loop = { state, ...(kernels && { inPlace }) }
      const session = await ask('compile', { model, options, loop })
      const computing = { seconds: 0 }
      return closable<LoopSession>('the session', {
        computing,
        bind: (feeds) => ask('bind', { session, feeds }),
        load: (values) => ask('load', { session, state: values }),
        run: (steps, feeds) => ask('run', { session, feeds, steps }, computing),
        state: () => ask('state', { session }),
        previousState: () => ask('previousState', { session }),
        close: () => closeSession(session),
      })
    },
    loops,
    async close() {
      ended = true
      await end()
    },
  })
}

interface Call {
  resolve(value: unknown): void
  reject(error: Error): void
  readonly computing: Computing | undefined
}

/** Seconds of computing, added up. */
interface Computing {
  seconds: number
}

/** Requests as promises of their answers. */
function asking(connect: (events: ClientEvents) => ClientPort) {
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
      try {
        port.post({ id, method, args } as Request)
      } catch (error) {
        // Some feeds cannot be sent, such as arrays whose buffer has been transferred.
        waiting.delete(id)
        if (waiting.size === 0) port.awaiting(false)
        reject(asMemoryError(error instanceof Error ? error : new Error(String(error))) as Error)
      }
    })
  /** Asks the worker to close after the call under way, and waits for its end. */
  const end = async () => {
    if (failure) return
    const gone = port.ended()
    await ask('close', {})
    await gone
    failure ??= new Error('the runtime has been closed')
  }
  return { ask, end }
}

function rebuilt({ message, stack, commandLine }: Extract<Answer, { ok: false }>): Error {
  if (commandLine !== undefined) return new UserError({ library: message, commandLine })
  const error = new Error(message)
  if (stack) error.stack = stack
  return error
}
