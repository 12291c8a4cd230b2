import { describe, expect, it } from 'vitest'
import { effectiveRank } from '../../../src/evaluate/representation/effective-rank.ts'
import { hostTensor } from '../../../src/tensor/host.ts'
import { floats, golden } from '../scikit-learn.ts'

const codes = (rows: readonly (readonly number[])[]) =>
  hostTensor('float32', [rows.length, rows[0]!.length], Float32Array.from(rows.flat()))

describe('the effective rank of codes', () => {
  it('has the singular values that NumPy has, over √n', async () => {
    const { z, singularValues: theirs } = golden.codes
    const { singularValues, effectiveRank: rank } = await effectiveRank(floats(z))
    for (const [k, value] of singularValues.entries())
      expect(value).toBeCloseTo(theirs[k]! / Math.sqrt(50), 10)
    const sum = theirs.reduce((a, b) => a + b, 0)
    const entropy = theirs.reduce((h, s) => h - (s / sum) * Math.log(s / sum), 0)
    expect(rank).toBeCloseTo(Math.exp(entropy), 10)
  })

  it('is their width where they vary alike in all directions, and 1 on a line', async () => {
    const even = await effectiveRank(
      codes([
        [4, 0, 0],
        [-4, 0, 0],
        [0, 4, 0],
        [0, -4, 0],
        [0, 0, 4],
        [0, 0, -4],
      ]),
    )
    expect(even.effectiveRank).toBeCloseTo(3, 12)
    expect(even.participationRatio).toBeCloseTo(3, 12)
    const line = await effectiveRank(codes([0, 1, 2, 5].map((t) => [7 + t, 3 - 2 * t, 0.5 * t])))
    expect(line.effectiveRank).toBeCloseTo(1, 12)
    expect(line.participationRatio).toBeCloseTo(1, 12)
  })

  it('of deviations 3 and 1 is 4 / 3^(3/4), with a participation ratio of 100 / 82', async () => {
    const { effectiveRank: rank, participationRatio } = await effectiveRank(
      codes([
        [3, 0],
        [-3, 0],
        [0, 1],
        [0, -1],
      ]),
    )
    expect(rank).toBeCloseTo(4 / 3 ** 0.75, 12)
    expect(participationRatio).toBeCloseTo(100 / 82, 12)
  })

  it('is 0 of codes that are all the same, and refused of none', async () => {
    const same = await effectiveRank(
      codes([
        [1, 2],
        [1, 2],
      ]),
    )
    expect([same.effectiveRank, same.participationRatio]).toEqual([0, 0])
    const none = hostTensor('float32', [0, 2], new Float32Array(0))
    await expect(effectiveRank(none)).rejects.toThrow(RangeError)
  })
})
