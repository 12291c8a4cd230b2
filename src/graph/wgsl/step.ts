import { type LoopProgram, STEPS } from '../loop.ts'
import { inputsOf } from '../lower.ts'
import { type Tensor, topological } from '../tensor.ts'
import type { Update } from './order.ts'
import { withSizes } from './static.ts'

/** One step of a loop as expressions over its state, what is fixed, and row k of what is fed for all steps. */
export interface LoopStep {
  readonly updates: readonly (Update & { readonly name: string })[]
  readonly reports: Readonly<Record<string, Tensor>>
  /** Inputs `[K, …]` of which a step reads its row, with the shape of a row. */
  readonly rows: ReadonlyMap<string, Tensor>
}

/** The step of a loop. What is computed for all steps before a loop is computed in each step, of its row alone. */
export function stepOf(program: LoopProgram): LoopStep {
  const names = Object.keys(program.rows)
  const all = Object.values(program.rows)
  requireRowwise(all)
  const rows = withSizes(all, { [STEPS]: 1 })
  const replaced = new Map(
    names.map((name, i) => {
      const row = rows[i]!
      return [name, row.reshape(row.shape.slice(1))] as const
    }),
  )
  const state = Object.entries(program.state)
  const reports = Object.entries(program.reports)
  const outputs = [
    ...state.map(([, { next }]) => next),
    ...state.map(([, { input }]) => input),
    ...reports.map(([, value]) => value),
  ]
  const made = withSizes(outputs, {}, replaced)
  const fed = [...inputsOf(rows)].filter(([name]) => {
    const [first] = inputsOf(all).get(name)!.shape
    return first === STEPS
  })
  return {
    updates: state.map(([name], i) => ({ name, next: made[i]!, input: made[state.length + i]! })),
    reports: Object.fromEntries(reports.map(([name], i) => [name, made[2 * state.length + i]!])),
    rows: new Map(fed),
  }
}

/** Throws unless row k of each expression is made of rows k of the inputs only. */
function requireRowwise(rows: readonly Tensor[]): void {
  const hasRows = ({ shape }: Tensor) => shape[0] === STEPS
  for (const node of topological(rows)) {
    const mixes =
      (node.inputs.some(hasRows) && !hasRows(node)) ||
      (node.op === 'transpose' && node.attributesOf('transpose').permutation[0] !== 0)
    if (mixes) throw new Error(`${node.op} takes the rows of several steps at once`)
  }
}
