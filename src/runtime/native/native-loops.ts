import type { LoopSession, RuntimeOptions } from '../session.ts'

/** The state that a loop carries, by the way in which a run changes it. */
export interface LoopState {
  /** Read from one set of arrays and written to another. */
  readonly carried: readonly string[]
  /** Overwritten. */
  readonly inPlace: readonly string[]
}

/** Loops with the kernels of the native library. */
export interface NativeLoops {
  /** Instruction set of the kernels, such as `AVX-512`. */
  readonly level: string
  /** Compiles a loop on the calling thread. */
  open(
    model: Uint8Array,
    state: LoopState,
    options: Pick<RuntimeOptions, 'threads'>,
  ): Promise<LoopSession>
}

/** Why there are none. */
export interface NoNativeLoops {
  readonly reason: string
}
