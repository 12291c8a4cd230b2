import { writeLoop } from '../graph/loop.ts'
import type { Lowering } from '../graph/lowering.ts'
import { writeModel } from '../graph/write-model.ts'
import { closable } from '../tensor/closable.ts'
import type { NativeLoops } from './native/native-loops.ts'
import { OPSET, type OrtModule, onnxLoop, onnxSession } from './onnx.ts'
import type { Runtime, RuntimeOptions } from './session.ts'

/**
 * Runs graphs with onnxruntime-node on the calling thread, which is blocked meanwhile.
 *
 * @param lowering how graphs are written; plain ONNX by default
 * @param native runs loops, which then are written with kernels
 */
export function localRuntime(
  ort: OrtModule,
  name: string,
  options: RuntimeOptions,
  lowering: Lowering = {},
  native?: NativeLoops | undefined,
): Runtime {
  const engine = { ort, preallocates: true }
  const open = async (model: Uint8Array) =>
    closable('the session', await onnxSession(engine, model, options))
  return closable<Runtime>('the runtime', {
    name,
    options,
    open,
    compile: async (outputs) => open(writeModel(outputs, OPSET, lowering)),
    async compileLoop(program) {
      const { model, inPlace } = writeLoop(program, { ...lowering, kernels: native !== undefined })
      const state = Object.keys(program.state)
      const carried = state.filter((name) => !inPlace.includes(name))
      const session = native
        ? await native.open(model, { carried, inPlace }, options)
        : await onnxLoop(engine, model, state, options)
      return closable('the session', session)
    },
    loops: async () =>
      native
        ? { kernels: 'native', detail: native.level }
        : { kernels: 'onnx', detail: 'on the calling thread' },
    close: async () => {},
  })
}
