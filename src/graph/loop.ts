import { loopOutput, STEPS, TRIP_COUNT } from './loop-names.ts'
import { inputsOf, lower, needed, prepared, type Scope, scope } from './lower.ts'
import { lowerPlan } from './lower-plan.ts'
import type { Lowering } from './lowering.ts'
import { planned } from './plan/plan.ts'
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

/** A loop as an ONNX model. */
export interface WrittenLoop {
  readonly model: Uint8Array
  /** The state that each step writes over: an input without an output of its own. */
  readonly inPlace: readonly string[]
}

/**
 * Writes the program as one ONNX `Loop`. Feeds: `tripCount` (int64 []), the state, and all inputs that
 * neither the state nor rows bind. Outputs: reports and summary by name, and the state as `next NAME`, except for what is
 * updated in place.
 */
export function writeLoop(program: LoopProgram, lowering: Lowering = {}): WrittenLoop {
  for (const [name, { input, next }] of Object.entries(program.state))
    if (!sameShape(input.shape, next.shape) || input.dtype !== next.dtype)
      throw new Error(`state ${name} changes its shape or type`)

  const outer = scope('o', OPSET)
  const rowNames = Object.keys(program.rows)
  const rows = prepared(Object.values(program.rows), lowering)
  const rowValues = new Map(lower(outer, rows).map((value, i) => [rowNames[i]!, value]))
  const summary = writtenSummary(program, lowering)
  const inner = writeBody(program, rowValues, lowering, summary.held)

  const stateNames = Object.keys(program.state).filter((name) => !inner.inPlace.includes(name))
  const carried = stateNames.map((name) => program.state[name]!)
  const reportNames = Object.keys(program.reports)
  const finals = stateNames.map((name) =>
    Object.keys(program.summary).length > 0 ? final(name) : stateOutput(name),
  )
  const results = [...finals, ...reportNames, ...(inner.updates ? [DONE] : [])]
  outer.nodes.push(
    proto.node('Loop', 'loop', [TRIP_COUNT, '', ...stateNames], results, {}, inner.graph),
  )
  const outputs = [
    ...stateNames.map((name, i) =>
      proto.valueInfo(stateOutput(name), carried[i]!.input.dtype, carried[i]!.input.shape),
    ),
    ...reportNames.map((name) => {
      const { dtype, shape } = program.reports[name]!
      return proto.valueInfo(name, dtype, [STEPS, ...shape])
    }),
    ...summary.write(outer, stateNames, finals),
  ]
  const inputs = [
    proto.valueInfo(TRIP_COUNT, 'int64', []),
    ...[
      ...inputsOf(rows),
      ...inner.captured,
      ...Object.entries(program.state).map(([name, { input }]) => [name, input] as const),
    ]
      .filter(([name], i, all) => all.findIndex(([other]) => other === name) === i)
      .map(([name, x]) => proto.valueInfo(name, x.dtype, x.shape)),
  ]
  const graph = proto.graph('latentlab', { ...outer, inputs, outputs })
  return { model: proto.model(graph, OPSET), inPlace: inner.inPlace }
}

/** Exists when the last step has made its updates in place. */
const DONE = '%done'

/** The summary of the final state. */
function writtenSummary(program: LoopProgram, lowering: Lowering) {
  const names = Object.keys(program.summary)
  const values = prepared(Object.values(program.summary), lowering)
  const plan = lowering.kernels ? planned(values) : undefined
  const inputs = inputsOf(values)
  for (const name of inputs.keys())
    if (!Object.hasOwn(program.state, name))
      throw new Error(`the summary reads ${name}, which is not part of the state`)
  /** State that only chains read can be waited for: nodes of ONNX run when they like. */
  const held = plan
    ? plan.kernels.flatMap((kernel) => (kernel.kind === 'op' ? [...inputsOf([kernel.node])] : []))
    : []
  return {
    held: new Set(held.map(([name]) => name)),
    /** Adds the nodes, and an output for each state that they read as `finals`. */
    write(to: Scope, stateNames: readonly string[], finals: readonly string[]) {
      if (names.length === 0) return []
      stateNames.forEach((name, i) => {
        to.nodes.push(proto.node('Identity', `output ${name}`, [finals[i]!], [stateOutput(name)]))
      })
      const isCarried = (name: string) => stateNames.includes(name)
      const bound = new Map(
        [...inputs].map(([name, input]) => [input, isCarried(name) ? final(name) : name] as const),
      )
      const inPlace = [...inputs].filter(([name]) => !isCarried(name))
      const overwritten = new Map(inPlace.map(([, input]) => [input, DONE] as const))
      const lowered = plan
        ? lowerPlan(to, plan, values, bound, overwritten).names
        : lower(to, values, bound)
      return lowered.map((value, i) => {
        to.nodes.push(proto.node('Identity', `output ${names[i]}`, [value], [names[i]!]))
        return proto.valueInfo(names[i]!, values[i]!.dtype, values[i]!.shape)
      })
    },
  }
}

