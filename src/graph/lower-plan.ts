import { fused, usesOf } from './fusions.ts'
import { plain, type Scope } from './lower.ts'
import type { Read } from './plan/groups.ts'
import { opcodes } from './plan/opcodes.ts'
import type { ChainKernel, Kernel, Plan } from './plan/plan.ts'
import type { ResultKind } from './plan/program.ts'
import { type OnnxAttributes, onnxTypes } from './rule.ts'
import type { Tensor } from './tensor.ts'

const kinds: Readonly<Record<ResultKind, number>> = {
  each: 0,
  'row sum': 1,
  'column sum': 2,
  sum: 3,
  'row maximum': 4,
}

/** What the nodes of a plan are called. */
export interface Lowered {
  /** The name of each output's value; of an update that is made in place, that of its token. */
  readonly names: readonly string[]
  /** A value that exists when all updates in place have been made; undefined where there is none. */
  readonly done: string | undefined
}

/**
 * Adds the nodes of a plan to a scope: a node of the operator `Chain` for each chain, and ONNX's own for the rest. Nodes
 * that must run after others, since they write over what those read, have those as further inputs.
 *
 * @param outputs those that the plan is for
 * @param bound names of values that exist already: inputs, and what an enclosing scope has computed
 * @param overwritten values of `bound` that chains can read only after something else has run, by the name of a value
 * that exists then
 */
export function lowerPlan(
  to: Scope,
  plan: Plan,
  outputs: readonly Tensor[],
  bound: ReadonlyMap<Tensor, string>,
  overwritten: ReadonlyMap<Tensor, string> = new Map(),
): Lowered {
  const names = new Map(bound)
  const chained = new Set(plan.kernels.flatMap(chainResults))
  const uses = usesOf(outputs)
  let done: string | undefined

  const visit = (node: Tensor): string => {
    const known = names.get(node)
    if (known !== undefined) return known
    if (chained.has(node)) throw new Error(`${node.op} is read before its chain has run`)
    const name = fused(node, uses)?.onnx(to, visit) ?? plain(to, node, visit)
    names.set(node, name)
    return name
  }
  const run = (kernel: Kernel) => {
    if (kernel.kind === 'op') return void visit(kernel.node)
    const changed = kernel.chain.inputs.flatMap(({ base }) => overwritten.get(base) ?? [])
    const before = [...kernel.after.map(visit), ...new Set(changed)]
    const updates = kernel.chain.results.some(({ target }) => target !== undefined)
    // One update after the other: the last one stands for all.
    if (updates && done !== undefined) before.push(done)
    const values = writeChain(to, kernel, visit, before)
    const token = updates ? values.at(-1)! : undefined
    let next = 0
    for (const { node, target } of kernel.chain.results) {
      const value = target === undefined ? values[next++]! : token!
      names.set(
        node,
        node.dtype === 'bool' ? to.op('Cast', [value], { to: { int: onnxTypes.bool } }) : value,
      )
    }
    if (updates) done = token
  }
  for (const kernel of plan.kernels) run(kernel)
  return { names: outputs.map(visit), done }
}

const chainResults = (kernel: Kernel): readonly Tensor[] =>
  kernel.kind === 'chain' ? kernel.chain.results.map(({ node }) => node) : []

/** Adds the node of a chain; returns the names of what it computes, and of its token where it updates something. */
function writeChain(
  to: Scope,
  { chain }: ChainKernel,
  visit: (x: Tensor) => string,
  before: readonly string[],
): string[] {
  const { space, inputs, constants, code, results } = chain
  const written = results.filter(({ target }) => target === undefined)
  const updates = written.length < results.length
  const attributes: OnnxAttributes = {
    space: { ints: space },
    inputs: { ints: inputs.flatMap(layout) },
    constants: { floats: constants },
    code: {
      ints: code.flatMap(({ opcode, destination, arguments: [a = 0, b = 0, c = 0] }) => [
        opcodes[opcode],
        destination,
        a,
        b,
        c,
      ]),
    },
    outputs: {
      ints: results.flatMap(({ kind, operand, target = -1 }) => [kinds[kind], operand, target]),
    },
    shapes: { ints: written.flatMap(({ node }) => [node.rank, ...(node.shape as number[])]) },
  }
  return to.ops(
    'latentlab.Chain',
    [...inputs.map(({ base }) => visit(base)), ...before],
    written.length + Number(updates),
    attributes,
  )
}

const layout = ({ base, offset, strides }: Read) => [onnxTypes[base.dtype], offset, ...strides]
