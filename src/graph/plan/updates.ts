import type { OpName } from '../rule.ts'
import { sameShape } from '../shape.ts'
import type { Tensor } from '../tensor.ts'
import type { Grouping } from './grouping.ts'
import { type Group, isReduction } from './groups.ts'
import { viewOf } from './view.ts'

/** A value that the graph reads, and the expression that replaces it when the graph has run. */
export interface Update {
  readonly name: string
  readonly input: Tensor
  readonly next: Tensor
}

/** A chain that writes over what it reads. */
export interface InPlace {
  /** For each expression that replaces an input, that input. */
  readonly targets: ReadonlyMap<Tensor, Tensor>
  /** Kernels that read the old values, and so must have run. */
  readonly after: readonly Group[]
}

/**
 * Ops that ONNX Runtime may look through: what reads a transposed weight may come to read the weight itself. So what
 * reads their results counts as reading their input.
 */
const moving: ReadonlySet<OpName> = new Set(['transpose', 'reshape', 'slice', 'expand', 'cast'])

/**
 * The updates that a chain can make in place: nothing else needs the new value, and nothing that needs the old one
 * depends on what the chain computes.
 */
export function updatesInPlace(
  grouping: Grouping,
  outputs: readonly Tensor[],
  updates: readonly Update[],
): Map<Group, InPlace> {
  const found = new Map<Group, { targets: Map<Tensor, Tensor>; after: Group[] }>()
  const later = new Map<Group, Group[]>()
  const counts = new Map<Tensor, number>()
  for (const output of outputs) {
    const { base } = viewOf(output)
    counts.set(base, (counts.get(base) ?? 0) + 1)
  }
  for (const { input, next } of updates) {
    const group = grouping.of(next)
    if (!group.sizes || counts.get(next)! > 1 || !isReplaced(grouping, group, input, next)) continue
    const readers = readersOf(grouping, input)
    readers.delete(group)
    // The chain must not lead to a reader, also by way of orders that earlier updates have asked for.
    if (grouping.leads([group], readers, later)) continue
    const known = found.get(group) ?? { targets: new Map<Tensor, Tensor>(), after: [] as Group[] }
    known.targets.set(next, input)
    for (const reader of readers) {
      if (known.after.includes(reader) || grouping.leads([reader], new Set([group]))) continue
      known.after.push(reader)
      later.set(reader, [...(later.get(reader) ?? []), group])
    }
    found.set(group, known)
  }
  return found
}

/** Whether `next` is computed by a chain at each index from the same index of `input`, and read by nothing else. */
function isReplaced(grouping: Grouping, group: Group, input: Tensor, next: Tensor): boolean {
  const inside = new Set(group.nodes)
  return (
    !isReduction(next) &&
    inside.has(next) &&
    input.dtype === 'float' &&
    next.dtype === 'float' &&
    sameShape(input.shape, next.shape) &&
    input.size > 0 &&
    !grouping.isWanted(input) &&
    grouping.readersOf(next).every((reader) => inside.has(reader)) &&
    grouping.readsOnlyWhole(group, input)
  )
}

/** The kernels that read a value, also by way of ops that only move it. */
function readersOf(grouping: Grouping, value: Tensor): Set<Group> {
  const groups = new Set<Group>()
  const stack = [value]
  while (stack.length > 0)
    for (const reader of grouping.readersOf(stack.pop()!)) {
      groups.add(grouping.of(reader))
      if (moving.has(reader.op)) stack.push(reader)
    }
  return groups
}
