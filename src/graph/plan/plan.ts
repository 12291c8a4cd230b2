import { fused, usesOf } from '../fusions.ts'
import type { OpName } from '../rule.ts'
import { type Tensor, topological } from '../tensor.ts'
import { Grouping } from './grouping.ts'
import type { Group } from './groups.ts'
import { type Chain, chainOf } from './program.ts'
import { type Update, updatesInPlace } from './updates.ts'

/** One pass over memory, or one op that is left to the runtime. */
export type Kernel = ChainKernel | OpKernel

export interface ChainKernel {
  readonly kind: 'chain'
  readonly chain: Chain
  /** Expressions of other kernels that must have been computed, because they read what this one writes over. */
  readonly after: readonly Tensor[]
}

export interface OpKernel {
  readonly kind: 'op'
  /** The expression whose value others need. */
  readonly node: Tensor
  /** Expressions that are computed with it, such as the product of a sum. */
  readonly absorbed: readonly Tensor[]
}

/**
 * How expressions are computed by kernels. Whatever is data here can be written for any device: ONNX nodes with a native
 * operator, or shaders.
 */
export interface Plan {
  /** In an order in which they can run. */
  readonly kernels: readonly Kernel[]
  /** Names of the updates that chains make in place. */
  readonly inPlace: readonly string[]
}

/**
 * Plans the computation of simplified expressions.
 *
 * @param outputs what is needed as values; an update that is made in place is not
 * @param updates values that expressions among the outputs replace
 */
export function planned(outputs: readonly Tensor[], updates: readonly Update[] = []): Plan {
  const order = topological(outputs)
  const absorbed = absorbedBy(order, outputs)
  const grouping = new Grouping(order, outputs, absorbed)
  const inPlace = updatesInPlace(grouping, outputs, updates)
  const replaced = new Set([...inPlace.values()].flatMap(({ targets }) => [...targets.values()]))
  const kernels = grouping
    .inOrder(new Map([...inPlace].map(([group, { after }]) => [group, after])))
    .map((group): Kernel => {
      if (!group.sizes) return { kind: 'op', ...rooted(group, absorbed) }
      const { targets, after } = inPlace.get(group) ?? { targets: new Map(), after: [] }
      return {
        kind: 'chain',
        chain: chainOf(group, grouping.outputsOf(group), targets),
        after: after.map((other) => representative(grouping, other, absorbed)),
      }
    })
  return {
    kernels: kernels.filter((kernel) => kernel.kind === 'chain' || !sources.has(kernel.node.op)),
    inPlace: updates.filter(({ input }) => replaced.has(input)).map(({ name }) => name),
  }
}

/** What exists before anything runs. */
const sources: ReadonlySet<OpName> = new Set(['input', 'constant'])

/** Activations that the runtime computes together with the product before them. */
const activations: ReadonlySet<OpName> = new Set(['relu', 'sigmoid', 'tanh'])
const products: ReadonlySet<OpName> = new Set(['dot', 'conv2d', 'blockedConv'])

/** Expressions that one node of the runtime computes together with another: the part, and the whole. */
function absorbedBy(order: readonly Tensor[], outputs: readonly Tensor[]): Map<Tensor, Tensor> {
  const uses = usesOf(outputs)
  const absorbed = new Map<Tensor, Tensor>()
  for (const node of [...order].reverse()) {
    if (absorbed.has(node)) continue
    const parts = fused(node, uses)?.absorbed ?? []
    for (const part of parts) absorbed.set(part, node)
    const before = node.inputs[0]
    if (!activations.has(node.op) || !before || uses.get(before) !== 1 || parts.length > 0) continue
    const inner = products.has(before.op) ? [] : fused(before, uses)?.absorbed
    if (inner === undefined) continue
    for (const part of [before, ...inner]) absorbed.set(part, node)
  }
  return absorbed
}

/** The expression of a group that is left to the runtime, and what it absorbs. */
function rooted({ nodes }: Group, absorbed: ReadonlyMap<Tensor, Tensor>) {
  const node = nodes.find((n) => !absorbed.has(n))!
  return { node, absorbed: nodes.filter((n) => n !== node) }
}

/** An expression whose value says that a group has been computed. */
function representative(
  grouping: Grouping,
  group: Group,
  absorbed: ReadonlyMap<Tensor, Tensor>,
): Tensor {
  return group.sizes ? grouping.outputsOf(group)[0]! : rooted(group, absorbed).node
}
