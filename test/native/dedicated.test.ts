import { afterEach, describe, expect, it } from 'vitest'
import { availableLevels, type Chain, counts, level, run, setLevel } from './library.ts'

const best = level()
afterEach(() => setLevel(best))

/** A stream of numbers in [-scale, scale), the same at every call. */
function floats(count: number, seed: number, scale = 1): Float32Array {
  let state = seed * 7919 + 1
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state / 2 ** 31) * scale
  })
}

/** Adam over n parameters; the inputs are θ, M, V, g, size, ε and, for AdamW, what is kept. */
function adam(n: number, keeps: boolean, plain: number): Chain {
  const theta = keeps ? [[22, 10, 0, 6, 0]] : []
  return {
    space: [n],
    inputs: [...[0, 1, 2, 3].map(() => [1, 0, 1]), ...[4, 5, 6].map(() => [1, 0, 0])],
    constants: [0.9, 0.999],
    code: [
      [22, 7, 1, -1, 0],
      [20, 7, 7, 3, 0],
      [22, 8, -2, 2, 0],
      [22, 9, 3, 3, 0],
      [20, 8, 9, 8, 0],
      [7, 9, 8, 0, 0],
      [20, 9, 5, 9, 0],
      [23, 9, 7, 9, 0],
      [22, 9, 9, 4, 0],
      ...theta,
      [21, 9, keeps ? 10 : 0, 9, 0],
    ],
    outputs: [
      [0, 7, 1],
      [0, 9, 0],
      [0, 8, 2],
    ],
    shapes: [],
    plain,
  }
}

const adamData = (n: number) => [
  floats(n, 1),
  floats(n, 2),
  floats(n, 3).map(Math.abs),
  floats(n, 4, 1e-2),
  Float32Array.of(1e-3),
  Float32Array.of(1e-8),
  Float32Array.of(0.99),
]

/** Rows of logits and of bytes or floats: log-likelihood of each row, and its slope, as the planner writes them. */
function bernoulli(rows: number, columns: number, type: number, plain: number): Chain {
  const scaled = [
    [22, 2, 1, 0, 0],
    [22, 2, 2, -1, 0],
    [10, 3, 0, 0, 0],
    [21, 2, 2, 3, 0],
    [9, 3, 0, 0, 0],
    [22, 3, 3, -2, 0],
    [22, 4, 1, -3, 0],
    [20, 3, 3, 4, 0],
  ]
  const unscaled = [
    [22, 2, 1, 0, 0],
    [10, 3, 0, 0, 0],
    [21, 2, 2, 3, 0],
    [9, 3, 0, 0, 0],
    [21, 3, 3, 1, 0],
  ]
  return {
    space: [rows, columns],
    inputs: [
      [1, 0, columns, 1],
      [type, 0, columns, 1],
    ],
    constants: [1 / 255, 1 / rows, -1 / (255 * rows)],
    code: type === 2 ? scaled : unscaled,
    outputs: [
      [1, 2, -1],
      [0, 3, -1],
    ],
    shapes: [[rows], [rows, columns]],
    plain,
  }
}

const bits = (arrays: readonly Float32Array[]) =>
  arrays.map((array) =>
    Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('hex'),
  )

function bernoulliBits(rows: number, columns: number, type: number, plain: number) {
  const count = rows * columns
  const x = floats(count, 6).map(Math.abs)
  const pixels = type === 2 ? Uint8Array.from(x, (value) => value * 255) : x
  const chain = bernoulli(rows, columns, type, plain)
  return bits(run(chain, [floats(count, 5, 30), pixels], [rows, count]))
}

describe('a dedicated kernel gives the bits of the interpreter, at every level', () => {
  for (const n of [1, 15, 16, 40, 499, 513, 1001, 40_000])
    for (const keeps of [false, true])
      it(`${keeps ? 'AdamW' : 'Adam'} over ${n} parameters`, () => {
        setLevel(0)
        const expected = adamData(n)
        run(adam(n, keeps, 1), expected, [1])
        for (const number of availableLevels) {
          setLevel(number)
          const actual = adamData(n)
          run(adam(n, keeps, 0), actual, [1])
          expect(bits(actual)).toEqual(bits(expected))
        }
      })
  for (const [rows, columns] of [
    [1, 1],
    [3, 7],
    [20, 784],
    [5, 513],
    [40, 499],
    [2, 1001],
  ] as const)
    for (const type of [1, 2])
      it(`Bernoulli over ${rows} x ${columns} ${type === 2 ? 'bytes' : 'floats'}`, () => {
        setLevel(0)
        const expected = bernoulliBits(rows, columns, type, 1)
        for (const number of availableLevels) {
          setLevel(number)
          expect(bernoulliBits(rows, columns, type, 0)).toEqual(expected)
        }
      })
})

describe('what is recognised', () => {
  const kindOf = (chain: Chain) => {
    const before = counts()
    run(chain, adamData(8).slice(0, chain.inputs.length), [1])
    return counts().findIndex((count, i) => count > before[i]!)
  }
  it('is Adam, whatever the order of its operands', () => {
    expect(kindOf(adam(8, false, 0))).toBe(1)
    expect(kindOf(adam(8, true, 0))).toBe(1)
  })
  it('is nothing where a program is to be interpreted', () => {
    expect(kindOf(adam(8, false, 1))).toBe(0)
  })
  it('is nothing where one instruction differs', () => {
    const chain = adam(8, false, 0)
    for (const k of chain.code.keys()) {
      const code = chain.code.map((row, i) => (i === k ? [25, ...row.slice(1)] : row))
      expect(kindOf({ ...chain, code }), `instruction ${k}`).toBe(0)
    }
  })
  it('is nothing where the gradient of the moments is not the same', () => {
    const chain = adam(8, false, 0)
    const code = chain.code.map((row, i) => (i === 3 ? [22, 9, 0, 0, 0] : row))
    expect(kindOf({ ...chain, code })).toBe(0)
  })
})
