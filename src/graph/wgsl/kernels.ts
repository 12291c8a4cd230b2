import type { Tensor } from '../tensor.ts'
import { elementsOf, isInPlace, isKernel, isProduct, isSource } from './costs.ts'
import { factorsOf } from './parts/factors.ts'
import { reductionSplits } from './parts/reduction.ts'
import { divisionOf } from './parts/tiles.ts'
import { storedExpressions } from './stored.ts'

/** Limits of what one part computes. */
const [MOST_ROOTS, MOST_NODES] = [32, 512]

/** Expressions that one part computes, or two: one for parts of a long sum, one that adds them up. */
export interface Kernel {
  /** What it stores; all have the same number of elements. */
  readonly roots: readonly Tensor[]
  /** The product, reduction or selection that they are made of. */
  readonly main?: Tensor | undefined
  /** In how many parts `main` is summed up. */
  readonly splits: number
  /** What it reads that is stored or fed, and whether each of its elements reads the element of the same number only. */
  readonly reads: ReadonlyMap<Tensor, boolean>
  /** How many expressions it computes. */
  readonly size: number
}

/**
 * Divides expressions into kernels.
 *
 * @param order all expressions, each after its inputs
 * @param outputs those that are needed as such; inputs among them are copied
 */
export function kernelsOf(order: readonly Tensor[], outputs: ReadonlySet<Tensor>): Kernel[] {
  const stored = storedExpressions(order, outputs)
  const alone = order
    .filter((node) => stored.has(node))
    .map((root) => kernelOf([root], mainOf(root), stored))
  const fused = withMains(alone, outputs, stored)
  const merged = mergedKernels(fused, stored)
  return merged.map((kernel) => withoutOwn(kernel, merged, outputs, stored))
}

const mainOf = (root: Tensor) => (isKernel(root) ? root : undefined)

function kernelOf(
  roots: readonly Tensor[],
  main: Tensor | undefined,
  stored: ReadonlySet<Tensor>,
): Kernel {
  const reads = new Map<Tensor, boolean>()
  const seen = new Set<string>()
  const own = new Set(roots)
  const visit = (node: Tensor, inPlace: boolean) => {
    for (const input of node.inputs) {
      const same = inPlace && isInPlace(node, input)
      const isOwn = input === main || (own.has(input) && same)
      if (isSource(input) || (stored.has(input) && !isOwn)) {
        reads.set(input, same && (reads.get(input) ?? true))
        continue
      }
      const key = `${input.id} ${same}`
      if (seen.has(key)) continue
      seen.add(key)
      visit(input, same && input !== main)
    }
  }
  for (const root of roots) {
    seen.add(`${root.id} true`)
    // An input is its own copy.
    if (isSource(root)) reads.set(root, true)
    visit(root, root !== main)
  }
  return { roots, main, splits: splitsOf(main), reads, size: seen.size }
}

function splitsOf(main: Tensor | undefined): number {
  if (!main || elementsOf(main) === 0) return 1
  if (main.op === 'sum' || main.op === 'reduceMax') return reductionSplits(main)
  return isProduct(main) ? divisionOf(factorsOf(main)).splits : 1
}

/**
 * Products and reductions together with the element-wise expression that is made of them, where nothing else reads
 * them.
 */
function withMains(
  kernels: readonly Kernel[],
  outputs: ReadonlySet<Tensor>,
  stored: ReadonlySet<Tensor>,
): Kernel[] {
  const result = new Set(kernels)
  const readersOf = (node: Tensor) => [...result].filter(({ reads }) => reads.has(node))
  // Products first: they gain more.
  const mains = kernels.filter(({ main }) => main && canEndWithMore(main))
  mains.sort((a, b) => Number(isProduct(b.main!)) - Number(isProduct(a.main!)))
  for (const kernel of mains) {
    const main = kernel.main!
    const [reader, another] = readersOf(main)
    if (!reader || another || outputs.has(main) || reader.main || !reader.reads.get(main)) continue
    if (elementsOf(reader.roots[0]!) !== elementsOf(main)) continue
    result.delete(kernel)
    result.delete(reader)
    result.add(kernelOf(reader.roots, main, stored))
  }
  return [...result]
}

