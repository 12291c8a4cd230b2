import type { OpName } from '../rule.ts'
import type { Tensor } from '../tensor.ts'

/** Instructions of a chain; their numbers are those of `native/`. */
export const opcodes = {
  copy: 0,
  neg: 1,
  abs: 2,
  sign: 3,
  exp: 4,
  log: 5,
  log1p: 6,
  sqrt: 7,
  tanh: 8,
  sigmoid: 9,
  softplus: 10,
  relu: 11,
  floor: 12,
  not: 13,
  toBool: 14,
  erf: 15,
  add: 20,
  sub: 21,
  mul: 22,
  div: 23,
  max: 24,
  min: 25,
  less: 26,
  equal: 27,
  and: 28,
  or: 29,
  xor: 30,
  select: 40,
  clip: 41,
} as const

export type Opcode = keyof typeof opcodes

/** An operand of an instruction: one of the expression's inputs, or a number. */
export type Argument = Tensor | number

export interface Operation {
  readonly opcode: Opcode
  readonly arguments: readonly Argument[]
}

const byName: ReadonlySet<OpName> = new Set<OpName & Opcode>([
  'neg',
  'abs',
  'sign',
  'exp',
  'log',
  'log1p',
  'sqrt',
  'tanh',
  'sigmoid',
  'softplus',
  'relu',
  'floor',
  'not',
  'erf',
  'add',
  'sub',
  'mul',
  'div',
  'max',
  'min',
  'less',
  'equal',
  'and',
  'or',
  'xor',
])

const isReal = ({ dtype }: Tensor) => dtype === 'float' || dtype === 'bool'

/** The instruction that computes one element of an expression from those of its inputs; undefined if there is none. */
export function operation(node: Tensor): Operation | undefined {
  if (!isReal(node)) return undefined
  const [first] = node.inputs as [Tensor]
  switch (node.op) {
    case 'cast':
      if (first.dtype === 'double') return undefined
      return { opcode: node.dtype === 'bool' ? 'toBool' : 'copy', arguments: [first] }
    case 'clip': {
      const { low, high } = node.attributesOf('clip')
      return { opcode: 'clip', arguments: [first, low, high] }
    }
    case 'pow':
      return power(node)
    case 'select':
      return { opcode: 'select', arguments: [truth(first), ...node.inputs.slice(1)] }
    default:
      if (!byName.has(node.op) || !node.inputs.every(isReal)) return undefined
      return { opcode: node.op as Opcode, arguments: node.inputs }
  }
}

/** What a selection tests: the number itself where that is converted to a truth value, since all but 0 is true. */
const truth = (x: Tensor): Tensor =>
  x.op === 'cast' && x.inputs[0]!.dtype === 'float' ? x.inputs[0]! : x

/** Powers that basic arithmetic gives exactly rounded, or nearly so. */
function power(node: Tensor): Operation | undefined {
  const [x, y] = node.inputs as [Tensor, Tensor]
  switch (numberOf(y)) {
    case -1:
      return { opcode: 'div', arguments: [1, x] }
    case 0.5:
      return { opcode: 'sqrt', arguments: [x] }
    case 2:
      return { opcode: 'mul', arguments: [x, x] }
    default:
      return undefined
  }
}

/** The number that a constant of one element is. */
export function numberOf(x: Tensor): number | undefined {
  if (x.op !== 'constant' || x.dtype === 'double') return undefined
  const { data } = x.attributesOf('constant').value
  return data.length === 1 ? Number(data[0]) : undefined
}
