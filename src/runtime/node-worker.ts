import { parentPort } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import { UserError } from '../tensor/errors.ts'
import { onnxLoop, onnxSession } from './onnx.ts'
import type { Arrays, LoopSession, Session } from './session.ts'
import type { Answer, Answers, Method, Request } from './worker-protocol.ts'

/** The thread on which onnxruntime-node's blocking calls are made. */
const port = parentPort
if (!port) throw new Error('node-worker is to be started as a worker thread')

const sessions = new Map<number, Session | LoopSession>()
let opened = 0

const session = (id: number) => {
  const found = sessions.get(id)
  if (!found) throw new Error(`session ${id} has been released`)
  return found
}
const loop = (id: number) => session(id) as LoopSession

async function answer(request: Request): Promise<Answers[Method]> {
  switch (request.method) {
    case 'compile': {
      const { model, options, state } = request.args
      const compiled = state
        ? await onnxLoop(ort, model, state, options)
        : await onnxSession(ort, model, options)
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
    case 'release':
      await session(request.args.session).release()
      sessions.delete(request.args.session)
      return undefined
    case 'close':
      for (const open of sessions.values()) await open.release()
      sessions.clear()
      return undefined
  }
}

/** Buffers that the answer owns alone and that can move to the other thread without a copy. */
function movable(result: Answers[Method]): ArrayBuffer[] {
  if (typeof result !== 'object') return []
  const buffers = Object.values(result as Arrays).map((t) => t.data.buffer as ArrayBuffer)
  return [...new Set(buffers)].filter((buffer) => buffer.byteLength > 0)
}

// One request after the other: a native call must never overlap with the release of its session.
let queue = Promise.resolve()
port.on('message', (request: Request) => {
  queue = queue.then(async () => {
    try {
      const result = await answer(request)
      port.postMessage({ id: request.id, ok: true, result } satisfies Answer, movable(result))
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error))
      const user = error instanceof UserError
      port.postMessage({ id: request.id, ok: false, message, stack, user } satisfies Answer)
    }
    if (request.method === 'close') port.close()
  })
})
