import { sameShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import { numberOf, operation } from './opcodes.ts'
import { collapsed, type Space } from './space.ts'
import { isIdentity, isStatic, stridesIn, viewOf, withoutOnes } from './view.ts'

/** How the reductions of a kernel divide its axes: `rows` reduces the last ones, `columns` the first ones. */
export type Family = 'rows' | 'columns' | 'all'

/** A reduction whose axes are the last ones, the first ones, or all. */
export interface Reduction {
  readonly family: Family
  /** Number of axes (sizes of 1 not counted) before the division. */
  readonly split: number
}

/** Expressions that one kernel computes. */
export interface Group {
  /** Element-wise expressions and reductions over one space; of anything else, one expression and what it absorbs. */
  readonly nodes: readonly Tensor[]
  /** Sizes of the space without those of 1; undefined where this is not a chain. */
  readonly sizes?: readonly number[] | undefined
  readonly reduction?: Reduction | undefined
}

/** A chain's values must fit the cache together, and its instructions a reader's patience. */
const MOST_NODES = 160
const MOST_INPUTS = 32
const MOST_OUTPUTS = 16

const isReduction = ({ op }: Tensor) => op === 'sum' || op === 'reduceMax'

/** How a reduction divides the axes of its input; undefined where a kernel of one pass cannot compute it. */
export function reductionOf(node: Tensor): Reduction | undefined {
  if (!isReduction(node) || !isStatic(node.inputs[0]!)) return undefined
  const shape = node.inputs[0]!.shape as readonly number[]
  const { axes } = node.attributesOf(node.op as 'sum')
  const reduced = shape.flatMap((d, i) => (d === 1 ? [] : [axes.includes(i)]))
  const kept = reduced.filter((r) => !r).length
  if (kept === 0) return node.op === 'sum' ? { family: 'all', split: 0 } : undefined
  if (kept === reduced.length) return undefined
  if (reduced.indexOf(true) === kept) return { family: 'rows', split: kept }
  if (reduced.lastIndexOf(true) === reduced.length - kept - 1 && node.op === 'sum')
    return { family: 'columns', split: reduced.length - kept }
  return undefined
}

/** Sizes, without those of 1, of the space that an expression is computed over. */
const sizesOf = (node: Tensor): number[] =>
  isStatic(node)
    ? withoutOnes((isReduction(node) ? node.inputs[0]! : node).shape as readonly number[])
    : []

const canChain = (node: Tensor) =>
  isStatic(node) && (operation(node) !== undefined || reductionOf(node) !== undefined)

/**
 * Divides expressions into kernels. Neighbours over the same space become one chain, and so do chains that read the same
 * array, unless something between them must be computed outside.
 */
export class Grouping {
  private readonly groupOf = new Map<Tensor, MutableGroup>()
  private readonly readers = new Map<Tensor, Tensor[]>()
  private readonly wanted: ReadonlySet<Tensor>
  private readonly order: readonly Tensor[]

  /**
   * @param order all expressions, each after its inputs
   * @param outputs those that are needed as such
   * @param absorbed expressions that the runtime computes together with another one, with that one
   */
  constructor(
    order: readonly Tensor[],
    outputs: readonly Tensor[],
    absorbed: ReadonlyMap<Tensor, Tensor>,
  ) {
    this.order = order.filter((node) => viewOf(node).base === node)
    this.wanted = new Set(outputs.map((output) => viewOf(output).base))
    const fixed = new Set(absorbed.values())
    for (const node of this.order) {
      for (const source of sourcesOf(node)) {
        const readers = this.readers.get(source)
        if (readers) readers.push(node)
        else this.readers.set(source, [node])
      }
      const chained = !absorbed.has(node) && !fixed.has(node) && canChain(node)
      const chain = { nodes: [node], sizes: sizesOf(node), reduction: reductionOf(node) }
      this.groupOf.set(node, chained && spaceFor(chain) ? chain : { nodes: [node] })
    }
    for (const [part, whole] of absorbed) {
      const group = this.groupOf.get(whole)!
      if (!group.nodes.includes(part)) group.nodes.push(part)
      this.groupOf.set(part, group)
    }
    // From the last to the first, so that an expression is computed where it is read rather than where it could be.
    for (const node of [...this.order].reverse())
      if (!isReduction(node))
        for (const reader of this.readersOf(node)) if (!isReduction(reader)) this.join(node, reader)
    this.joinReadersOfTheSame()
    for (const node of this.order)
      if (isReduction(node)) for (const source of sourcesOf(node)) this.join(source, node)
    this.joinReadersOfTheSame()
  }

  /** All kernels, in no particular order. */
  groups(): Group[] {
    return [...new Set(this.groupOf.values())]
  }

  /** The kernel that computes an expression, or the base of a view. */
  of(node: Tensor): Group {
    return this.groupOf.get(viewOf(node).base)!
  }

  /** The expressions of a chain that something else needs. */
  outputsOf(group: Group): Tensor[] {
    const inside = new Set(group.nodes)
    return group.nodes.filter(
      (node) =>
        isReduction(node) ||
        this.wanted.has(node) ||
        this.readersOf(node).some((reader) => !inside.has(reader)),
    )
  }

  readersOf(node: Tensor): readonly Tensor[] {
    return this.readers.get(node) ?? []
  }

  /** Whether an expression is needed as an output. */
  isWanted(node: Tensor): boolean {
    return this.wanted.has(viewOf(node).base)
  }

  /** Whether a chain reads an array at the index that it computes only. */
  readsOnlyWhole({ nodes }: Group, array: Tensor): boolean {
    return nodes.every((node) =>
      node.inputs.every((input) => viewOf(input).base !== array || readsWhole(node, array)),
    )
  }

  /** The kernels, each after those that it needs, and as soon as it can run: what it reads may still be in the cache. */
  inOrder(after: ReadonlyMap<Group, readonly Group[]>): Group[] {
    const groups = new Set(this.groupOf.values())
    const needs = new Map<Group, Set<Group>>()
    const ready = new Map<Group, number>()
    for (const group of groups) {
      const sources = group.nodes.flatMap(sourcesOf)
      const others = [...sources.map((s) => this.groupOf.get(s)!), ...(after.get(group) ?? [])]
      needs.set(group, new Set(others.filter((other) => other !== group)))
    }
    const readyOf = (group: Group): number => {
      const known = ready.get(group)
      if (known !== undefined) return known
      const own = group.sizes ? 0 : Math.max(...group.nodes.map((n) => n.id))
      const at = Math.max(own, ...[...needs.get(group)!].map(readyOf))
      ready.set(group, at)
      return at
    }
    const sorted: Group[] = []
    const placed = new Set<Group>()
    const place = (group: Group) => {
      if (placed.has(group)) return
      placed.add(group)
      for (const needed of needs.get(group)!) place(needed)
      sorted.push(group)
    }
    for (const group of [...groups].sort((a, b) => readyOf(a) - readyOf(b))) place(group)
    return sorted
  }

  /** Whether one of the kernels `to` needs, by any way, what one of `from` computes. */
  leads(
    from: readonly Group[],
    to: ReadonlySet<Group>,
    later: ReadonlyMap<Group, readonly Group[]> = new Map(),
  ): boolean {
    const seen = new Set<Group>(from)
    const stack = [...from]
    while (stack.length > 0) {
      const group = stack.pop()!
      const next = group.nodes.flatMap((n) => this.readersOf(n).map((r) => this.groupOf.get(r)!))
      for (const reader of [...next, ...(later.get(group) ?? [])]) {
        if (reader === group || seen.has(reader)) continue
        if (to.has(reader)) return true
        seen.add(reader)
        stack.push(reader)
      }
    }
    return false
  }

  private joinReadersOfTheSame() {
    for (const node of this.order) {
      const readers = this.readersOf(node).filter((r) => this.groupOf.get(r)!.sizes)
      for (const [i, first] of readers.entries())
        for (const second of readers.slice(i + 1))
          if (readsWhole(first, node) && readsWhole(second, node)) this.join(first, second)
    }
  }

  /** Makes one chain of those of two expressions, if that is possible. */
  private join(a: Tensor, b: Tensor): void {
    const first = this.groupOf.get(a)
    const second = this.groupOf.get(b)!
    if (!first?.sizes || !second.sizes || first === second) return
    if (!sameShape(first.sizes, second.sizes)) return
    const joint = joined(first, second)
    if (!joint || !this.isWithinBounds(joint) || !this.isConvex(first, second, joint)) return
    for (const node of joint.nodes) this.groupOf.set(node, joint)
  }

  private isWithinBounds(joint: MutableGroup): boolean {
    return (
      joint.nodes.length <= MOST_NODES &&
      readsOf(joint).length <= MOST_INPUTS &&
      this.outputsOf(joint).length <= MOST_OUTPUTS
    )
  }

  /** Whether nothing outside depends on one part and is needed by another. */
  private isConvex(first: Group, second: Group, joint: Group): boolean {
    const inside = new Set(joint.nodes)
    for (const node of joint.nodes)
      for (const input of node.inputs) {
        const view = viewOf(input)
        if (!inside.has(view.base)) continue
        if (isReduction(view.base) || !isIdentity(view)) return false
        if (!sameShape(sizesOf(node), withoutOnes(view.shape))) return false
      }
    const starts = joint.nodes
      .flatMap((node) => this.readersOf(node).map((r) => this.groupOf.get(r)!))
      .filter((group) => group !== first && group !== second)
    return !this.leads([...new Set(starts)], new Set([first, second]))
  }
}

type MutableGroup = {
  nodes: Tensor[]
  sizes?: readonly number[] | undefined
  reduction?: Reduction | undefined
}

function joined(first: MutableGroup, second: MutableGroup): MutableGroup | undefined {
  const reduction = first.reduction ?? second.reduction
  const other = second.reduction
  if (reduction && other && (reduction.family !== other.family || reduction.split !== other.split))
    return undefined
  const joint: MutableGroup = {
    nodes: [...first.nodes, ...second.nodes].sort((a, b) => a.id - b.id),
    sizes: first.sizes,
    reduction,
  }
  return spaceFor(joint) && joint
}

/** The axes of a chain, merged; undefined where it cannot run over them. */
function spaceFor(group: Group): Space | undefined {
  const strides = readsOf(group).map((read) => read.strides)
  const { family, split } = group.reduction ?? { family: 'all' }
  return collapsed(group.sizes!, strides, family === 'all' ? undefined : split)
}

/** An array that a chain reads from elsewhere. */
export interface Read {
  readonly base: Tensor
  readonly offset: number
  /** One for each size of the chain. */
  readonly strides: readonly number[]
}

/** How an expression of a chain reads one of its inputs. */
export function readOf(node: Tensor, input: Tensor): Read {
  const { base, offset, ...view } = viewOf(input)
  const shape = (isReduction(node) ? input : node).shape as readonly number[]
  return { base, offset, strides: stridesIn({ base, offset, ...view }, shape) }
}

/** Text that is equal for reads of the same elements. */
export const keyOf = ({ base, offset, strides }: Read) => `${base.id}+${offset}:${strides}`

/** What a chain reads from elsewhere; single numbers that are known are not among it. */
function readsOf({ nodes }: Group): Read[] {
  const inside = new Set(nodes)
  const reads = new Map<string, Read>()
  for (const node of nodes)
    for (const input of operation(node)?.arguments ?? node.inputs) {
      if (typeof input === 'number' || numberOf(viewOf(input).base) !== undefined) continue
      const read = readOf(node, input)
      if (!inside.has(read.base)) reads.set(keyOf(read), read)
    }
  return [...reads.values()]
}

/** The computed values that an expression reads. */
const sourcesOf = (node: Tensor): Tensor[] => node.inputs.map((input) => viewOf(input).base)

/** Whether an expression reads an array, and each element of it at that element's index. */
function readsWhole(reader: Tensor, array: Tensor): boolean {
  const views = reader.inputs.map(viewOf).filter(({ base }) => base === array)
  const sizes = sizesOf(reader)
  return (
    views.length > 0 &&
    views.every((view) => isIdentity(view) && sameShape(withoutOnes(view.shape), sizes))
  )
}
