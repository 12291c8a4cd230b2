import { STEPS, TRIP_COUNT } from '../../../src/graph/loop-names.ts'
import * as proto from '../../../src/graph/proto.ts'

export const [ROWS, COLUMNS] = [3, 77]
const [MUL, ADD] = [22, 20]
const FLOAT = 1
const [EACH, ROW_SUM] = [0, 1]

/**
 * A loop whose state is partly overwritten: at each step, with r = rates[order[step]],
 * w ← w r + x in place, then v ← v r + w, which is carried; `sums` reports the row sums of the new w.
 */
export function inPlaceLoop(): Uint8Array {
  const [W, X, R, NEW] = [0, 1, 2, 3]
  const full = [FLOAT, 0, COLUMNS, 1]
  const update = proto.node('latentlab.Chain', 'update', ['w', 'x', '%r'], ['%sums', '%done'], {
    space: { ints: [ROWS, COLUMNS] },
    inputs: { ints: [...full, ...full, FLOAT, 0, 0, 0] },
    constants: { floats: [] },
    code: { ints: [MUL, NEW, W, R, 0, ADD, NEW, NEW, X, 0] },
    outputs: { ints: [EACH, NEW, W, ROW_SUM, NEW, -1] },
    shapes: { ints: [1, ROWS] },
  })
  const carry = proto.node('latentlab.Chain', 'carry', ['%v', 'w', '%r', '%done'], ['%v next'], {
    space: { ints: [ROWS, COLUMNS] },
    inputs: { ints: [...full, ...full, FLOAT, 0, 0, 0] },
    constants: { floats: [] },
    code: { ints: [MUL, NEW, 0, 2, 0, ADD, NEW, NEW, 1, 0] },
    outputs: { ints: [EACH, NEW, -1] },
    shapes: { ints: [2, ROWS, COLUMNS] },
  })
  const body = proto.graph('step', {
    nodes: [
      proto.node('Gather', 'place', ['order', '%iteration'], ['%i'], { axis: { int: 0 } }),
      proto.node('Gather', 'row', ['rates', '%i'], ['%r'], { axis: { int: 0 } }),
      update,
      carry,
      proto.node('Identity', 'continue', ['%condition'], ['%condition out']),
    ],
    initializers: [],
    inputs: [
      proto.valueInfo('%iteration', 'int64', []),
      proto.valueInfo('%condition', 'bool', []),
      proto.valueInfo('%v', 'float', [ROWS, COLUMNS]),
    ],
    outputs: [
      proto.valueInfo('%condition out', 'bool', []),
      proto.valueInfo('%v next', 'float', [ROWS, COLUMNS]),
      proto.valueInfo('%sums', 'float', [ROWS]),
    ],
  })
  const loop = proto.node('Loop', 'loop', [TRIP_COUNT, '', 'v'], ['next v', 'sums'], {}, body)
  return proto.model(
    proto.graph('in place', {
      nodes: [loop],
      initializers: [],
      inputs: [
        proto.valueInfo(TRIP_COUNT, 'int64', []),
        proto.valueInfo('v', 'float', [ROWS, COLUMNS]),
        proto.valueInfo('w', 'float', [ROWS, COLUMNS]),
        proto.valueInfo('x', 'float', [ROWS, COLUMNS]),
        proto.valueInfo('rates', 'float', [STEPS]),
        proto.valueInfo('order', 'int64', [STEPS]),
      ],
      outputs: [
        proto.valueInfo('next v', 'float', [ROWS, COLUMNS]),
        proto.valueInfo('sums', 'float', [STEPS, ROWS]),
      ],
    }),
    18,
  )
}
