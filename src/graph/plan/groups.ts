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
  /** Number of axes (sizes of 1 not counted) before the division; undefined where all are reduced. */
  readonly split?: number | undefined
}

/** Expressions that one kernel computes. */
export interface Group {
  /** Element-wise expressions and reductions over one space; of anything else, one expression and what it absorbs. */
  readonly nodes: readonly Tensor[]
  /** Sizes of the space without those of 1; undefined where this is not a chain. */
  readonly sizes?: readonly number[] | undefined
  readonly reduction?: Reduction | undefined
  /** What a chain reads from elsewhere, by `keyOf`; single numbers that are known are not among it. */
  readonly reads: ReadonlyMap<string, Read>
}

/** Whether an expression is a sum or a maximum over some of its input's axes. */
export const isReduction = ({ op }: Tensor) => op === 'sum' || op === 'reduceMax'

/** How a reduction divides the axes of its input; undefined where a kernel of one pass cannot compute it. */
export function reductionOf(node: Tensor): Reduction | undefined {
  if (!isReduction(node) || !isStatic(node.inputs[0]!)) return undefined
  const shape = node.inputs[0]!.shape as readonly number[]
  const { axes } = node.attributesOf(node.op as 'sum')
  const reduced = shape.flatMap((d, i) => (d === 1 ? [] : [axes.includes(i)]))
  const kept = reduced.filter((r) => !r).length
  if (kept === 0) return node.op === 'sum' ? { family: 'all' } : undefined
  if (kept === reduced.length) return undefined
  if (reduced.indexOf(true) === kept) return { family: 'rows', split: kept }
  if (reduced.lastIndexOf(true) === reduced.length - kept - 1 && node.op === 'sum')
    return { family: 'columns', split: reduced.length - kept }
  return undefined
}

/** Sizes, without those of 1, of the space that an expression is computed over. */
export const sizesOf = (node: Tensor): number[] =>
  isStatic(node)
    ? withoutOnes((isReduction(node) ? node.inputs[0]! : node).shape as readonly number[])
    : []

const canChain = (node: Tensor) =>
  isStatic(node) && (operation(node) !== undefined || reductionOf(node) !== undefined)

/** A group to which what it absorbs is still to be added. */
export interface MutableGroup extends Group {
  readonly nodes: Tensor[]
}

/** An expression that is left to the runtime. */
export const opOf = (node: Tensor): MutableGroup => ({ nodes: [node], reads: new Map() })

/** A chain of one expression; undefined where no kernel of one pass computes it. */
export function chainOfOne(node: Tensor): MutableGroup | undefined {
  if (!canChain(node)) return undefined
  const reads = new Map<string, Read>()
  for (const input of operation(node)?.arguments ?? node.inputs) {
    if (typeof input === 'number' || numberOf(viewOf(input).base) !== undefined) continue
    const read = readOf(node, input)
    reads.set(keyOf(read), read)
  }
  const chain = { nodes: [node], sizes: sizesOf(node), reduction: reductionOf(node), reads }
  return spaceFor(chain) && chain
}

/** One chain of two; undefined where no kernel of one pass computes both. */
export function joined(first: MutableGroup, second: MutableGroup): MutableGroup | undefined {
  const reduction = first.reduction ?? second.reduction
  const other = second.reduction
  if (reduction && other && (reduction.family !== other.family || reduction.split !== other.split))
    return undefined
  const nodes = [...first.nodes, ...second.nodes].sort((a, b) => a.id - b.id)
  const inside = new Set(nodes)
  const reads = new Map([...first.reads, ...second.reads].filter(([, r]) => !inside.has(r.base)))
  const joint = { nodes, sizes: first.sizes, reduction, reads }
  return spaceFor(joint) && joint
}

/** The axes of a chain, merged; undefined where it cannot run over them. */
function spaceFor({ sizes, reduction, reads }: Group): Space | undefined {
  const strides = [...reads.values()].map((read) => read.strides)
  return collapsed(sizes!, strides, reduction?.split)
}

/** An array that a chain reads: element offset + Σ iₖ · strides[k] at index (i₀, i₁, …). */
export interface Read {
  readonly base: Tensor
  readonly offset: number
  readonly strides: readonly number[]
}

/** How an expression of a chain reads one of its inputs. */
export function readOf(node: Tensor, input: Tensor): Read {
  const view = viewOf(input)
  const shape = (isReduction(node) ? input : node).shape as readonly number[]
  return { base: view.base, offset: view.offset, strides: stridesIn(view, shape) }
}

/** Text that is equal for reads of the same elements. */
export const keyOf = ({ base, offset, strides }: Read) => `${base.id}+${offset}:${strides}`

/** The computed values that an expression reads. */
export const sourcesOf = (node: Tensor): Tensor[] => node.inputs.map((input) => viewOf(input).base)

/** Whether an expression reads an array, and each element of it at that element's index. */
export function readsWhole(reader: Tensor, array: Tensor): boolean {
  const views = reader.inputs.map(viewOf).filter(({ base }) => base === array)
  const sizes = sizesOf(reader)
  return (
    views.length > 0 &&
    views.every((view) => isIdentity(view) && sameShape(withoutOnes(view.shape), sizes))
  )
}
