import { describe, expect, it } from 'vitest'
import { arrayHashes } from '../../src/data/array-hashes.ts'
import { duplicatesAcross, duplicatesText } from '../../src/data/duplicates.ts'
import { openDataSet } from '../../src/data/open.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'

const splitsOf = (values: number[], ...rows: number[][]) =>
  (['train', 'validation', 'test'] as const).map((name, i) => ({
    name,
    rows: Int32Array.from(rows[i]!),
    hashes: Float64Array.from(values, (value) => value % 7),
  }))

describe('rows in two splits', () => {
  it('are counted as by hand, whatever the hashes', () => {
    const random = stream(0, 'duplicates')
    for (const most of [3, 30, 300]) {
      const values = Array.from({ length: 200 }, () => random.integer(most))
      const order = [...random.permutation(200)]
      const parts = [order.slice(0, 90), order.slice(90, 120), order.slice(120)]
      const splits = splitsOf(values, ...parts)
      const found = duplicatesAcross(splits, (_, a, __, b) => values[a] === values[b])
      const expected = [
        [1, 0],
        [2, 0],
        [2, 1],
      ].flatMap(([i, j]) => {
        const twins = parts[i!]!.filter((a) => parts[j!]!.some((b) => values[a] === values[b]))
        return twins.length === 0
          ? []
          : [[splits[i!]!.name, splits[j!]!.name, twins.length, twins[0]]]
      })
      expect(found.map((one) => [one.split, one.among, one.count, one.first[0]])).toEqual(expected)
      for (const { among, first } of found) {
        expect(values[first[0]]).toBe(values[first[1]])
        expect(splits.find(({ name }) => name === among)!.rows).toContain(first[1])
      }
    }
  })

  it('take time in proportion to their number where all are equal', () => {
    const count = 200_000
    const rows = Int32Array.from({ length: count }, (_, i) => i)
    const hashes = new Float64Array(count)
    let compared = 0
    const splits = [
      { name: 'train' as const, rows: rows.subarray(0, count / 2), hashes },
      { name: 'test' as const, rows: rows.subarray(count / 2), hashes },
    ]
    const found = duplicatesAcross(splits, () => ++compared > 0)
    expect(found).toEqual([{ split: 'test', among: 'train', count: 1e5, first: [1e5, 0] }])
    expect(compared).toBe(1e5)
  })

  it('are described', () => {
    const found = [{ split: 'test', among: 'train', count: 12, first: [6, 2] }] as const
    expect(duplicatesText(found, { train: 1, validation: 1, test: 5000 })).toEqual([
      '12 of 5,000 test rows also occur among the training rows (row 7 equals row 3)',
    ])
  })
})

describe('hashes of rows', () => {
  const hashesOf = (data: Float32Array | Uint8Array | BigInt64Array, width: number) =>
    arrayHashes({ shape: [data.length / width, width], data })

  it('are equal for equal rows alone', () => {
    const [a, b, c, d] = hashesOf(Float32Array.of(1, 2, 2, 1, 1, 2, 0, 0), 2)
    expect(a).toBe(c)
    expect(new Set([a, b, d]).size).toBe(3)
    expect(hashesOf(Float32Array.of(-0, 1), 2)).toEqual(hashesOf(Float32Array.of(0, 1), 2))
    const bytes = Uint8Array.from({ length: 3 * 30_000 }, (_, i) => (i * i * 7919) >> 8)
    const rows = new Set(
      Array.from({ length: 30_000 }, (_, i) => bytes.slice(3 * i, 3 * i + 3).join()),
    )
    expect(new Set(hashesOf(bytes, 3)).size).toBe(rows.size)
    expect(hashesOf(BigInt64Array.of(1n, 2n ** 40n, 1n), 1)[0]).toBe(
      hashesOf(BigInt64Array.of(1n, 2n ** 40n, 1n), 1)[2],
    )
  })

  it('find the examples of an array that are both trained and tested on', async () => {
    const images = Uint8Array.from({ length: 40 * 16 }, (_, i) => (i * 37) % 251)
    const test = images.slice(3 * 16, 5 * 16)
    const open = (testData: Uint8Array) =>
      openDataSet({
        data: hostTensor('uint8', [40, 4, 4], images),
        testData: hostTensor('uint8', [2, 4, 4], testData),
        validation: 0,
        binarize: 'none',
        seed: 0,
      })
    expect((await open(test)).notes).toEqual([
      '2 of 2 test rows also occur among the training rows (row 1 equals row 4)',
    ])
    expect((await open(test.map((value) => value ^ 1))).notes).toBeUndefined()
  })
})
