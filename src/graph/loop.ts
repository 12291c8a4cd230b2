import { loopOutput, STEPS, TRIP_COUNT } from './loop-names.ts'
import { inputsOf, lower, needed, prepared, scope } from './lower.ts'
import type { Lowering } from './lowering.ts'
import * as proto from './proto.ts'
import { type Shape, sameShape } from './shape.ts'
import { Tensor } from './tensor.ts'

export { STEPS }

/** A value carried from one step to the next. */
export interface Carried {
  /** The value at the start of a step: an input of the body. */
  readonly input: Tensor
  /** The value at its end, of the same shape. */
  readonly next: Tensor
}

/**
 * A graph that runs a body K times, where K is known only when it is called. All tensors of the body are
 * expressions over its inputs, which are distinguished by name:
 * - those of `state` are carried from step to step;
 * - those of `rows` are row k of an array `[K, …]` that is fed or computed before the loop;
 * - all others are fed and the same at every step.
 */
export interface LoopProgram {
  /** Carried values by name; fed and returned under that name. */
  readonly state: Readonly<Record<string, Carried>>
  /** What each step reports; returned stacked as `[K, …]`. */
  readonly reports: Readonly<Record<string, Tensor>>
  /** Arrays of shape `[K, …]` over fed inputs, by the name of the body's input that reads their rows. */
  readonly rows: Readonly<Record<string, Tensor>>
  /** Scalars of the final state, over inputs named as the state. */
  readonly summary: Readonly<Record<string, Tensor>>
}

/** All expressions of a program. */
export const expressionsOf = ({ state, reports, rows, summary }: LoopProgram): Tensor[] => [
  ...Object.values(state).map(({ next }) => next),
  ...[reports, rows, summary].flatMap((some) => Object.values(some)),
]

/** A row-wise input of a loop's body, read from an array that is fed under `name`. */
export function fedRows(name: string, shape: Shape, dtype: Tensor['dtype'] = 'float') {
  const row = Tensor.input(`${name} at step`, shape, dtype)
  return { row, name: `${name} at step`, rows: Tensor.input(name, [STEPS, ...shape], dtype) }
}

const OPSET = 18
const final = (name: string) => `%final ${name}`
const stateOutput = loopOutput.state

/** A loop as ONNX. */
export interface WrittenLoop {
  readonly model: Uint8Array
  /** The state that a run overwrites where it is fed. It has no output; all other state has one. */
  readonly inPlace: readonly string[]
}

/**
 * Writes the program as one ONNX `Loop`. Feeds: `tripCount` (int64 []), the state, and all inputs that
 * neither the state nor rows bind. Outputs: the state as `next NAME`, reports and summary by name.
 */
