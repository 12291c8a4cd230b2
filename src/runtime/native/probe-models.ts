import { type LoopProgram, STEPS, writeLoop } from '../../graph/loop.ts'
import { TRIP_COUNT } from '../../graph/loop-names.ts'
import * as proto from '../../graph/proto.ts'
import { Tensor } from '../../graph/tensor.ts'
import { type HostTensor, hostTensor, sizeOf } from '../../tensor/host.ts'
import type { Arrays } from '../session.ts'

/** A loop over the state `w` in two ways. Its results are `sums` and the state. */
export interface ProbeModels {
  /** In ONNX's own operators. */
  readonly plain: Uint8Array
  /** As one native operator, which overwrites `w`. */
  readonly native: Uint8Array
  /** State and other inputs. */
  readonly feeds: Arrays
}

/** Sizes that leave a rest in vectors of 4, 8 and 16. */
const [ROWS, COLUMNS] = [3, 77]
const RATE = 0.125
const OPSET = 18

/**
 * What `probe.ts` compares. Written by the side that writes all models: what that takes would double the start of the
 * thread that runs them.
 */
export const probeModels = (): ProbeModels => ({
  plain: writeLoop(plainLoop()).model,
  native: nativeLoop(),
  feeds: {
    w: numbers([ROWS, COLUMNS], 13),
    x: numbers([ROWS, COLUMNS], 7),
    b: numbers([COLUMNS], 11),
  },
})

/** w ← w - RATE · (b - exp(-|w x|)) at every step; the sum over each row of w's change is reported. */
function plainLoop(): LoopProgram {
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

const opcodes = { neg: 1, abs: 2, exp: 4, sub: 21, mul: 22 } as const
const [W, X, B, CHANGE, PART] = [0, 1, 2, 3, 4]
const RATE_CONSTANT = -1
const [EACH, ROW_SUM] = [0, 1]
const FLOAT = 1

/** The same as one operator in the loop's body. */
function nativeLoop(): Uint8Array {
  const code = [
    [opcodes.mul, CHANGE, W, X, 0],
    [opcodes.abs, CHANGE, CHANGE, 0, 0],
    [opcodes.neg, CHANGE, CHANGE, 0, 0],
    [opcodes.exp, CHANGE, CHANGE, 0, 0],
    [opcodes.sub, CHANGE, B, CHANGE, 0],
    [opcodes.mul, PART, CHANGE, RATE_CONSTANT, 0],
    [opcodes.sub, PART, W, PART, 0],
  ]
  const chain = proto.node('latentlab.Chain', 'update', ['w', 'x', 'b'], ['%sums', '%done'], {
    space: { ints: [ROWS, COLUMNS] },
    inputs: {
      ints: [
        [FLOAT, 0, COLUMNS, 1],
        [FLOAT, 0, COLUMNS, 1],
        [FLOAT, 0, 0, 1],
      ].flat(),
    },
    constants: { floats: [RATE] },
    code: { ints: code.flat() },
    outputs: { ints: [EACH, PART, W, ROW_SUM, CHANGE, -1] },
    shapes: { ints: [1, ROWS] },
  })
  const condition = proto.node('Identity', 'continue', ['%condition'], ['%condition out'])
  const body = proto.graph('step', {
    nodes: [chain, condition],
    initializers: [],
    inputs: [proto.valueInfo('%iteration', 'int64', []), proto.valueInfo('%condition', 'bool', [])],
    outputs: [
      proto.valueInfo('%condition out', 'bool', []),
      proto.valueInfo('%sums', 'float', [ROWS]),
      proto.valueInfo('%done', 'float', [1]),
    ],
  })
  const loop = proto.node('Loop', 'loop', [TRIP_COUNT, ''], ['sums', '%all done'], {}, body)
  const graph = proto.graph('probe', {
    nodes: [loop],
    initializers: [],
    inputs: [
      proto.valueInfo(TRIP_COUNT, 'int64', []),
      proto.valueInfo('w', 'float', [ROWS, COLUMNS]),
      proto.valueInfo('x', 'float', [ROWS, COLUMNS]),
      proto.valueInfo('b', 'float', [COLUMNS]),
    ],
    outputs: [proto.valueInfo('sums', 'float', [STEPS, ROWS])],
  })
  return proto.model(graph, OPSET)
}

/** Numbers between -2 and 2, other ones for each factor. */
const numbers = (shape: readonly number[], factor: number): HostTensor => {
  const data = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => (((i + 1) * factor) % 41) / 10 - 2,
  )
  return hostTensor('float32', shape, data)
}
