import * as ort from 'onnxruntime-node'
import { writeModel } from '../../src/graph/lower.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import type { HostTensor } from '../../src/tensor/host.ts'

/** Runs the expressions in ONNX Runtime (float32), with its graph optimisations on. */
export async function runOnnx(outputs: readonly Tensor[], feeds: Record<string, HostTensor>) {
  const named = Object.fromEntries(outputs.map((output, i) => [`out${i}`, output]))
  const session = await ort.InferenceSession.create(writeModel(named, 18), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  const used = new Set(session.inputNames)
  const tensors = Object.fromEntries(
    Object.entries(feeds)
      .filter(([name]) => used.has(name))
      .map(([name, t]) => {
        const data = t.dtype === 'float64' ? Float32Array.from(t.data as Float64Array) : t.data
        const type = t.dtype === 'float64' ? 'float32' : t.dtype
        return [name, new ort.Tensor(type as 'float32', data as Float32Array, [...t.shape])]
      }),
  )
  const results = await session.run(tensors)
  await session.release()
  return outputs.map((_, i) => results[`out${i}`]!)
}

