import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import { writeLoop } from '../graph/loop.ts'
import { writeModel } from '../graph/lower.ts'
import { UserError } from '../tensor/errors.ts'
import type { LoopSession, Runtime, RuntimeOptions, Session } from './session.ts'
import type { Answer, Answers, Method, Requests } from './worker-protocol.ts'

const OPSET = 18

/**
 * ONNX Runtime in a worker thread, so that the calling thread stays responsive. Calls are not
 * interrupted: ending the thread inside a native call would abort the whole process.
 */
export function openRuntime(options: RuntimeOptions): Runtime {
  const worker = new Worker(new URL('./node-worker.js', import.meta.url))
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let asked = 0
  let failure: Error | undefined

  const fail = (error: Error) => {
    failure = error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  worker.on('message', (answer: Answer) => {
    const call = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker.unref()
    if (answer.ok) call?.resolve(answer.result)
    else call?.reject(rebuilt(answer))
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('the runtime has been closed')))
  worker.unref()

  const ask = <M extends Method>(method: M, args: Requests[M]): Promise<Answers[M]> =>
    new Promise((resolve, reject) => {
      if (failure) return reject(failure)
      const id = ++asked
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      worker.ref()
      worker.postMessage({ id, method, args })
    })

  return {
    name: `onnxruntime-node ${version()}`,
    options,
    async compile(outputs): Promise<Session> {
      const session = await ask('compile', { model: writeModel(outputs, OPSET), options })
      return {
        bind: (feeds) => ask('bind', { session, feeds }),
        run: (feeds) => ask('run', { session, feeds }),
        release: () => ask('release', { session }),
      }
    },
    async compileLoop(program): Promise<LoopSession> {
      const state = Object.keys(program.state)
      const session = await ask('compile', { model: writeLoop(program), options, state })
      return {
        bind: (feeds) => ask('bind', { session, feeds }),
        load: (values) => ask('load', { session, state: values }),
        run: (steps, feeds) => ask('run', { session, feeds, steps }),
        state: () => ask('state', { session }),
        previousState: () => ask('previousState', { session }),
        release: () => ask('release', { session }),
      }
    },
    async close() {
      if (failure) return
      const ended = new Promise((resolve) => worker.once('exit', resolve))
      await ask('close', {})
      worker.ref()
      await ended
    },
  }
}

function rebuilt({ message, stack, user }: Extract<Answer, { ok: false }>): Error {
  if (user) return new UserError(message)
  const error = new Error(message)
  if (stack) error.stack = stack
  return error
}

/** Version of the installed onnxruntime-node. */
function version(): string {
  return (createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }).version
}
