import { describe, expect, it } from 'vitest'
import { chainModel, outputNames } from './chain-model.ts'
import { type Chain, run } from './library.ts'
import { Session } from './ort.ts'

function floats(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 29
  })
}

/** tanh(x · w + b) over rows, with two results of a kind. */
function layer(rows: number, columns: number, kind: number): Chain {
  const shapes = { 0: [rows, columns], 1: [rows], 2: [columns], 3: [], 4: [rows] }
  const shape = shapes[kind as keyof typeof shapes]
  return {
    space: [-1, columns],
    inputs: [
      [1, 0, columns, 1],
      [1, 0, 0, 1],
      [1, 0, 0, 0],
    ],
    code: [
      [22, 3, 0, 1, 0],
      [20, 3, 3, 2, 0],
      [8, 4, 3, 0, 0],
    ],
    outputs: [
      [0, 4, 0],
      [kind, 4, -1],
      [kind, 3, -1],
    ],
    shapes: [shape, shape],
  }
}

const CASES = [
  [1, 100_000],
  [128, 500],
  [20_000, 7],
  [3001, 33],
  [70, 1001],
] as const

/** What is overwritten and the results, as bytes. */
function throughOnnxRuntime(
  chain: Chain,
  data: Float32Array[],
  shapes: number[][],
  threads: number,
) {
  const own = data.map((values) => values.slice())
  const session = new Session(chainModel(chain, shapes), threads)
  const feeds = Object.fromEntries(
    own.map((values, i) => [`x${i}`, { data: values, shape: shapes[i]! }]),
  )
  try {
    const results = session.run(feeds, outputNames(chain))
    return [own[0]!, ...results].map((values) => Buffer.from(values.buffer).toString('base64'))
  } finally {
    session.release()
  }
}

describe('the bits do not depend on the number of threads', () => {
  for (const [rows, columns] of CASES)
    for (const kind of [0, 1, 2, 3, 4])
      it(`over ${rows} x ${columns}, results of kind ${kind}`, () => {
        const chain = layer(rows, columns, kind)
        const data = [floats(rows * columns, 1), floats(columns, 2), floats(1, 3)]
        const shapes = [[rows, columns], [columns], [1]]
        const one = throughOnnxRuntime(chain, data, shapes, 1)
        expect(throughOnnxRuntime(chain, data, shapes, 2)).toEqual(one)
        expect(throughOnnxRuntime(chain, data, shapes, 5)).toEqual(one)
        const own = data.map((values) => values.slice())
        const sizes = chain.shapes.map((shape) => shape.reduce((a, b) => a * b, 1))
        const alone = run(chain, own, [...sizes, 1])
        const bytes = [own[0]!, ...alone].map((x) => Buffer.from(x.buffer).toString('base64'))
        expect(bytes).toEqual(one)
      })
})
