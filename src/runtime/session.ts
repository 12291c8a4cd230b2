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
  /** Seconds that its runs have computed so far, without waiting for other calls of the runtime; absent where none can be under way. */
  readonly computing?: { readonly seconds: number }
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
  /** `auto` (default): loops use the native kernels where they can; `onnx`: they are plain ONNX. */
  readonly kernels?: 'auto' | 'onnx' | undefined
}

/**
 * What computes a runtime's loops. Between native kernels and plain ONNX, results differ by rounding; within each they
 * are equal to the bit.
 */
export interface LoopPath {
  /** The kernels of `native/`, plain ONNX, shaders on a GPU, or the interpreter in float64. */
  readonly kernels: 'native' | 'onnx' | 'webgpu' | 'reference'
  /** The instruction set of native kernels, such as `AVX-512`; why there are none; the GPU; empty for the interpreter. */
  readonly detail: string
}

/** `native kernels (AVX-512)`, or `plain ONNX (the npm package koffi is not installed)`. */
export function loopPathText({ kernels, detail }: LoopPath): string {
  const names = {
    native: 'native kernels',
    onnx: 'plain ONNX',
    webgpu: 'WebGPU',
    reference: 'interpreter',
  }
  const name = names[kernels]
  return detail === '' ? name : `${name} (${detail})`
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
  /** What computes its loops. */
  loops(): Promise<LoopPath>
}
