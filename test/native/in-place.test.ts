import { describe, expect, it } from 'vitest'
import { type Chain, run } from './library.ts'

const SIZES = [1, 7, 16, 40, 513, 1001, 20_000]

const ramp = (count: number, from: number) =>
  Float32Array.from({ length: count }, (_, i) => from + i)

const flat = (count: number, inputs: number): Pick<Chain, 'space' | 'inputs'> => ({
  space: [count],
  inputs: Array.from({ length: inputs }, () => [1, 0, 1]),
})

describe('results that are written over inputs', () => {
  for (const count of SIZES) {
    it(`are computed from the old values: ${count} swapped`, () => {
      const [a, b] = [ramp(count, 0), ramp(count, 5)]
      const outputs = [
        [0, 0, 1],
        [0, 1, 0],
      ]
      const [token] = run({ ...flat(count, 2), code: [], outputs, shapes: [] }, [a, b], [1])
      expect([...a]).toEqual([...ramp(count, 5)])
      expect([...b]).toEqual([...ramp(count, 0)])
      expect([...token!]).toEqual([0])
    })
    it(`are computed from the old values: ${count} read after the new ones are known`, () => {
      const state = ramp(count, 1)
      const chain = {
        ...flat(count, 1),
        constants: [2],
        code: [
          [22, 1, 0, -1, 0],
          [20, 2, 1, 0, 0],
        ],
        outputs: [
          [0, 1, 0],
          [0, 2, -1],
          [0, 0, -1],
          [3, 0, -1],
        ],
        shapes: [[count], [count], []],
      }
      const [sum, old, total] = run(chain, [state], [count, count, 1, 1])
      expect([...state]).toEqual([...ramp(count, 1)].map((x) => 2 * x))
      expect([...sum!]).toEqual([...ramp(count, 1)].map((x) => 3 * x))
      expect([...old!]).toEqual([...ramp(count, 1)])
      // Rounded, as partial sums beyond 2 ** 24 are.
      expect(total![0]! / ((count * (count + 1)) / 2)).toBeCloseTo(1, 5)
    })
  }
  it('are found by the family of sums of columns, too', () => {
    const state = ramp(70 * 33, 0)
    const chain = {
      space: [70, 33],
      inputs: [[1, 0, 33, 1]],
      code: [[1, 1, 0, 0, 0]],
      outputs: [
        [0, 1, 0],
        [2, 0, -1],
      ],
      shapes: [[33]],
    }
    const [columns] = run(chain, [state], [33, 1])
    expect([...columns!]).toEqual([...ramp(33, 0)].map((c) => 70 * c + (33 * 70 * 69) / 2))
    expect([...state]).toEqual([...ramp(70 * 33, 0)].map((x) => -x))
  })
})
