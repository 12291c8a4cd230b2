import { Tensor } from '../tensor.ts'
import { type Kernel, makers, needs } from './kernels.ts'

/** A value that is fed to a step, and the expression that replaces it. */
export interface Update {
  readonly input: Tensor
  readonly next: Tensor
}

/** A kernel that runs, or where its sum is computed in parts, the first half of it. */
export interface Stage {
  readonly kernel: Kernel
  readonly isPartial: boolean
}

/** Kernels in the order in which they run. */
export interface Order {
  /** Stages of one level need nothing of each other: they run side by side. */
  readonly levels: readonly (readonly Stage[])[]
  /** The level at which a kernel begins, and the one at which it has stored what it computes. */
  readonly spans: ReadonlyMap<Kernel, Span>
  /** For each expression that is written over the input that it replaces, those inputs. */
  readonly targets: ReadonlyMap<Tensor, readonly Tensor[]>
}

export interface Span {
  readonly start: number
  readonly end: number
}

/**
 * Orders kernels. What replaces an input is written over it where that can be: each element from the same one, after all
 * others that read the old value. Otherwise it is stored, and copied at the end.
 */
export function ordered(given: readonly Kernel[], updates: readonly Update[]): Order {
  const makerOf = makers(given)
  const kernels = [...given]
  const after = new Map<Kernel, Set<Kernel>>()
  const targets = new Map<Tensor, Tensor[]>()
  const follow = (kernel: Kernel, others: readonly Kernel[]) =>
    after.set(kernel, new Set([...(after.get(kernel) ?? []), ...others]))
  for (const { input, next } of updates) {
    const maker = makerOf.get(next)!
    const readers = kernels.filter((kernel) => kernel !== maker && kernel.reads.has(input))
    const reads = maker.reads.get(input) ?? true
    if (reads && !readers.some((reader) => needs(reader, maker, makerOf, after))) {
      follow(maker, readers)
      targets.set(next, [...(targets.get(next) ?? []), input])
      continue
    }
    const copy = Tensor.apply('stopGradient', [next], {})
    const kernel = { roots: [copy], splits: 1, reads: new Map([[next, true]]), size: 1 }
    kernels.push(kernel)
    makerOf.set(copy, kernel)
    follow(kernel, [...readers, maker])
    targets.set(copy, [input])
  }
  const spans = spansOf(kernels, makerOf, after)
  return { levels: levelsOf(kernels, spans), spans, targets }
}

function spansOf(
  kernels: readonly Kernel[],
  makerOf: ReadonlyMap<Tensor, Kernel>,
  after: ReadonlyMap<Kernel, ReadonlySet<Kernel>>,
): Map<Kernel, Span> {
  const spans = new Map<Kernel, Span>()
  const spanOf = (kernel: Kernel): Span => {
    const known = spans.get(kernel)
    if (known) return known
    const sources = [...kernel.reads.keys()].flatMap((node) => makerOf.get(node) ?? [])
    const before = [...sources, ...(after.get(kernel) ?? [])].filter((other) => other !== kernel)
    const start = Math.max(-1, ...before.map((other) => spanOf(other).end)) + 1
    const span = { start, end: start + Number(kernel.splits > 1) }
    spans.set(kernel, span)
    return span
  }
  for (const kernel of kernels) spanOf(kernel)
  return spans
}

function levelsOf(kernels: readonly Kernel[], spans: ReadonlyMap<Kernel, Span>): Stage[][] {
  const levels: Stage[][] = []
  const put = (level: number, stage: Stage) => {
    levels[level] ??= []
    levels[level].push(stage)
  }
  for (const kernel of kernels) {
    const { start, end } = spans.get(kernel)!
    if (end > start) put(start, { kernel, isPartial: true })
    put(end, { kernel, isPartial: false })
  }
  return levels
}
