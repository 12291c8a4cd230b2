import type { NativeLoops } from './native/native-loops.ts'
import { type Engine, onnxLoop, onnxSession } from './onnx.ts'
import type { LoopPath, LoopSession, Session } from './session.ts'
import type { Requests } from './worker-protocol.ts'
import type { Services } from './worker-server.ts'

/** What a worker does whose graphs are ONNX models. */
export function onnxServices(engine: Engine): Services {
  const { path, native } = loopPaths(engine)
  return {
    open: (request) =>
      request.method === 'compile' ? compiled(engine, native, request.args) : undefined,
    async answer(request) {
      switch (request.method) {
        case 'blockSize':
          return (await engine.blockSize?.()) ?? 0
        case 'kernels':
          return path(request.args)
        default:
          throw new Error(`ONNX Runtime does not answer ${request.method}`)
      }
    },
  }
}

type Native = Awaited<ReturnType<NonNullable<Engine['native']>>>

/** What runs loops, tried when it is first asked for. */
function loopPaths({ native }: Engine) {
  let loops: Native | undefined
  return {
    async path({ models }: Requests['kernels']): Promise<LoopPath> {
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
