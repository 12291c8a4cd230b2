import { evaluateNode, interpret } from '../../../src/graph/interpret.ts'
import { opTable } from '../../../src/graph/ops/table.ts'
import type { Opcode } from '../../../src/graph/plan/opcodes.ts'
import type { ChainKernel, Plan } from '../../../src/graph/plan/plan.ts'
import type { Chain, Result } from '../../../src/graph/plan/program.ts'
import type { Value } from '../../../src/graph/rule.ts'
import { type Tensor, topological } from '../../../src/graph/tensor.ts'
import { sizeOf } from '../../../src/tensor/host.ts'
import type { Feeds } from '../runtime.ts'

/**
 * Runs a plan in float64, kernel after kernel. Memory is as on a device: what a chain writes in place is gone for
 * whatever reads it later, and views show the memory as it is when they are read.
 *
 * @returns the value of an expression, when everything has run
 */
export function interpretPlan(
  plan: Plan,
  outputs: readonly Tensor[],
  feeds: Feeds,
): (node: Tensor) => Value {
  const memory = new Map<Tensor, Value>()
  const inputs = topological(outputs).filter((node) => node.op === 'input')
  interpret(inputs, feeds).forEach((value, i) => {
    memory.set(inputs[i]!, { ...value, data: value.data.slice() as never })
  })
  const computed = new Set<Tensor>(
    plan.kernels.flatMap((k) => (k.kind === 'op' ? [k.node] : k.chain.results.map((r) => r.node))),
  )
  const read = (node: Tensor): Value => {
    const known = memory.get(node)
    if (known) return known
    if (computed.has(node)) throw new Error(`${node.op} is read before it is computed`)
    return evaluateNode(node, node.inputs.map(read), Number)
  }
  for (const kernel of plan.kernels) {
    if (kernel.kind === 'chain') runChain(kernel, read, memory)
    else {
      const { node } = kernel
      memory.set(node, evaluateNode(node, node.inputs.map(read), Number))
    }
  }
  return read
}

function runChain(
  { chain }: ChainKernel,
  read: (node: Tensor) => Value,
  memory: Map<Tensor, Value>,
) {
  const arrays = chain.inputs.map(({ base }) => read(base).data)
  const size = sizeOf(chain.space)
  const inner = chain.space.at(-1)!
  const results = chain.results.map((result) => emptied(result, chain))
  const registers: number[] = []
  for (let i = 0; i < size; i++) {
    const at = indices(i, chain.space)
    const value = (operand: number): number => {
      if (operand < 0) return chain.constants[-1 - operand]!
      const input = chain.inputs[operand]
      if (!input) return registers[operand]!
      return Number(arrays[operand]![input.offset + dot(at, input.strides)])
    }
    for (const { opcode, destination, arguments: given } of chain.code)
      registers[destination] = scalar(opcode, given.map(value))
    chain.results.forEach(({ kind, operand }, k) => {
      const out = results[k]!
      const x = value(operand)
      if (kind === 'each') out[i] = x
      else if (kind === 'row sum') out[Math.floor(i / inner)]! += x
      else if (kind === 'column sum') out[i % inner]! += x
      else if (kind === 'sum') out[0]! += x
      else out[Math.floor(i / inner)] = Math.max(out[Math.floor(i / inner)]!, x)
    })
  }
  chain.results.forEach(({ node, target }, k) => {
    const shape = node.shape as number[]
    const value = { dtype: node.dtype, shape, data: results[k]! } as Value
    memory.set(target === undefined ? node : chain.inputs[target]!.base, value)
  })
}

/** What a result holds before the first index. */
function emptied({ node, kind }: Result, { space }: Chain): Float64Array {
  const sizes = { each: node.size, 'row sum': node.size, 'column sum': space.at(-1)!, sum: 1 }
  if (kind === 'row maximum') return new Float64Array(node.size).fill(Number.NEGATIVE_INFINITY)
  return new Float64Array(sizes[kind])
}

function indices(i: number, sizes: readonly number[]): number[] {
  let rest = i
  return [...sizes]
    .reverse()
    .map((size) => {
      const at = rest % size
      rest = Math.floor(rest / size)
      return at
    })
    .reverse()
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, i) => sum + x * b[i]!, 0)

/** One instruction, by the kernels of the op table where they have one. */
function scalar(opcode: Opcode, given: readonly number[]): number {
  const [a, b, c] = given as [number, number, number]
  switch (opcode) {
    case 'copy':
      return a
    case 'toBool':
      return Number(a !== 0)
    case 'not':
      return Number(a === 0)
    case 'less':
      return Number(a < b)
    case 'equal':
      return Number(a === b)
    case 'and':
      return Number(a !== 0 && b !== 0)
    case 'or':
      return Number(a !== 0 || b !== 0)
    case 'xor':
      return Number((a !== 0) !== (b !== 0))
    case 'select':
      return a !== 0 ? b : c
    case 'clip':
      return Math.min(Math.max(a, b), c)
    default: {
      const values = given.map(
        (x): Value => ({ dtype: 'float', shape: [], data: Float64Array.of(x) }),
      )
      return Number(opTable[opcode].reference(values, {} as never, Number).data[0])
    }
  }
}
