import { describe, expect, it } from 'vitest'
import { splitRowsBy, splitRowsByGroup, splitRowsByTime } from '../../src/data/split-rules.ts'
import { stream } from '../../src/tensor/random.ts'

const column = (values: readonly number[], texts?: readonly string[]) => ({
  table: 't.csv',
  name: 'c',
  values: Float64Array.from(values),
  texts,
})
const lists = (rows: ReturnType<typeof splitRowsBy>) => ({
  train: [...rows.train],
  validation: [...rows.validation],
  test: [...rows.test],
})

describe('a split by a column', () => {
  it('takes its words in any case, and their short forms', () => {
    const words = ['Train', ' TEST ', 'val', 'validation', 'training', 'Valid']
    expect(lists(splitRowsBy(column([0, 1, 2, 3, 4, 5, 0], words)))).toEqual({
      train: [0, 4, 6],
      validation: [2, 3, 5],
      test: [1],
    })
  })

  it('names the row of any other value', () => {
    const of = (values: number[], texts?: string[]) => () => splitRowsBy(column(values, texts))
    expect(of([0, 0, 1], ['train', 'holdout'])).toThrow(
      't.csv: row 3 has "holdout" in the column "c"; splitBy needs train, validation or test in every row',
    )
    expect(of([0, Number.NaN], ['train'])).toThrow('row 2 has no value in the column "c"')
    expect(of([0, 1])).toThrow('row 1 has 0 in the column "c"')
    expect(of([0], ['test'])).toThrow('no row has train in the column "c"')
  })
})

describe('a split in time order', () => {
  it('tests on the latest rows and validates on those before; of equal times the later rows', () => {
    const rows = splitRowsByTime(column([5, 1, 9, 7, 7, 7, 2]), { validation: 2, test: 2 })
    expect(lists(rows)).toEqual({ train: [0, 1, 6], validation: [3, 4], test: [2, 5] })
    expect(lists(splitRowsByTime(column([3, 1, 2]), { validation: 0, test: 1 }))).toEqual({
      train: [1, 2],
      validation: [],
      test: [0],
    })
  })

  it('needs a time in every row, and a row to train on', () => {
    const sizes = { validation: 1, test: 1 }
    expect(() => splitRowsByTime(column([1, 2, Number.NaN]), sizes)).toThrow(
      't.csv: row 3 has no value in the column "c"; timeOrder needs a time in every row',
    )
    expect(() => splitRowsByTime(column([0], ['a']), sizes)).toThrow('holds text')
    expect(() => splitRowsByTime(column([1, 2]), sizes)).toThrow(
      '2 rows split by the column "c" less 1 for validation and 1 for testing leave none',
    )
  })
})

describe('a split by groups', () => {
  const draws = stream(3, 'groups')
  const names = Array.from({ length: 40 }, (_, i) => `customer ${i}`)
  const values = Array.from({ length: 1000 }, () => draws.integer(40))
  const sizes = { validation: 100, test: 200 }
  const groupsOf = (rows: Int32Array, of: readonly number[], texts: readonly string[]) =>
    [...new Set(Array.from(rows, (row) => texts[of[row]!]!))].sort()

  it('has no group on two sides, and nearly the sizes that were asked for', () => {
    const rows = splitRowsByGroup(column(values, names), sizes, 0)
    const all = [rows.train, rows.validation, rows.test].map((part) =>
      groupsOf(part, values, names),
    )
    expect(new Set(all.flat()).size).toBe(all.flat().length)
    expect(rows.train.length + rows.validation.length + rows.test.length).toBe(1000)
    expect(Math.abs(rows.test.length - 200)).toBeLessThan(13)
    expect(Math.abs(rows.validation.length - 100)).toBeLessThan(13)
  })

  it('depends on the seed and the names, not on the order of rows or of codes', () => {
    const test = (of: readonly number[], texts: readonly string[], seed = 0) =>
      groupsOf(splitRowsByGroup(column(of, texts), sizes, seed).test, of, texts)
    const found = test(values, names)
    const reversed = values.map((value) => 39 - value).reverse()
    expect(test(reversed, names.toReversed())).toEqual(found)
    expect(test(values, names, 1)).not.toEqual(found)
  })

  it('takes a group that is too large rather than none, and rows without a group as one', () => {
    const large = column([...new Array<number>(5).fill(1), ...new Array<number>(5).fill(2), 3])
    const rows = splitRowsByGroup(large, { validation: 0, test: 3 }, 0)
    // The one of a single row fits; then neither of the others brings it closer to 3.
    expect([...rows.test]).toEqual([10])
    const gaps = column([1, Number.NaN, 1, Number.NaN])
    expect([2, 2]).toEqual(
      [0, 1].map((seed) => splitRowsByGroup(gaps, { validation: 0, test: 1 }, seed).test.length),
    )
    expect(() => splitRowsByGroup(column([1, 1, 2]), { validation: 1, test: 1 }, 0)).toThrow(
      't.csv: the column "c" has 2 groups, of which none is left to train on',
    )
  })
})
