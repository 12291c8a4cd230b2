import type * as Ort from 'onnxruntime-common'
import { loopOutput, tripCount } from '../graph/loop-names.ts'
import { type DType, type HostTensor, hostTensor } from '../tensor/host.ts'
import type { NativeLoops, NoNativeLoops } from './native/native-loops.ts'
import type { ProbeModels } from './native/probe-models.ts'
import type { Arrays, LoopSession, RuntimeOptions, Session } from './session.ts'

/** Opset of graphs that are run and not stored: random numbers need its bit operations. */
export const OPSET = 18

/** The part of ONNX Runtime's JavaScript interface that both packages share. */
export type OrtModule = Pick<typeof Ort, 'InferenceSession' | 'Tensor'>

/** A package of ONNX Runtime, and where it differs from the others. */
export interface Engine {
  readonly ort: OrtModule
  /**
   * Whether results can be written into given tensors. onnxruntime-web accepts tensors in CPU memory, but
   * does not write to them (1.30).
   */
  readonly preallocates: boolean
  /** Size of the channel blocks of its own convolution; absent where it has none, as in WebAssembly. */
  blockSize?(): Promise<number>
  /**
   * Loops with native kernels, or why there are none; absent where there never are, as in WebAssembly. They are tried
   * at the first call.
   */
  native?(models: ProbeModels): Promise<NativeLoops | NoNativeLoops>
}

/** A float64 array becomes float32 unless it is for an input of type float64. */
function toOrt(ort: OrtModule, { dtype, shape, data }: HostTensor, isDouble = false): Ort.Tensor {
  if (dtype === 'float64' && !isDouble)
    return new ort.Tensor('float32', Float32Array.from(data as never), [...shape])
  return new ort.Tensor(dtype as 'float32', data as Float32Array, [...shape])
}

/** The inputs of a session that take float64. */
const doublesOf = ({ inputMetadata }: Ort.InferenceSession): ReadonlySet<string> =>
  new Set(inputMetadata.flatMap((x) => (x.isTensor && x.type === 'float64' ? [x.name] : [])))

function fromOrt(tensor: Ort.Tensor): HostTensor {
  return hostTensor(tensor.type as DType, tensor.dims, tensor.data as never)
}

const create = ({ ort }: Engine, model: Uint8Array, { threads }: RuntimeOptions) =>
  ort.InferenceSession.create(model, {
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    executionProviders: ['cpu'],
    // Second moments decay into denormals, which are a hundred times slower and mean nothing here.
    extra: { session: { set_denormal_as_zero: '1' } },
  })

/** Compiles a model for single calls, on the calling thread. */
export async function onnxSession(
  engine: Engine,
  model: Uint8Array,
  options: RuntimeOptions,
): Promise<Session> {
  const { ort } = engine
  const session = await create(engine, model, options)
  const doubles = doublesOf(session)
  const bound: Record<string, Ort.Tensor> = {}
  return {
    async bind(feeds) {
      for (const [name, t] of Object.entries(feeds)) bound[name] = toOrt(ort, t, doubles.has(name))
    },
    async run(feeds) {
      const tensors = Object.fromEntries(
        session.inputNames.map((name) => [
          name,
          feeds[name] ? toOrt(ort, feeds[name], doubles.has(name)) : (bound[name] ?? missing(name)),
        ]),
      )
      const results = await session.run(tensors)
      return Object.fromEntries(Object.entries(results).map(([name, t]) => [name, fromOrt(t)]))
    },
    close: () => session.release(),
  }
}

function missing(name: string): never {
  throw new Error(`no value was fed for the input ${name}`)
}

const required = (feeds: Arrays, name: string): HostTensor => feeds[name] ?? missing(name)

/**
 * Compiles a loop, on the calling thread. Where results can be written into given tensors, the state
 * alternates between two sets of buffers.
 */
export async function onnxLoop(
  engine: Engine,
  model: Uint8Array,
  stateNames: readonly string[],
  options: RuntimeOptions,
): Promise<LoopSession> {
  const { ort, preallocates } = engine
  const session = await create(engine, model, options)
  let bound: Record<string, Ort.Tensor> = {}
  let current: Record<string, Ort.Tensor> = {}
  let previous: Record<string, Ort.Tensor> = {}
  const others = session.outputNames.filter(
    (name) => !stateNames.some((state) => loopOutput.state(state) === name),
  )
  const copied = (tensors: Record<string, Ort.Tensor>): Arrays =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, t]) => [
        name,
        { ...fromOrt(t), data: t.data.slice() as never },
      ]),
    )
  return {
    async bind(feeds) {
      const added = Object.entries(feeds).map(([name, t]) => [name, toOrt(ort, t)] as const)
      bound = { ...bound, ...Object.fromEntries(added) }
    },
    async load(state) {
      const fresh = (name: string) => {
        const { dtype, shape, data } = required(state, name)
        return toOrt(ort, { dtype, shape, data: data.slice() as never })
      }
      current = Object.fromEntries(stateNames.map((name) => [name, fresh(name)]))
      previous = preallocates
        ? Object.fromEntries(stateNames.map((name) => [name, fresh(name)]))
        : current
    },
    async run(steps, feeds) {
      const all = { ...feeds, ...tripCount(steps) }
      const inputs: Record<string, Ort.Tensor> = { ...bound, ...current }
      for (const name of session.inputNames) inputs[name] ??= toOrt(ort, required(all, name))
      for (const name of Object.keys(inputs))
        if (!session.inputNames.includes(name)) delete inputs[name]
      const fetches: Record<string, Ort.Tensor | null> = Object.fromEntries([
        ...stateNames.map((name) => [
          loopOutput.state(name),
          preallocates ? previous[name]! : null,
        ]),
        ...others.map((name) => [name, null]),
      ])
      const results = await session.run(inputs, fetches)
      previous = current
      current = Object.fromEntries(
        stateNames.map((name) => [name, results[loopOutput.state(name)]!]),
      )
      return Object.fromEntries(others.map((name) => [name, fromOrt(results[name]!)]))
    },
    state: async () => copied(current),
    previousState: async () => copied(previous),
    close: () => session.release(),
  }
}
