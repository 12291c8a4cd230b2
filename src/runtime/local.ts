import { writeLoop } from '../graph/loop.ts'
import type { Lowering } from '../graph/lowering.ts'
import { writeModel } from '../graph/write-model.ts'
import { closable } from '../tensor/closable.ts'
import { OPSET, type OrtModule, onnxLoop, onnxSession } from './onnx.ts'
import type { Runtime, RuntimeOptions } from './session.ts'

/**
 * Runs graphs with onnxruntime-node on the calling thread, which is blocked meanwhile.
 *
 * @param lowering how graphs are written; plain ONNX by default
 */
export function localRuntime(
  ort: OrtModule,
  name: string,
  options: RuntimeOptions,
  lowering: Lowering = {},
): Runtime {
  const engine = { ort, preallocates: true }
  const open = async (model: Uint8Array) =>
    closable('the session', await onnxSession(engine, model, options))
  return closable<Runtime>('the runtime', {
    name,
    options,
    open,
    compile: async (outputs) => open(writeModel(outputs, OPSET, lowering)),
    compileLoop: async (program) =>
      closable(
        'the session',
        await onnxLoop(
          engine,
          writeLoop(program, lowering).model,
          Object.keys(program.state),
          options,
        ),
      ),
    close: async () => {},
  })
}