/** The loop's body, the inputs that it reads from outside, and the state that it updates in place. */
function writeBody(
  program: LoopProgram,
  rowValues: ReadonlyMap<string, string>,
  lowering: Lowering,
  held: ReadonlySet<string>,
) {
  const reports = Object.entries(program.reports)
  const all = Object.entries(program.state)
  const values = prepared(
    [...all.map(([, { next }]) => next), ...reports.map(([, value]) => value)],
    lowering,
  )
  const inputs = inputsOf(values)
  const updates = all.flatMap(([name], i) => {
    const input = inputs.get(name)
    return input && !held.has(name) ? [{ name, input, next: values[i]! }] : []
  })
  const plan = lowering.kernels ? planned(values, updates) : undefined
  const inPlace = plan?.inPlace ?? []
  const state = all.filter(([name]) => !inPlace.includes(name))
  const isKept = (_: unknown, i: number) => i >= all.length || !inPlace.includes(all[i]![0])
  const kept = values.filter(isKept)

  const body = scope('b', OPSET)
  const bound = new Map<Tensor, string>()
  const captured: [string, Tensor][] = []
  for (const [name, input] of inputs) {
    const row = rowValues.get(name)
    if (row) bound.set(input, body.op('Gather', [row, '%iteration'], { axis: { int: 0 } }))
    else if (state.some(([other]) => other === name)) bound.set(input, `%carried ${name}`)
    else {
      bound.set(input, name)
      captured.push([name, input])
    }
  }
  const { names: written, done } = plan
    ? lowerPlan(body, plan, values, bound)
    : { names: lower(body, values, bound), done: undefined }
  const lowered = written.filter(isKept)
  const names = [...state, ...reports].map(([name]) => `%body ${name}`)
  // Each output gets its own name, even where a value is carried unchanged.
  const outputs = lowered.map((value, i) =>
    renamed(body, value, names[i]!, lowered.indexOf(value) === i),
  )
  body.nodes.push(proto.node('Identity', 'continue', ['%condition'], ['%condition out']))
  const token = done === undefined ? [] : [done]
  const graph = proto.graph('step', {
    nodes: needed(body.nodes, ['%condition out', ...outputs, ...token]),
    initializers: body.initializers,
    inputs: [
      proto.valueInfo('%iteration', 'int64', []),
      proto.valueInfo('%condition', 'bool', []),
      ...state.map(([name, { input }]) =>
        proto.valueInfo(`%carried ${name}`, input.dtype, input.shape),
      ),
    ],
    outputs: [
      proto.valueInfo('%condition out', 'bool', []),
      ...outputs.map((name, i) => proto.valueInfo(name, kept[i]!.dtype, kept[i]!.shape)),
      ...token.map((name) => proto.valueInfo(name, 'float', [1])),
    ],
  })
  return { graph, captured, inPlace, updates: done !== undefined }
}

/** Makes a value an output: under its own name where a node of the scope computes it, else as a copy. */
function renamed(to: Scope, value: string, name: string, first: boolean): string {
  const computed = to.nodes.some((n) => n.output.includes(value))
  if (computed && first) return value
  to.nodes.push(proto.node('Identity', name, [value], [name]))
  return name
}