export function writeLoop(program: LoopProgram, lowering: Lowering = {}): WrittenLoop {
  const stateNames = Object.keys(program.state)
  const carried = stateNames.map((name) => program.state[name]!)
  for (const [i, { input, next }] of carried.entries())
    if (!sameShape(input.shape, next.shape) || input.dtype !== next.dtype)
      throw new Error(`state ${stateNames[i]} changes its shape or type`)

  const outer = scope('o', OPSET)
  const rowNames = Object.keys(program.rows)
  const rows = prepared(Object.values(program.rows), lowering)
  const rowValues = new Map(lower(outer, rows).map((value, i) => [rowNames[i]!, value]))

  const inner = writeBody(program, rowValues, lowering)
  const loopInputs = [TRIP_COUNT, '', ...stateNames]
  const reportNames = Object.keys(program.reports)
  const finals = stateNames.map((name) =>
    Object.keys(program.summary).length > 0 ? final(name) : stateOutput(name),
  )
  outer.nodes.push(
    proto.node('Loop', 'loop', loopInputs, [...finals, ...reportNames], {}, inner.graph),
  )
  const outputs = [
    ...stateNames.map((name, i) =>
      proto.valueInfo(stateOutput(name), carried[i]!.input.dtype, carried[i]!.input.shape),
    ),
    ...reportNames.map((name) => {
      const { dtype, shape } = program.reports[name]!
      return proto.valueInfo(name, dtype, [STEPS, ...shape])
    }),
  ]

  const summaries = Object.entries(program.summary)
  const summaryValues = prepared(
    summaries.map(([, value]) => value),
    lowering,
  )
  if (summaries.length > 0) {
    stateNames.forEach((name, i) => {
      outer.nodes.push(proto.node('Identity', `output ${name}`, [finals[i]!], [stateOutput(name)]))
    })
    const bound = new Map(
      [...inputsOf(summaryValues)].map(([name, input]) => {
        if (!stateNames.includes(name))
          throw new Error(`the summary reads ${name}, which is not part of the state`)
        return [input, final(name)] as const
      }),
    )
    lower(outer, summaryValues, bound).forEach((value, i) => {
      const name = summaries[i]![0]
      outer.nodes.push(proto.node('Identity', `output ${name}`, [value], [name]))
      outputs.push(proto.valueInfo(name, summaryValues[i]!.dtype, summaryValues[i]!.shape))
    })
  }

  const inputs = [
    proto.valueInfo(TRIP_COUNT, 'int64', []),
    ...[
      ...inputsOf(rows),
      ...inner.captured,
      ...carried.map((c, i) => [stateNames[i]!, c.input] as const),
    ]
      .filter(([name], i, all) => all.findIndex(([other]) => other === name) === i)
      .map(([name, x]) => proto.valueInfo(name, x.dtype, x.shape)),
  ]
  const model = proto.model(proto.graph('latentlab', { ...outer, inputs, outputs }), OPSET)
  return { model, inPlace: [] }
}

/** The loop's body, and the inputs that it reads from outside. */
function writeBody(
  program: LoopProgram,
  rowValues: ReadonlyMap<string, string>,
  lowering: Lowering,
) {
  const stateNames = Object.keys(program.state)
  const carried = Object.values(program.state)
  const reports = Object.entries(program.reports)
  const values = prepared(
    [...carried.map((c) => c.next), ...reports.map(([, value]) => value)],
    lowering,
  )
  const body = scope('b', OPSET)
  const bound = new Map<Tensor, string>()
  const captured: [string, Tensor][] = []
  for (const [name, input] of inputsOf(values)) {
    const row = rowValues.get(name)
    if (row) bound.set(input, body.op('Gather', [row, '%iteration'], { axis: { int: 0 } }))
    else if (stateNames.includes(name)) bound.set(input, `%carried ${name}`)
    else captured.push([name, input])
  }
  const lowered = lower(body, values, bound)
  const names = [
    ...stateNames.map((name) => `%body ${name}`),
    ...reports.map(([name]) => `%body ${name}`),
  ]
  // Each output gets its own name, even where a value is carried unchanged.
  const outputs = lowered.map((value, i) =>
    renamed(body, value, names[i]!, lowered.indexOf(value) === i),
  )
  body.nodes.push(proto.node('Identity', 'continue', ['%condition'], ['%condition out']))
  const graph = proto.graph('step', {
    nodes: needed(body.nodes, ['%condition out', ...outputs]),
    initializers: body.initializers,
    inputs: [
      proto.valueInfo('%iteration', 'int64', []),
      proto.valueInfo('%condition', 'bool', []),
      ...stateNames.map((name, i) =>
        proto.valueInfo(`%carried ${name}`, carried[i]!.input.dtype, carried[i]!.input.shape),
      ),
    ],
    outputs: [
      proto.valueInfo('%condition out', 'bool', []),
      ...outputs.map((name, i) => proto.valueInfo(name, values[i]!.dtype, values[i]!.shape)),
    ],
  })
  return { graph, captured }
}

/** Makes a value an output: under its own name where a node of the scope computes it, else as a copy. */
function renamed(
  to: ReturnType<typeof scope>,
  value: string,
  name: string,
  first: boolean,
): string {
  const computed = to.nodes.some((n) => n.output.includes(value))
  if (computed && first) return value
  to.nodes.push(proto.node('Identity', name, [value], [name]))
  return name
}
