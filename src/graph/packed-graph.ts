import type { LoopProgram } from './loop.ts'
import type { GraphDType, OpAttributes, OpName } from './rule.ts'
import type { Shape } from './shape.ts'
import { Tensor, topological } from './tensor.ts'

interface PackedNode {
  readonly op: OpName
  /** Numbers of earlier nodes. */
  readonly inputs: readonly number[]
  readonly attributes: OpAttributes[OpName]
  readonly dtype: GraphDType
  readonly shape: Shape
}

/** Expressions as plain data, which can be sent to another thread. */
export interface PackedGraph {
  readonly nodes: readonly PackedNode[]
  readonly outputs: readonly number[]
}

export function packGraph(outputs: readonly Tensor[]): PackedGraph {
  const order = topological(outputs)
  const numbers = new Map(order.map((node, i) => [node, i]))
  return {
    nodes: order.map(({ op, inputs, attributes, dtype, shape }) => ({
      op,
      inputs: inputs.map((input) => numbers.get(input)!),
      attributes,
      dtype,
      shape,
    })),
    outputs: outputs.map((output) => numbers.get(output)!),
  }
}

/** The same expressions, made anew. */
export function unpackGraph({ nodes, outputs }: PackedGraph): Tensor[] {
  const made: Tensor[] = []
  for (const { op, inputs, attributes, dtype, shape } of nodes) {
    const name = (attributes as OpAttributes['input']).name
    made.push(
      op === 'input'
        ? Tensor.input(name, shape, dtype)
        : Tensor.apply(
            op,
            inputs.map((i) => made[i]!),
            attributes,
          ),
    )
  }
  return outputs.map((i) => made[i]!)
}

/** Expressions by name. */
export interface PackedOutputs extends PackedGraph {
  readonly names: readonly string[]
}

export const packOutputs = (outputs: Readonly<Record<string, Tensor>>): PackedOutputs => ({
  ...packGraph(Object.values(outputs)),
  names: Object.keys(outputs),
})

export function unpackOutputs(packed: PackedOutputs): Record<string, Tensor> {
  const values = unpackGraph(packed)
  return Object.fromEntries(packed.names.map((name, i) => [name, values[i]!]))
}

/** A loop: its graph's outputs are the inputs of the state, what replaces them, and the rest, in the order of the names. */
export interface PackedLoop extends PackedGraph {
  readonly state: readonly string[]
  readonly reports: readonly string[]
  readonly rows: readonly string[]
  readonly summary: readonly string[]
}

export function packLoop({ state, reports, rows, summary }: LoopProgram): PackedLoop {
  const carried = Object.values(state)
  const others = [reports, rows, summary].flatMap((some) => Object.values(some))
  return {
    ...packGraph([
      ...carried.map(({ input }) => input),
      ...carried.map(({ next }) => next),
      ...others,
    ]),
    state: Object.keys(state),
    reports: Object.keys(reports),
    rows: Object.keys(rows),
    summary: Object.keys(summary),
  }
}

export function unpackLoop(packed: PackedLoop): LoopProgram {
  const values = unpackGraph(packed)
  let taken = 0
  const next = () => values[taken++]!
  const inputs = packed.state.map(next)
  const state = packed.state.map((name, i) => [name, { input: inputs[i]!, next: next() }] as const)
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, next()]))
  return {
    state: Object.fromEntries(state),
    reports: named(packed.reports),
    rows: named(packed.rows),
    summary: named(packed.summary),
  }
}
