import { sameShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import {
  chainOfOne,
  type Group,
  isReduction,
  joined,
  type MutableGroup,
  opOf,
  readsWhole,
  sizesOf,
  sourcesOf,
} from './groups.ts'
import { isIdentity, viewOf, withoutOnes } from './view.ts'

/** A chain's values must fit the cache together, and its instructions a reader's patience. */
const MOST_NODES = 160
const MOST_INPUTS = 32
const MOST_OUTPUTS = 16

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
      const chained = !absorbed.has(node) && !fixed.has(node)
      this.groupOf.set(node, (chained && chainOfOne(node)) || opOf(node))
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
      const readers = this.readersOf(node).filter(
        (reader) => this.groupOf.get(reader)!.sizes && readsWhole(reader, node),
      )
      for (const [i, first] of readers.entries())
        for (const second of readers.slice(i + 1)) this.join(first, second)
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
      joint.reads.size <= MOST_INPUTS &&
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