/** Whether more can be computed from a result before it is stored. */
const canEndWithMore = (main: Tensor) =>
  isProduct(main) || main.op === 'sum' || main.op === 'reduceMax' || main.op === 'scatterAdd'

/** Element-wise kernels of the same size that have something in common are one. */
function mergedKernels(kernels: readonly Kernel[], stored: ReadonlySet<Tensor>): Kernel[] {
  const result = new Set(kernels)
  const makerOf = makers(kernels)
  const alike = new Map<number, Kernel[]>()
  for (const kernel of kernels) {
    if (kernel.main) continue
    const size = elementsOf(kernel.roots[0]!)
    const others = alike.get(size) ?? []
    const found = others.findIndex(
      (other) => haveInCommon(kernel, other) && canMerge(kernel, other, makerOf),
    )
    if (found < 0) {
      alike.set(size, [...others, kernel])
      continue
    }
    const other = others[found]!
    const roots = [...other.roots, ...kernel.roots].sort((a, b) => a.id - b.id)
    const merged = kernelOf(roots, undefined, stored)
    result.delete(kernel)
    result.delete(other)
    result.add(merged)
    for (const root of roots) makerOf.set(root, merged)
    alike.set(size, others.with(found, merged))
  }
  return [...result]
}

function haveInCommon(a: Kernel, b: Kernel): boolean {
  const ofOther = (kernel: Kernel, other: Kernel) =>
    other.roots.some((root) => kernel.reads.has(root))
  if (ofOther(a, b) || ofOther(b, a)) return true
  return [...a.reads.keys()].some((node) => elementsOf(node) > 1 && b.reads.has(node))
}

/** Whether two kernels can be one: neither needs the other but element by element, and no third stands between them. */
function canMerge(a: Kernel, b: Kernel, makerOf: ReadonlyMap<Tensor, Kernel>): boolean {
  if (a.roots.length + b.roots.length > MOST_ROOTS || a.size + b.size > MOST_NODES) return false
  const ofOther = (kernel: Kernel, other: Kernel) =>
    other.roots.every((root) => kernel.reads.get(root) ?? true)
  if (!ofOther(a, b) || !ofOther(b, a)) return false
  const throughThird = (from: Kernel, to: Kernel) =>
    [...from.reads.keys()].some((node) => {
      const maker = makerOf.get(node)
      return maker !== undefined && maker !== to && maker !== from && needs(maker, to, makerOf)
    })
  return !throughThird(a, b) && !throughThird(b, a)
}

/** The kernel that stores each expression. */
export const makers = (kernels: Iterable<Kernel>): Map<Tensor, Kernel> =>
  new Map([...kernels].flatMap((kernel) => kernel.roots.map((root) => [root, kernel] as const)))

/** Whether a kernel needs another one, by any way. */
export function needs(
  from: Kernel,
  to: Kernel,
  makerOf: ReadonlyMap<Tensor, Kernel>,
  after: ReadonlyMap<Kernel, ReadonlySet<Kernel>> = new Map(),
): boolean {
  const seen = new Set([from])
  for (const kernel of seen) {
    if (kernel === to) return true
    for (const node of kernel.reads.keys()) {
      const maker = makerOf.get(node)
      if (maker) seen.add(maker)
    }
    for (const other of after.get(kernel) ?? []) seen.add(other)
  }
  return false
}

/** A kernel that does not store what it alone reads. */
function withoutOwn(
  kernel: Kernel,
  kernels: readonly Kernel[],
  outputs: ReadonlySet<Tensor>,
  stored: Set<Tensor>,
): Kernel {
  if (kernel.main || kernel.roots.length === 1) return kernel
  const needed = (root: Tensor) =>
    outputs.has(root) || kernels.some((other) => other !== kernel && other.reads.has(root))
  const roots = kernel.roots.filter(needed)
  for (const root of kernel.roots) if (!roots.includes(root)) stored.delete(root)
  return kernelOf(roots, undefined, stored)
}
