import type { LoopProgram } from '../graph/loop.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Closable } from '../tensor/closable.ts'
import type { HostTensor } from '../tensor/host.ts'

/** Arrays by the names of a graph's inputs or outputs. */
export type Arrays = Readonly<Record<string, HostTensor>>

/** A compiled graph. */
export interface Session extends Closable {
  /** Feeds that stay the same from call to call, such as parameters. */
  bind(feeds: Arrays): Promise<void>
  /** Computes all outputs. Feeds that the graph does not read are ignored. */
  run(feeds: Arrays): Promise<Arrays>
}

/**
 * A compiled loop whose state stays with the runtime, so that a call copies no parameters. The state before
 * the latest call is kept, too, so that a failed call can be replayed.
 */
export interface LoopSession extends Closable {
  /** Feeds that stay the same from call to call, such as the data. */
  bind(feeds: Arrays): Promise<void>
  /** Sets the state. */
  load(state: Arrays): Promise<void>
  /** Runs the body `steps` times; returns the reports, `[steps, …]` each, and the summary. */
  run(steps: number, feeds: Arrays): Promise<Arrays>
  /** A copy of the state. */
  state(): Promise<Arrays>
  /** A copy of the state as it was before the latest call. */
  previousState(): Promise<Arrays>
}

export type Device = 'cpu' | 'webgpu'

export interface RuntimeOptions {
  readonly device: Device
  /** Threads of one op; 0 lets the runtime choose. */
  readonly threads: number
}

/** Where graphs run. */
export interface Runtime extends Closable {
  /** What executes the graphs, with its version: `onnxruntime-node 1.30.0`. */
  readonly name: string
  readonly options: RuntimeOptions
  compile(outputs: Readonly<Record<string, Tensor>>): Promise<Session>
  /**
   * Opens an ONNX model that is written already.
   *
   * @param model its bytes, which stay the caller's
   * @throws Error where the runtime cannot run it
   */
  open(model: Uint8Array): Promise<Session>
  compileLoop(program: LoopProgram): Promise<LoopSession>
}
