import { describe, expect, it } from 'vitest'
import { chainModel, outputNames } from './chain-model.ts'
import type { Chain } from './library.ts'
import { type Fed, Session } from './ort.ts'

function run(chain: Chain, feeds: readonly Fed[], threads = 1) {
  const model = chainModel(
    chain,
    feeds.map(({ shape }) => shape),
  )
  const session = new Session(model, threads)
  try {
    return session.run(
      Object.fromEntries(feeds.map((fed, i) => [`x${i}`, fed])),
      outputNames(chain),
    )
  } finally {
    session.release()
  }
}

const ramp = (count: number) => Float32Array.from({ length: count }, (_, i) => i)

describe('the operator in ONNX Runtime', () => {
  it('adds a row to every row of a matrix and sums its columns', () => {
    const chain = {
      space: [-1, 3],
      inputs: [
        [1, 0, 3, 1],
        [1, 0, 0, 1],
      ],
      code: [[20, 2, 0, 1, 0]],
      outputs: [
        [0, 2, -1],
        [2, 2, -1],
      ],
      shapes: [[-1, 3], [3]],
    }
    const [sum, columns] = run(chain, [
      { data: ramp(12), shape: [4, 3] },
      { data: Float32Array.of(10, 20, 30), shape: [3] },
    ])
    expect([...sum!]).toEqual([10, 21, 32, 13, 24, 35, 16, 27, 38, 19, 30, 41])
    expect([...columns!]).toEqual([58, 102, 146])
  })
  it('reads bytes, and overwrites an input', () => {
    const weights = Float32Array.of(1, 2, 3)
    const chain = {
      space: [3],
      inputs: [
        [1, 0, 1],
        [2, 0, 1],
      ],
      constants: [0.5],
      code: [
        [22, 2, 1, -1, 0],
        [21, 2, 0, 2, 0],
      ],
      outputs: [[0, 2, 0]],
      shapes: [],
    }
    const [token] = run(chain, [
      { data: weights, shape: [3] },
      { data: Uint8Array.of(2, 4, 255), shape: [3] },
    ])
    expect([...weights]).toEqual([0, 0, -124.5])
    expect([...token!]).toEqual([0])
  })
  it('refuses a program that reads a register before it is written', () => {
    const chain = {
      space: [3],
      inputs: [[1, 0, 1]],
      code: [[20, 1, 0, 2, 0]],
      outputs: [[0, 1, -1]],
      shapes: [[3]],
    }
    expect(() => run(chain, [{ data: ramp(3), shape: [3] }])).toThrow(
      'latentlab.Chain: code: a register is read before it is written',
    )
  })
})
