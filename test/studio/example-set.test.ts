import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDataSet } from '../../src/entries/node.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { evenly } from '../../studio/src/evenly.ts'
import { exampleSetOf } from '../../studio/src/session/example-set.ts'

/** Rows that are told apart by their first value, of bytes, so that they are not standardised. */
const pictures = (rows: number) =>
  openDataSet({
    data: hostTensor(
      'uint8',
      [rows, 2, 2],
      Uint8Array.from({ length: rows * 4 }, (_, i) => [i >> 2, i >> 10, 0, 255][i % 4]! & 255),
    ),
    labels: Int32Array.from({ length: rows }, (_, i) => i % 3),
  })

const counted = (splits: Uint8Array) =>
  [0, 1, 2].map((split) => splits.filter((one) => one === split).length)

/** The number of a row, from its pixels. */
const numberOf = (values: Float32Array, row: number) =>
  Math.round(values[row * 4]! * 255) + 256 * Math.round(values[row * 4 + 1]! * 255)

describe('the examples of a map', () => {
  it.each([40, 499, 500, 501, 1001])(
    'of %i rows are all of them, each with its split, class and number',
    async (rows) => {
      const data = await pictures(rows)
      const set = exampleSetOf(data, 0, 100_000)
      expect(set.count).toBe(rows)
      const { train, validation, test } = data.splits
      expect(counted(set.splits)).toEqual(
        [train, validation, test].map((split) => split.rows.length),
      )
      expect([...set.numbers].sort((a, b) => a - b)).toEqual([...Array(rows).keys()])
      const { data: values } = await set.values([...Array(rows).keys()])
      for (let place = 0; place < rows; place++)
        expect(numberOf(values, place)).toBe(set.numbers[place])
      expect(Array.from(set.classes, (place) => set.facts[place]!.label)).toEqual(
        Array.from(set.numbers, (number) => number % 3),
      )
      expect(set.facts.reduce((sum, { count }) => sum + count, 0)).toBe(rows)
    },
  )

  it.each([
    [1001, 500],
    [1001, 100],
    [501, 500],
    [499, 50],
    [40, 7],
  ])('of %i rows are at most %i, in the proportions of the splits', async (rows, most) => {
    const data = await pictures(rows)
    const set = exampleSetOf(data, 0, most)
    expect(set.count).toBeLessThanOrEqual(most)
    expect(set.count).toBeGreaterThan(most - 3)
    const names = ['train', 'validation', 'test'] as const
    counted(set.splits).forEach((count, split) => {
      const exact = (data.splits[names[split]!].rows.length * most) / rows
      expect(Math.abs(count - exact)).toBeLessThan(1)
    })
    expect(new Set(set.numbers).size).toBe(set.count)
    // At even distances among the rows of the split, from the first to near the last.
    const order = [...data.splits.train.rows]
    const chosen = [...set.numbers].filter((_, place) => set.splits[place] === 0)
    const indices = chosen.map((number) => order.indexOf(number))
    indices.forEach((index, i) => {
      expect(Math.abs(index - (i * order.length) / chosen.length)).toBeLessThan(1)
    })
  })

  it('come in any order that is asked for, and more than once', async () => {
    const set = exampleSetOf(await pictures(40), 0, 100)
    const last = set.count - 1
    const { data: values, shape } = await set.values([last, 0, 17, 0])
    expect(shape).toEqual([4, 4])
    expect([0, 1, 2, 3].map((row) => numberOf(values, row))).toEqual(
      [last, 0, 17, 0].map((place) => set.numbers[place]),
    )
  })

  it('have the values of one row of a table that has no other', async () => {
    const set = exampleSetOf(await pictures(3), 0, 100)
    expect(set.count).toBe(3)
  })
})

describe('evenly', () => {
  it('chooses ascending indices, no two of which are the same, from the first on', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        (count, most) => {
          const chosen = evenly(count, most)
          expect(chosen).toHaveLength(Math.min(count, most))
          if (count > 0) expect(chosen[0]).toBe(0)
          chosen.forEach((index, i) => {
            expect(index).toBeLessThan(count)
            if (i > 0) expect(index).toBeGreaterThan(chosen[i - 1]!)
          })
        },
      ),
      { numRuns: 50 },
    ))
})
