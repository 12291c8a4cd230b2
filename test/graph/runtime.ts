import * as ort from 'onnxruntime-node'
import type { Lowering } from '../../src/graph/lowering.ts'
import type { GraphDType, Value } from '../../src/graph/rule.ts'
import type { Tensor } from '../../src/graph/tensor.ts'
import { writeModel } from '../../src/graph/write-model.ts'
import type { HostTensor } from '../../src/tensor/host.ts'

export type Feeds = Readonly<Record<string, HostTensor>>

/** What ONNX Runtime computed. Its floats are float32. */
export interface Result {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data: Float32Array | Float64Array | BigInt64Array | Uint8Array
}

/** The type under which ONNX Runtime returns a value of the graph layer. */
export const runtimeType = (dtype: GraphDType) =>
  dtype === 'float' ? 'float32' : dtype === 'double' ? 'float64' : dtype

/** A model that is loaded once and called many times. */
export interface Model {
  call(feeds: Feeds): Promise<Record<string, Result>>
  release(): Promise<void>
}

/** Loads a model into ONNX Runtime, with its graph optimisations on. */
export async function loadModel(bytes: Uint8Array): Promise<Model> {
  const session = await ort.InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  })
  const used = new Set(session.inputNames)
  return {
    async call(feeds) {
      const fed = Object.entries(feeds).filter(([name]) => used.has(name))
      const doubles = session.inputMetadata.filter((x) => x.isTensor && x.type === 'float64')
      const results = await session.run(
        Object.fromEntries(
          fed.map(([n, t]) => [
            n,
            toOrt(
              t,
              doubles.some(({ name }) => name === n),
            ),
          ]),
        ),
      )
      return Object.fromEntries(
        Object.entries(results).map(([name, { type, dims, data }]) => [
          name,
          { dtype: type, shape: dims, data: data as Float32Array },
        ]),
      )
    },
    release: () => session.release(),
  }
}

function toOrt({ dtype, shape, data }: HostTensor, isDouble: boolean): ort.Tensor {
  if (dtype === 'float64' && !isDouble)
    return new ort.Tensor('float32', Float32Array.from(data as Float64Array), [...shape])
  return new ort.Tensor(dtype as 'float32', data as Float32Array, [...shape])
}

/** Runs the expressions in ONNX Runtime (float32). */
export async function runOnnx(
  outputs: readonly Tensor[],
  feeds: Feeds,
  opset = 18,
  lowering: Lowering = {},
): Promise<Result[]> {
  const named = Object.fromEntries(outputs.map((output, i) => [`out${i}`, output]))
  const model = await loadModel(writeModel(named, opset, lowering))
  try {
    const results = await model.call(feeds)
    return outputs.map((_, i) => results[`out${i}`]!)
  } finally {
    await model.release()
  }
}

/** Doubles agree to float64's rounding, however coarse floats are. */
const DOUBLE = 1e-14

/**
 * Where two arrays differ by more than `tolerance · (1 + |expected|)`, in words; `undefined` where
 * nowhere. Types and shapes must be equal, integers and flags exactly so; NaN equals NaN.
 */
export function mismatch(actual: Result, expected: Value, tolerance: number): string | undefined {
  const type = runtimeType(expected.dtype)
  if (actual.dtype !== type) return `type ${actual.dtype}, expected ${type}`
  if (String(actual.shape) !== String(expected.shape))
    return `shape [${actual.shape}], expected [${expected.shape}]`
  if (actual.data.length !== expected.data.length)
    return `${actual.data.length} elements, expected ${expected.data.length}`
  for (let i = 0; i < expected.data.length; i++) {
    const [x, y] = [actual.data[i]!, expected.data[i]!]
    if (x === y || (Number.isNaN(x) && Number.isNaN(y))) continue
    const own = expected.dtype === 'double' ? Math.min(tolerance, DOUBLE) : tolerance
    const close = expected.data instanceof Float64Array && near(Number(x), Number(y), own)
    if (!close) return `element ${i} is ${x}, expected ${y}`
  }
  return undefined
}

const near = (x: number, y: number, tolerance: number) =>
  Math.abs(x - y) <= tolerance * (1 + Math.abs(y)) && Number.isFinite(y)
