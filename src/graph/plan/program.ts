import type { Tensor } from '../tensor.ts'
import { type Group, isReduction, keyOf, type Read, readOf } from './groups.ts'
import { numberOf, type Opcode, operation } from './opcodes.ts'
import { collapsed } from './space.ts'
import { viewOf } from './view.ts'

/** An operand: a data input (its number), a register (behind the inputs), or a constant (-1 minus its number). */
export type Operand = number

export interface Instruction {
  readonly opcode: Opcode
  readonly destination: Operand
  readonly arguments: readonly Operand[]
}

/** What a chain gives: a value at every index, or a reduction of one. */
export type ResultKind = 'each' | 'row sum' | 'column sum' | 'sum' | 'row maximum'

export interface Result {
  readonly node: Tensor
  readonly kind: ResultKind
  readonly operand: Operand
  /** The data input that the result is written over; undefined where it is an array of its own. */
  readonly target?: number | undefined
}

/**
 * A program that runs once for each index of a space. Sums of rows are over the inner index, sums of columns over all
 * others.
 */
export interface Chain {
  /** Sizes, outermost first; the last is the inner one. */
  readonly space: readonly number[]
  readonly inputs: readonly Read[]
  readonly constants: readonly number[]
  readonly code: readonly Instruction[]
  readonly results: readonly Result[]
}

/** A value of a program before registers are assigned. */
type Value = { readonly input: number } | { readonly constant: number } | { readonly step: number }

interface Step {
  readonly opcode: Opcode
  readonly arguments: readonly Value[]
}

/**
 * The program of a group of expressions.
 *
 * @param outputs expressions of the group that something else needs
 * @param targets inputs of the graph that an output is written over
 */
export function chainOf(
  group: Group,
  outputs: readonly Tensor[],
  targets: ReadonlyMap<Tensor, Tensor>,
): Chain {
  const writer = new Writer(group)
  const results = outputs.map((node) => {
    const value = isReduction(node) ? writer.read(node, node.inputs[0]!) : writer.value(node)
    const target = targets.get(node)
    return { node, kind: kindOf(node, group), value, target: target && writer.whole(target, node) }
  })
  const { inputs, constants, steps } = writer
  const strides = inputs.map((input) => input.strides)
  const space = collapsed(group.sizes!, strides, group.reduction?.split)!
  const registers = assigned(
    steps,
    results.map((r) => r.value),
  )
  const operand = (value: Value): Operand => {
    if ('input' in value) return value.input
    return 'constant' in value ? -1 - value.constant : inputs.length + registers[value.step]!
  }
  return {
    space: space.sizes,
    inputs: inputs.map(({ base, offset }, i) => ({ base, offset, strides: space.strides[i]! })),
    constants,
    code: steps.map((step, i) => ({
      opcode: step.opcode,
      destination: operand({ step: i }),
      arguments: step.arguments.map(operand),
    })),
    results: results.map(({ value, ...result }) => ({ ...result, operand: operand(value) })),
  }
}

function kindOf({ op }: Tensor, { reduction }: Group): ResultKind {
  if (op === 'reduceMax') return 'row maximum'
  if (op !== 'sum') return 'each'
  return ({ rows: 'row sum', columns: 'column sum', all: 'sum' } as const)[reduction!.family]
}

/** Collects the inputs, constants and steps of a program, each once, in the order of their first use. */
class Writer {
  readonly inputs: Read[] = []
  readonly constants: number[] = []
  readonly steps: Step[] = []
  private readonly inside: ReadonlySet<Tensor>
  private readonly values = new Map<Tensor, Value>()
  private readonly known = new Map<string, number>()

  constructor(group: Group) {
    this.inside = new Set(group.nodes)
  }

  /** The value of an expression of the group. */
  value(node: Tensor): Value {
    const before = this.values.get(node)
    if (before) return before
    const { opcode, arguments: given } = operation(node)!
    const read = given.map((x) => (typeof x === 'number' ? this.constant(x) : this.read(node, x)))
    const value =
      opcode === 'copy' ? read[0]! : { step: this.steps.push({ opcode, arguments: read }) - 1 }
    this.values.set(node, value)
    return value
  }

  /** What an expression reads as its input. */
  read(node: Tensor, input: Tensor): Value {
    const { base } = viewOf(input)
    if (this.inside.has(base)) return this.value(base)
    const number = numberOf(base)
    return number === undefined ? this.input(readOf(node, input)) : this.constant(number)
  }

  /** The number of the data input that is an array as a whole, read as an expression of its shape is. */
  whole(array: Tensor, like: Tensor): number {
    return this.input(readOf(like, array)).input
  }

  private input(read: Read): { input: number } {
    const key = keyOf(read)
    let input = this.known.get(key)
    if (input === undefined) {
      input = this.inputs.push(read) - 1
      this.known.set(key, input)
    }
    return { input }
  }

  private constant(number: number): Value {
    const before = this.constants.findIndex((other) => Object.is(other, number))
    return { constant: before < 0 ? this.constants.push(number) - 1 : before }
  }
}

/** A register for each step: the lowest that no value needed later is in. Results are needed to the end. */
function assigned(steps: readonly Step[], results: readonly Value[]): number[] {
  const lastUse = new Map<number, number>()
  for (const [at, step] of steps.entries())
    for (const value of step.arguments) if ('step' in value) lastUse.set(value.step, at)
  for (const value of results) if ('step' in value) lastUse.set(value.step, steps.length)
  const registers: number[] = []
  const holds: number[] = []
  for (const at of steps.keys()) {
    const free = holds.findIndex((step) => (lastUse.get(step) ?? -1) <= at)
    const register = free < 0 ? holds.length : free
    holds[register] = at
    registers.push(register)
  }
  return registers
}
