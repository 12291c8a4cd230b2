import { type LoopProgram, writeLoop } from '../../graph/loop.ts'
import { Tensor } from '../../graph/tensor.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../tensor/host.ts'
import type { Arrays } from '../session.ts'

/** A loop over the state `w` in two ways. Its results are `sums` and the state. */
export interface ProbeModels {
  /** In ONNX's own operators. */
  readonly plain: Uint8Array
  /** With native operators, which overwrite `w`. */
  readonly native: Uint8Array
  /** State and other inputs. */
  readonly feeds: Arrays
}

/** Sizes that leave a rest in vectors of 4, 8 and 16. */
const [ROWS, COLUMNS] = [3, 77]
const RATE = 0.125

/**
 * What `probe.ts` compares. Written by the side that writes all models: what that takes would double the start of the
 * thread that runs them.
 */
export const probeModels = (): ProbeModels => ({
  plain: writeLoop(probe()).model,
  native: writeLoop(probe(), { kernels: true }).model,
  feeds: {
    w: numbers([ROWS, COLUMNS], 13),
    x: numbers([ROWS, COLUMNS], 7),
    b: numbers([COLUMNS], 11),
  },
})

/** w ← w - RATE · (b - exp(-|w x|)) at every step; the sum over each row of w's change is reported. */
function probe(): LoopProgram {
  const w = Tensor.input('w', [ROWS, COLUMNS])
  const x = Tensor.input('x', [ROWS, COLUMNS])
  const b = Tensor.input('b', [COLUMNS])
  const change = b.sub(w.mul(x).abs().neg().exp())
  return {
    state: { w: { input: w, next: w.sub(change.mul(RATE)) } },
    reports: { sums: change.sum([1]) },
    rows: {},
    summary: {},
  }
}

/** Numbers between -2 and 2, other ones for each factor. */
const numbers = (shape: readonly number[], factor: number): HostTensor => {
  const data = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => (((i + 1) * factor) % 41) / 10 - 2,
  )
  return hostTensor('float32', shape, data)
}
