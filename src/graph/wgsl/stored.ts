import type { Tensor } from '../tensor.ts'
import { costOf, elementsOf, isKernel, isSource, rereads } from './costs.ts'

/** The most expressions that one part computes. */
const MOST_EXPRESSIONS = 256
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
    if (!isSource(node) && sizeWithin(node, stored) > MOST_EXPRESSIONS)
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

const sizeWithin = (node: Tensor, stored: ReadonlySet<Tensor>) => within(node, stored).size

const costWithin = (node: Tensor, stored: ReadonlySet<Tensor>) =>
  [...within(node, stored)].reduce((sum, each) => sum + costOf(each), 0)
