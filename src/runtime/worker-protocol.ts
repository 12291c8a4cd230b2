import type { PackedLoop, PackedOutputs } from '../graph/packed-graph.ts'
import type { ProbeModels } from './native/probe-models.ts'
import type { Arrays, LoopPath, RuntimeOptions } from './session.ts'

/** What makes a model a loop: the names of its state. */
export interface CompiledLoop {
  readonly state: readonly string[]
  /** The part of the state that a call overwrites; present where the model has native kernels. */
  readonly inPlace?: readonly string[] | undefined
}

/** Requests of the main thread to the worker. A session is named by the number that `compile` or `compileGraph` returned. */
export interface Requests {
  /** Size of the channel blocks in which this runtime convolves; answered by 0 where it has none. */
  blockSize: Record<never, never>
  /** What computes loops: native kernels, unless something is in the way. */
  kernels: { models: ProbeModels }
  compile: { model: Uint8Array; options: RuntimeOptions; loop?: CompiledLoop | undefined }
  /** What a device is; answered where graphs are compiled without ONNX. */
  describe: Record<never, never>
  /** Compiles expressions, or a loop. */
  compileGraph: PackedOutputs | PackedLoop
  bind: { session: number; feeds: Arrays }
  load: { session: number; state: Arrays }
  run: { session: number; feeds: Arrays; steps?: number | undefined }
  state: { session: number }
  previousState: { session: number }
  closeSession: { session: number }
  close: Record<never, never>
}

export interface Answers {
  blockSize: number
  kernels: LoopPath
  compile: number
  describe: string
  compileGraph: number
  bind: undefined
  load: undefined
  run: Arrays
  state: Arrays
  previousState: Arrays
  closeSession: undefined
  close: undefined
}

export type Method = keyof Requests

export type Request = {
  [M in Method]: { id: number; method: M; args: Requests[M] }
}[Method]

/** `seconds` are those of computing. An error crosses threads as its text; only that of a UserError has a wording for the command line. */
export type Answer =
  | { id: number; ok: true; result: Answers[Method]; seconds: number }
  | { id: number; ok: false; message: string; stack: string | undefined; commandLine?: string }

/** The first message of a web worker, which it sends by itself: it is ready, and the version of its runtime. */
export interface Ready {
  readonly ready: string
}
