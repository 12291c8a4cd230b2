import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatherRows } from '../../src/data/gather-rows.ts'
import { openDataSet } from '../../src/data/open.ts'
import { splitValues } from '../../src/data/rows.ts'
import { hostTensor } from '../../src/tensor/host.ts'

describe('gatherRows', () => {
  it('is indexing by row, for any rows with repeats and any row shape', () => {
    const stores = fc.record({ rows: fc.integer({ min: 1, max: 6 }), width: fc.nat({ max: 4 }) })
    const cases = stores.chain(({ rows, width }) =>
      fc.record({
        rows: fc.constant(rows),
        width: fc.constant(width),
        chosen: fc.array(fc.nat({ max: rows - 1 })),
      }),
    )
    fc.assert(
      fc.property(cases, ({ rows, width, chosen }) => {
        const data = Int32Array.from({ length: rows * width }, (_, i) => i)
        const gathered = gatherRows(hostTensor('int32', [rows, width], data), chosen)
        expect([gathered.dtype, gathered.shape]).toEqual(['int32', [chosen.length, width]])
        const expected = chosen.flatMap((row) =>
          Array.from({ length: width }, (_, i) => row * width + i),
        )
        expect([...gathered.data]).toEqual(expected)
      }),
    )
  })

  it('copies, and keeps the type of big integers', () => {
    const store = hostTensor('int64', [2], BigInt64Array.of(1n, 2n ** 60n))
    const gathered = gatherRows(store, [1, 0])
    expect(gathered.data).toEqual(BigInt64Array.of(2n ** 60n, 1n))
    expect(gathered.data.buffer).not.toBe(store.data.buffer)
  })

  it.each([-1, 2, 0.5, Number.NaN])('refuses row %d of 2', (row) => {
    const store = hostTensor('uint8', [2, 1], Uint8Array.of(1, 2))
    expect(() => gatherRows(store, [row])).toThrow(RangeError)
  })
})

describe('splitValues', () => {
  it('counts within the split and scales', async () => {
    const data = hostTensor(
      'uint8',
      [10, 1, 2],
      Uint8Array.from({ length: 20 }, (_, i) => 10 * i),
    )
    const dataSet = await openDataSet({ data, validation: 2, test: 3, binarize: 'none', seed: 5 })
    const { rows } = dataSet.splits.test
    const { shape, data: values, scale } = splitValues(dataSet, 'test', [2, 0])
    expect(scale).toBe(1 / 255)
    expect(shape).toEqual([2, 2])
    const expected = [rows[2]!, rows[0]!].flatMap((row) => [
      (20 * row) / 255,
      (20 * row + 10) / 255,
    ])
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 6)
    })
    expect(() => splitValues(dataSet, 'test', [3])).toThrow(RangeError)
  })
})
