import { prepared } from '../lower.ts'
import { Tensor, topological } from '../tensor.ts'
import type { Arrangement } from './arrangement.ts'
import { isWritten } from './constants.ts'
import { elementsOf, isSource } from './costs.ts'
import { type Kernel, kernelsOf } from './kernels.ts'
import { requireRoom, TooLarge } from './memory.ts'
import { type Order, ordered, type Stage, type Update } from './order.ts'
import { elementwisePart } from './parts/elementwise.ts'
import type { Part, Work } from './parts/part.ts'
import { productPart } from './parts/product.ts'
import { reductionPart } from './parts/reduction.ts'
import { argMaxPart, scatterAddPart, smallestPart } from './parts/selection.ts'
import { lengthOf, type Place } from './place.ts'
import { RecordLayout } from './record-layout.ts'
import { type Shader, shaderOf } from './shader.ts'

/** Shaders that compute expressions, in the order in which they run. */
export interface Program {
  readonly shaders: readonly Shader[]
  /** The names of what is read: state, and what is bound or fed. */
  readonly inputs: readonly string[]
  readonly fed: RecordLayout
  readonly results: RecordLayout
}

/**
 * Compiles expressions without symbolic dimensions.
 *
 * @param outputs results by name
 * @param updates state that is replaced: inputs that the arrangement has places for
 */
export function programOf(
  arrangement: Arrangement,
  outputs: Readonly<Record<string, Tensor>>,
  updates: readonly (Update & { readonly name: string })[] = [],
): Program {
  const names = Object.keys(outputs)
  const simple = prepared([...Object.values(outputs), ...updates.map(({ next }) => next)], {})
  // An output that is an input or constant is computed as its copy.
  const wanted = simple.map((x) => (isSource(x) ? Tensor.apply('stopGradient', [x], {}) : x))
  const inputs = new Map(
    topological(wanted).flatMap((x) =>
      x.op === 'input' ? [[x.attributesOf('input').name, x] as const] : [],
    ),
  )
  const replaced = updates.flatMap(({ name }, i) => {
    const input = inputs.get(name)
    const value = simple[names.length + i]!
    const next = wanted[names.length + i]!
    return input === undefined || value !== input ? [{ name, input, next }] : []
  })
  return new Compiler(
    arrangement,
    new Map(names.map((name, i) => [name, wanted[i]!])),
    replaced,
    inputs,
  ).program()
}

class Compiler {
  private readonly places = new Map<Tensor, Place>()
  private readonly fed = new RecordLayout('fed', true)
  private readonly results = new RecordLayout('results', false)
  /** Where each result and each new state is stored. */
  private readonly stores = new Map<Tensor, Place[]>()

  constructor(
    private readonly arrangement: Arrangement,
    private readonly outputs: ReadonlyMap<string, Tensor>,
    private readonly updates: readonly { name: string; input: Tensor | undefined; next: Tensor }[],
    private readonly inputs: ReadonlyMap<string, Tensor>,
  ) {
    for (const [name, x] of inputs)
      this.places.set(
        x,
        arrangement.placeOf(name) ?? this.fed.add(name, x.dtype, x.shape as number[]).place,
      )
  }

  program(): Program {
    const { outputs, updates } = this
    const wanted = new Set([...outputs.values(), ...updates.map(({ next }) => next)])
    const order = topological([...wanted])
    order.forEach(requireIndices)
    for (const node of order)
      if (node.op === 'constant' && !isWritten(node.attributesOf('constant').value))
        this.places.set(node, this.arrangement.addConstant(node.attributesOf('constant').value))
    for (const [name, node] of outputs)
      this.storeAt(node, this.results.add(name, node.dtype, node.shape as number[]).place)
    // State that no expression reads has no input here; nothing can read it after it has been written.
    const unread = updates.filter(({ input }) => input === undefined)
    for (const { name, next } of unread) this.storeAt(next, this.arrangement.placeOf(name)!)
    const read = updates.flatMap(({ input, next }) => (input ? [{ input, next }] : []))
    const schedule = ordered(kernelsOf(order, wanted), read)
    for (const [next, inputs] of schedule.targets)
      for (const input of inputs) this.storeAt(next, this.places.get(input)!)
    const shaders = this.shaders(schedule)
    this.arrangement.requireFit()
    for (const { words } of [this.fed, this.results]) requireRoom(words, this.arrangement.limits)
    return { shaders, inputs: [...this.inputs.keys()], fed: this.fed, results: this.results }
  }

