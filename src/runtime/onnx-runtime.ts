import { convolves } from '../graph/blocked.ts'
import { expressionsOf, writeLoop } from '../graph/loop.ts'
import type { Lowering } from '../graph/lowering.ts'
import type { Tensor } from '../graph/tensor.ts'
import { writeModel } from '../graph/write-model.ts'
import { closable } from '../tensor/closable.ts'
import { probeModels } from './native/probe-models.ts'
import { OPSET } from './onnx.ts'
import type { LoopPath, Runtime, RuntimeOptions, Session } from './session.ts'
import { asking, type ClientEvents, type ClientPort } from './worker-client.ts'
import { loopOf, sessionOf } from './worker-sessions.ts'

/** A runtime whose graphs are ONNX models, run in a worker, so that the calling thread stays responsive. */
export function onnxRuntime(
  name: string,
  options: RuntimeOptions,
  connect: (events: ClientEvents) => ClientPort,
): Runtime {
  const { ask, end, isEnded } = asking(connect)
  const lowering = async (expressions: readonly Tensor[]): Promise<Lowering> => {
    if (!convolves(expressions)) return {}
    const blocks = await ask('blockSize', {})
    return blocks === 0 ? {} : { blocks }
  }
  let path: Promise<LoopPath> | undefined
  const loops = async (): Promise<LoopPath> => {
    if (options.kernels === 'onnx') return { kernels: 'onnx', detail: 'as asked for' }
    path ??= ask('kernels', { models: probeModels() })
    return path
  }
  const open = async (model: Uint8Array): Promise<Session> => {
    return sessionOf(ask, isEnded, await ask('compile', { model, options }))
  }
  return closable('the runtime', {
    name,
    options,
    open,
    async compile(outputs) {
      return open(writeModel(outputs, OPSET, await lowering(Object.values(outputs))))
    },
    async compileLoop(program) {
      const kernels = (await loops()).kernels === 'native'
      const { model, inPlace } = writeLoop(program, {
        ...(await lowering(expressionsOf(program))),
        kernels,
      })
      const state = Object.keys(program.state)
      const loop = { state, ...(kernels && { inPlace }) }
      return loopOf(ask, isEnded, await ask('compile', { model, options, loop }))
    },
    loops,
    close: end,
  })
}
