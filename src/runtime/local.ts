import { writeLoop } from '../graph/loop.ts'
import { writeModel } from '../graph/lower.ts'
import { type OrtModule, onnxLoop, onnxSession } from './onnx.ts'
import type { Runtime, RuntimeOptions } from './session.ts'

/** Opset of graphs that are run at once and not kept: random numbers need its bit operations. */
const OPSET = 18

/** Runs graphs on the calling thread, which is blocked meanwhile where the runtime is native. */
export function localRuntime(ort: OrtModule, name: string, options: RuntimeOptions): Runtime {
  return {
    name,
    options,
    compile: (outputs) => onnxSession(ort, writeModel(outputs, OPSET), options),
    compileLoop: (program) =>
      onnxLoop(ort, writeLoop(program), Object.keys(program.state), options),
    close: async () => {},
  }
}