  private storeAt(node: Tensor, place: Place): void {
    this.stores.set(node, [...(this.stores.get(node) ?? []), place])
  }

  private shaders({ levels, spans }: Order): Shader[] {
    const { memory } = this.arrangement
    const lastRead = new Map<Tensor, number>()
    for (const [kernel, { end }] of spans)
      for (const node of kernel.reads.keys())
        lastRead.set(node, Math.max(end, lastRead.get(node) ?? 0))
    const partials = new Map<Kernel, Place>()
    /** What is freed after each level. */
    const ending: { place: Place; words: number }[][] = levels.map(() => [])
    const temporary = (words: number, last: number): Place => {
      const place = memory.allocate(words)
      ending[last]!.push({ place, words })
      return place
    }
    const shaders: Shader[] = []
    let parts = 0
    for (const [level, stages] of levels.entries()) {
      for (const { kernel, isPartial } of stages) {
        const { main, roots, splits } = kernel
        if (isPartial)
          partials.set(
            kernel,
            temporary(lengthOf('float', splits * elementsOf(main!), false), spans.get(kernel)!.end),
          )
        else
          for (const root of roots) {
            const last = lastRead.get(root)
            const known = this.stores.get(root)?.find(({ buffer }) => buffer !== 'results')
            if (last !== undefined)
              this.places.set(
                root,
                known ?? temporary(lengthOf(root.dtype, elementsOf(root), false), last),
              )
          }
      }
      const made = stages
        .map((stage) => this.part(stage, `${parts++}`, partials.get(stage.kernel)))
        .filter(({ workgroups }) => workgroups > 0)
      for (const some of inShaders(made)) shaders.push(shaderOf(some))
      for (const { place, words } of ending[level]!) memory.free(place, words)
    }
    return shaders
  }

  private part({ kernel, isPartial }: Stage, id: string, place: Place | undefined): Part {
    const { roots, main, splits } = kernel
    const stored = roots.map((node) => {
      const own = this.places.get(node)
      const others = this.stores.get(node) ?? []
      return { node, places: own && !others.includes(own) ? [own, ...others] : others }
    })
    const partial = place && { place, splits }
    const { unrolled } = this.arrangement.limits
    const work: Work = { unrolled, id, places: this.places, stored, main, partial }
    return !isPartial && splits > 1 ? elementwisePart(work) : partOf(work)
  }
}

/** Throws for an expression whose elements a shader cannot count, even where it is never stored. */
function requireIndices(node: Tensor): void {
  if (elementsOf(node) > MOST_ELEMENTS)
    throw new TooLarge(
      `${node.op} of shape [${node.shape.join(', ')}] has more elements than 32-bit indices can count`,
    )
}

function partOf(work: Work): Part {
  switch (work.main?.op) {
    case undefined:
      return elementwisePart(work)
    case 'sum':
    case 'reduceMax':
      return reductionPart(work)
    case 'argMax':
      return argMaxPart(work)
    case 'smallest':
      return smallestPart(work)
    case 'scatterAdd':
      return scatterAddPart(work)
    default:
      return productPart(work)
  }
}

/** An index of 32 bits, with room for the workgroup that is only partly needed. */
const MOST_ELEMENTS = 2 ** 32 - 2 ** 16
/** Lines of text that one shader has at most: compilers take longer than linear time. */
const MOST_LINES = 4000
/** Parts that one shader has at most: WGSL chains 127 conditions at most. */
const MOST_PARTS = 120

/** Parts in as few shaders as their length allows. */
function inShaders(parts: readonly Part[]): Part[][] {
  const shaders: Part[][] = []
  let lines = 0
  for (const part of parts) {
    const own = part.lines.length + part.own.length
    const latest = shaders.at(-1)
    if (!latest || lines + own > MOST_LINES || latest.length === MOST_PARTS) {
      shaders.push([])
      lines = 0
    }
    shaders.at(-1)!.push(part)
    lines += own
  }
  return shaders
}
