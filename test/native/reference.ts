import type { Chain, Data } from './library.ts'
import { OPERATIONS } from './operations.ts'

const kernels = new Map(Object.values(OPERATIONS).map(([number, kernel]) => [number, kernel]))

/**
 * A program in float64, index by index: first the results of target -1, in order, then what the inputs hold
 * that are overwritten.
 */
export function reference(chain: Chain, data: readonly Data[]) {
  const space = sizesOf(chain, data)
  const inner = space.at(-1)!
  const total = space.reduce((product, size) => product * size, 1)
  const results = chain.outputs.map(([kind]) => {
    const size = [total, total / inner || outerOf(space), inner, 1, outerOf(space)][kind!]!
    return new Float64Array(size).fill(kind === 4 ? -Infinity : 0)
  })
  for (let flat = 0; flat < total; flat++) {
    const read = valuesAt(chain, data, indexOf(flat, space))
    for (const [k, [kind, operand]] of chain.outputs.entries()) {
      const value = read(operand!)
      const into = results[k]!
      if (kind === 0) into[flat] = value
      else if (kind === 4)
        into[Math.floor(flat / inner)] = Math.max(into[Math.floor(flat / inner)]!, value)
      else into[kind === 1 ? Math.floor(flat / inner) : kind === 2 ? flat % inner : 0]! += value
    }
  }
  const named = (wanted: (target: number) => boolean) =>
    results.filter((_, k) => wanted(chain.outputs[k]![2]!))
  return { results: named((target) => target < 0), overwritten: named((target) => target >= 0) }
}

const outerOf = (space: readonly number[]) =>
  space.slice(0, -1).reduce((product, size) => product * size, 1)

function sizesOf({ space, inputs }: Chain, data: readonly Data[]): number[] {
  if (space[0]! >= 0) return [...space]
  const k = inputs.findIndex((input) => input[2]! > 0)
  return [Math.floor(data[k]!.length / inputs[k]![2]!), ...space.slice(1)]
}

function indexOf(flat: number, space: readonly number[]): number[] {
  const index: number[] = []
  for (const size of [...space].reverse()) {
    index.unshift(flat % size)
    flat = Math.floor(flat / size)
  }
  return index
}

function valuesAt(chain: Chain, data: readonly Data[], index: readonly number[]) {
  const values = chain.inputs.map(([type, offset, ...strides], i) => {
    const x = Number(data[i]![strides.reduce((at, stride, d) => at + stride * index[d]!, offset!)]!)
    return type === 9 ? Number(x !== 0) : x
  })
  const read = (operand: number) =>
    operand < 0 ? Math.fround(chain.constants![-1 - operand]!) : values[operand]!
  for (const [operation, to, ...operands] of chain.code) {
    const kernel = kernels.get(operation!)!
    values[to!] = kernel(...operands.slice(0, kernel.length).map(read))
  }
  return read
}
