import { writeLoop } from '../graph/loop.ts'
import { writeModel } from '../graph/lower.ts'
import { OPSET, type OrtModule, onnxLoop, onnxSession } from './onnx.ts'
import type { Runtime, RuntimeOptions } from './session.ts'

/** Runs graphs by onnxruntime-node on the calling thread, which is blocked meanwhile. */
export function localRuntime(ort: OrtModule, name: string, options: RuntimeOptions): Runtime {
  const engine = { ort, preallocates: true }
  return {
    name,
    options,
    compile: (outputs) => onnxSession(engine, writeModel(outputs, OPSET), options),
    compileLoop: (program) =>
      onnxLoop(engine, writeLoop(program), Object.keys(program.state), options),
    close: async () => {},
  }
}
