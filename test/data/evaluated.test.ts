import { describe, expect, it } from 'vitest'
import type { DataSet, SplitName } from '../../src/data/dataset.ts'
import { evaluatedValues, exampleNumbers } from '../../src/data/evaluated.ts'
import { storedForm } from '../../src/data/form.ts'
import { evenIndices } from '../../src/data/indices.ts'
import { arrayStore } from '../../src/data/row-store.ts'
import { splitValues } from '../../src/data/rows.ts'
import { hostTensor } from '../../src/tensor/host.ts'

const GREYS = [0, 32, 128, 250, 255]
const ROWS = 3000

const store = () =>
  arrayStore(
    hostTensor(
      'uint8',
      [ROWS, GREYS.length],
      Uint8Array.from({ length: ROWS * GREYS.length }, (_, i) => GREYS[i % GREYS.length]!),
    ),
  )

const shared = store()

function dataSet(
  binarize: DataSet['binarize'],
  rows: readonly number[],
  given: Partial<Record<SplitName, DataSet['splits']['test']['store']>> = {},
): DataSet {
  const split = (name: SplitName) => ({
    name,
    store: given[name] ?? shared,
    rows: Int32Array.from(rows),
  })
  return {
    name: 'greys',
    kind: 'table',
    exampleShape: [GREYS.length],
    scale: 1 / 255,
    form: storedForm([GREYS.length], shared, 1 / 255),
    binarize,
    hash: '',
    splits: { train: split('train'), validation: split('validation'), test: split('test') },
  }
}

const all = Array.from({ length: ROWS }, (_, i) => i)
const drawn = dataSet('dynamic', all)
const rowOf = (values: Float32Array, i: number) =>
  [...values.subarray(i * GREYS.length, (i + 1) * GREYS.length)].join('')

describe('values as evaluation sees them', () => {
  it('are 0 or 1 with the grey value as mean, where training draws them', () => {
    const { data, shape } = evaluatedValues(drawn, 'test', all, 0)
    expect(shape).toEqual([ROWS, GREYS.length])
    expect(new Set(data)).toEqual(new Set([0, 1]))
    GREYS.forEach((grey, d) => {
      const ones = data.filter((v, i) => i % GREYS.length === d && v === 1).length
      const p = grey / 255
      expect(Math.abs(ones / ROWS - p)).toBeLessThanOrEqual(4 * Math.sqrt((p * (1 - p)) / ROWS))
    })
  })

  it('are drawn apart for each row, column and seed', () => {
    const { data } = evaluatedValues(drawn, 'test', all, 0)
    const middle = (values: Float32Array) => values.filter((_, i) => i % GREYS.length === 2)
    const agreement = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, i) => sum + Number(value === b[i]), 0) / a.length
    const [mine, next] = [middle(data), middle(data.slice(GREYS.length))]
    const other = middle(evaluatedValues(drawn, 'test', all, 1).data)
    // Fair coins: 4 standard errors are 0.037.
    expect(Math.abs(agreement(mine.subarray(0, next.length), next) - 0.5)).toBeLessThan(0.04)
    expect(Math.abs(agreement(mine, other) - 0.5)).toBeLessThan(0.04)
  })

  it('follow the row, not its index in the split or among those asked for', () => {
    const whole = evaluatedValues(drawn, 'test', all, 0).data
    const some = [7, 2999, 7, 0]
    const asked = evaluatedValues(drawn, 'test', some, 0).data
    some.forEach((row, i) => {
      expect(rowOf(asked, i)).toBe(rowOf(whole, row))
    })
    const reversed = evaluatedValues(dataSet('dynamic', [...all].reverse()), 'test', all, 0).data
    for (const row of some) expect(rowOf(reversed, ROWS - 1 - row)).toBe(rowOf(whole, row))
    // Splits that share a store have the same draw of a row.
    expect(evaluatedValues(drawn, 'train', all, 0).data).toEqual(whole)
  })

  it('are drawn apart in stores apart', () => {
    const own = dataSet('dynamic', all, { test: store() })
    const train = evaluatedValues(own, 'train', all, 0).data
    expect(evaluatedValues(own, 'test', all, 0).data).not.toEqual(train)
    expect(train).toEqual(evaluatedValues(drawn, 'train', all, 0).data)
  })

  it.each(['none', 'static'] as const)('are the scaled ones where binarize is %s', (binarize) => {
    const data = dataSet(binarize, all)
    expect(evaluatedValues(data, 'test', [3, 5], 0)).toEqual(splitValues(data, 'test', [3, 5]))
  })

  it('refuse an index that the split does not have', () => {
    expect(() => evaluatedValues(dataSet('dynamic', [0, 1]), 'test', [2], 0)).toThrow(RangeError)
  })
})

describe('numbers of examples', () => {
  it('are rows of the store, which has a range of its own', () => {
    const own = dataSet('none', [5, 9], { test: store() })
    expect([...exampleNumbers(own, 'train')]).toEqual([5, 9])
    expect([...exampleNumbers(own, 'validation', [1])]).toEqual([9])
    expect([...exampleNumbers(own, 'test')]).toEqual([2 ** 33 + 5, 2 ** 33 + 9])
  })
})

describe('indices spread evenly over a split', () => {
  it('are of the same rows in the same order, whatever the order of the split', () => {
    const rows = [40, 10, 30, 20, 50, 0]
    const { test } = dataSet('none', rows).splits
    const rowsAt = (indices: readonly number[]) => indices.map((index) => rows[index])
    expect(rowsAt(evenIndices(test, 3))).toEqual([0, 20, 40])
    expect(rowsAt(evenIndices(test, Number.POSITIVE_INFINITY))).toEqual([0, 10, 20, 30, 40, 50])
  })
})
