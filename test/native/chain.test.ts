import { afterEach, describe, expect, it } from 'vitest'
import { availableLevels, type Chain, type Data, level, run, setLevel } from './library.ts'
import { reference } from './reference.ts'

const best = level()
afterEach(() => setLevel(best))

/** Small whole numbers, whose sums and products are exact. */
function whole(count: number, type: number, seed: number): Data {
  const at = (i: number) => (((i + 1) * (seed * 2 + 7) * 2654435761) >>> 7) % 17
  if (type === 1) return Float32Array.from({ length: count }, (_, i) => at(i) - 8)
  if (type === 7) return BigInt64Array.from({ length: count }, (_, i) => BigInt(at(i) - 8))
  return Uint8Array.from({ length: count }, (_, i) => (type === 9 ? at(i) & 1 : at(i)))
}

const sizeOf = (shape: readonly number[]) => shape.reduce((total, size) => total * size, 1)

/** Strides of a tensor of the space's sizes, 0 along the axes that it is broadcast over. */
function strides(space: readonly number[], broadcast: readonly number[] = []): number[] {
  let next = 1
  const list = space.map(() => 0)
  for (let d = space.length - 1; d >= 0; d--) {
    if (broadcast.includes(d)) continue
    list[d] = next
    next *= space[d]!
  }
  return list
}

function shapeOf(kind: number, space: readonly number[]): number[] {
  if (kind === 0) return [...space]
  return kind === 2 ? [space.at(-1)!] : kind === 3 ? [] : space.slice(0, -1)
}

/** Four inputs of each layout and type in turn, a program over them, and results of the given kinds. */
function sample(space: readonly number[], kinds: readonly number[], turn: number): [Chain, Data[]] {
  const last = space.length - 1
  const outer = space.map((_, d) => d).slice(0, -1)
  const layouts = [[], outer, [last], [...outer, last], [0]]
  const types = [1, 2, 7, 9]
  const inputs = [0, 1, 2, 3].map((i) => {
    const offset = (turn * 3 + i * 5) % 4
    const type = i === 0 ? 1 : types[(turn + i) % 4]!
    return [type, offset, ...strides(space, layouts[(turn * (i + 1) + i) % 5])]
  })
  const chain = {
    space,
    inputs,
    constants: [2, -3],
    code: [
      [22, 5, 0, -1, 0],
      [20, 5, 5, 1, 0],
      [24, 7, 2, -2, 0],
      [40, 6, 3, 5, 7],
      [21, 5, 6, 0, 0],
    ],
    outputs: kinds.map((kind, k) => [kind, [5, 6, 7, 1][k % 4]!, -1]),
    shapes: kinds.map((kind) => shapeOf(kind, space)),
  }
  const data = inputs.map(([type, offset, ...steps], i) => {
    const reach = space.reduce((at, size, d) => at + Math.max(0, size - 1) * steps[d]!, offset! + 1)
    return whole(reach, type!, turn * 4 + i)
  })
  return [chain, data]
}

const SPACES = [
  [0],
  [1],
  [7],
  [512],
  [40_000],
  [3, 0],
  [0, 3],
  [1, 1],
  [5, 1],
  [600, 1],
  [40, 7],
  [1000, 3],
  [7, 40],
  [3, 499],
  [2, 512],
  [3, 513],
  [2, 1001],
  [20, 784],
  [70, 500],
  [2, 3, 7],
  [4, 1, 40],
  [3, 2, 5, 513],
]
const KINDS = [
  [0],
  [1],
  [2],
  [3],
  [4],
  [0, 1, 4],
  [0, 2, 0],
  [3, 0, 0, 3],
  [0, 0, 4, 1],
  [2, 2, 2, 2],
]

describe('a program agrees with float64, exactly, at every level', () => {
  for (const space of SPACES) {
    it(`over ${space.join(' x ')}`, () => {
      KINDS.forEach((kinds, turn) => {
        const [chain, data] = sample(space, kinds, turn)
        const sizes = chain.shapes.map(sizeOf)
        const types = chain.inputs.map(([type]) => type!)
        const expected = reference(chain, data).results
        for (const number of availableLevels) {
          setLevel(number)
          const actual = run(chain, data, sizes, types)
          const wrong = actual.map((values, k) => values.findIndex((x, i) => x !== expected[k]![i]))
          expect(wrong, `kinds ${kinds} at level ${number}`).toEqual(actual.map(() => -1))
        }
      })
    })
  }
})
