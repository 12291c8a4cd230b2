import './node-silence.ts'
import * as ort from 'onnxruntime-node'
import { Tensor } from '../graph/tensor.ts'
import { writeModel } from '../graph/write-model.ts'
import { OPSET } from './onnx.ts'

/** A separate program: computes a sum on the device named by its argument, or prints why it cannot. */
const [, , device] = process.argv
try {
  const x = Tensor.input('x', [2])
  const session = await ort.InferenceSession.create(writeModel({ y: x.add(x) }, OPSET), {
    executionProviders: [device!],
    logSeverityLevel: 4,
  })
  const { y } = await session.run({ x: new ort.Tensor('float32', [1, 2], [2]) })
  if (y!.data[1] !== 4) throw new Error(`it computed 2 + 2 = ${y!.data[1]}`)
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
