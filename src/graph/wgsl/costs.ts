import { sizeOf } from '../../tensor/host.ts'
import type { OpName } from '../rule.ts'
import type { Tensor } from '../tensor.ts'
import { elements } from './elements.ts'

/** Ops whose elements are others', elsewhere. */
const moving: ReadonlySet<OpName> = new Set<OpName>([
  'transpose',
  'slice',
  'pad',
  'concat',
  'gather',
  'intoBlocks',
  'outOfBlocks',
])

/** What an element costs, in additions, where it is not 1. */
const costs: Partial<Record<OpName, number>> = {
  stopGradient: 0,
  reshape: 0,
  expand: 0,
  transpose: 0,
  slice: 0,
  intoBlocks: 0,
  outOfBlocks: 0,
  cast: 0,
  neg: 0,
  concat: 3,
  gather: 2,
  div: 3,
  sqrt: 3,
  exp: 6,
  log: 6,
  log1p: 8,
  pow: 12,
  sin: 10,
  cos: 10,
  tanh: 8,
  sigmoid: 8,
  softplus: 12,
  erf: 12,
  lgamma: 30,
  polygamma: 40,
}

export const isSource = ({ op }: Tensor): boolean => op === 'input' || op === 'constant'

/** Whether an op is computed by a part of its own. */
export const isKernel = ({ op }: Tensor): boolean => elements[op] === 'kernel'

const products: ReadonlySet<OpName> = new Set<OpName>([
  'dot',
  'matmul',
  'conv2d',
  'convTranspose2d',
  'blockedConv',
])
export const isProduct = ({ op }: Tensor): boolean => products.has(op)

/** Whether an op's part reads the elements of its inputs several times. */
export const rereads = (node: Tensor): boolean =>
  isProduct(node) || node.op === 'smallest' || node.op === 'scatterAdd'

export const costOf = (node: Tensor): number =>
  costs[node.op] ?? (node.dtype === 'int64' && node.op === 'mul' ? 6 : 1)

export const elementsOf = (node: Tensor): number => sizeOf(node.shape as number[])

/** Whether an element is made of an input's element of the same number. */
export const isInPlace = (node: Tensor, input: Tensor): boolean =>
  !moving.has(node.op) && !isKernel(node) && elementsOf(input) === elementsOf(node)
