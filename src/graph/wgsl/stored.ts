import type { Tensor } from '../tensor.ts'
import { costOf, elementsOf, isInPlace, isKernel, isSource, rereads } from './costs.ts'

/** The most expressions that one part computes, and the most elements of them that one element is made of. */
const [MOST_EXPRESSIONS, MOST_ELEMENTS] = [256, 1024]
/** Cost from which a value that several parts read is stored. */
const WORTH_STORING = 5
/** Cost from which a value that many elements are made of is stored, and how many those are. */
const [WORTH_STORING_ONCE, MANY] = [8, 8]

/**
 * The expressions that are stored; all others are written where they are read. Stored are outputs, what needs a part of
 * its own, and what would otherwise be computed too often.
 *
 * @param order all expressions, each after its inputs
 * @param outputs those that are needed as such
 */
export function storedExpressions(
  order: readonly Tensor[],
  outputs: ReadonlySet<Tensor>,
): Set<Tensor> {
  const stored = new Set(order.filter((node) => outputs.has(node) || isKernel(node)))
  for (const node of order)
    if (!isSource(node) && isTooLarge(node, stored))
      for (const input of node.inputs) if (!isSource(input)) stored.add(input)
  const readers = new Map<Tensor, Tensor[]>()
  for (const node of order)
    for (const input of new Set(node.inputs))
      readers.set(input, [...(readers.get(input) ?? []), node])
  /** The stored expressions that an expression is written into. */
  const into = new Map<Tensor, ReadonlySet<Tensor>>()
  for (const node of [...order].reverse()) {
    if (isSource(node)) continue
    const of = readers.get(node) ?? []
    const where = new Set(of.flatMap((r) => (stored.has(r) ? [r] : [...into.get(r)!])))
    into.set(node, where)
    if (!stored.has(node) && isWorthStoring(node, of, where, stored)) stored.add(node)
  }
  return stored
}

function isWorthStoring(
  node: Tensor,
  readers: readonly Tensor[],
  into: ReadonlySet<Tensor>,
  stored: ReadonlySet<Tensor>,
): boolean {
  const cost = costWithin(node, stored)
  if (into.size > 1 && cost >= WORTH_STORING) return true
  if (cost > 0 && costOf(node) > 0 && [...into].some(rereads)) return true
  return (
    cost >= WORTH_STORING_ONCE &&
    readers.some((reader) => !isKernel(reader) && elementsOf(reader) >= MANY * elementsOf(node))
  )
}

/** An expression and those that it is made of, up to stored ones. */
function within(node: Tensor, stored: ReadonlySet<Tensor>): Set<Tensor> {
  const found = new Set([node])
  for (const each of found)
    for (const input of each.inputs)
      if (!isSource(input) && !stored.has(input) && found.size <= MOST_EXPRESSIONS) found.add(input)
  return found
}

function isTooLarge(node: Tensor, stored: ReadonlySet<Tensor>): boolean {
  const parts = within(node, stored)
  return parts.size > MOST_EXPRESSIONS || elementsWithin(node, parts) > MOST_ELEMENTS
}

/**
 * How many elements of expressions are computed for one of `node`. What is read at the same index is computed once;
 * whatever moves elements reads one more, so that a chain of shifted sums doubles them at each link.
 */
function elementsWithin(node: Tensor, parts: ReadonlySet<Tensor>): number {
  const same = new Map([[node, 1]])
  const moved = new Map<Tensor, number>()
  let sum = 0
  // Readers first.
  for (const each of [...parts].sort((a, b) => b.id - a.id)) {
    const count = (same.get(each) ?? 0) + (moved.get(each) ?? 0)
    sum += count
    for (const input of new Set(each.inputs))
      if (isInPlace(each, input)) same.set(input, Math.max(count, same.get(input) ?? 0))
      else moved.set(input, count + (moved.get(input) ?? 0))
  }
  return sum
}

const costWithin = (node: Tensor, stored: ReadonlySet<Tensor>) =>
  [...within(node, stored)].reduce((sum, each) => sum + costOf(each), 0)
