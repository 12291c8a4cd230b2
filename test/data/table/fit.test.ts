import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellStore } from '../../../src/data/table/cell-store.ts'
import { fitColumns } from '../../../src/data/table/fit.ts'
import { cellOf, valueOfCell } from '../../../src/data/table/model-cells.ts'
import { packTable } from '../../../src/data/table/pack.ts'
import { recordsOfObjects } from '../../../src/data/table/read/objects.ts'
import type { TableSchema } from '../../../src/data/table/schema.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'

type Columns = TableSchema['columns']

const fitted = async (
  rows: readonly object[],
  columns: Columns,
  training: readonly number[] = rows.map((_, i) => i),
  standardise = true,
) => {
  const schema: TableSchema = { format: 1, missing: [], columns }
  const packed = await packTable(recordsOfObjects(rows), schema)
  const found = fitColumns(packed, schema, Int32Array.from(training), { standardise })
  return { ...found, cells: cellStore(packed, found.columns) }
}

const numbers = (values: readonly (number | null)[]) => values.map((x) => ({ x }))
const numeric = [{ name: 'x', kind: 'numeric' }] satisfies Columns

describe('columns are fitted', () => {
  it('on the training rows alone', async () => {
    const rows = numbers([1, 3, 5, 1000, null])
    const { columns } = await fitted(rows, numeric, [0, 1, 2])
    expect(columns[0]).toMatchObject({ centre: 3, gaps: false, range: [1, 5] })
    expect(columns[0]!.scale).toBeCloseTo(Math.sqrt(8 / 3), 12)
    const { columns: all } = await fitted(rows, numeric)
    expect(all[0]).toMatchObject({ centre: 1009 / 4, gaps: true, range: [1, 1000] })
  })

  it('in float64, so that 1.7e9 ± 10 keeps its digits', async () => {
    const values = [-10, -5, 0, 5, 10].map((offset) => 1.7e9 + offset)
    const { columns, cells } = await fitted(numbers(values), numeric)
    expect(columns[0]).toMatchObject({ centre: 1.7e9 })
    const root = Math.sqrt(2)
    const expected = [-root, -root / 2, 0, root / 2, root]
    Array.from(cells.gather([0, 1, 2, 3, 4])).forEach((cell, i) => {
      expect(cell).toBeCloseTo(expected[i]!, 6)
    })
  })

  it('with the mean and the variance of counts, from which training starts', async () => {
    const initial = async (values: readonly number[]) => {
      const { columns } = await fitted(numbers(values), [{ name: 'x', kind: 'count' }])
      return columns[0]!.initial!
    }
    // Mean 4, variance 40.5: r = 16 / (40.5 - 4).
    const spread = await initial([0, 0, 1, 15])
    expect(spread.mean).toBe(4)
    expect(spread.dispersion).toBeCloseTo(16 / 36.5, 12)
    expect(await initial([3, 4, 5])).toEqual({ mean: 4, dispersion: 100 })
    expect((await initial([...new Array<number>(999).fill(0), 1e6])).dispersion).toBe(0.01)
  })

  it('with the logarithm of positive values and log(1 + x) of counts', async () => {
    const rows = [1, Math.E, Math.E ** 2].map((p, i) => ({ p, n: [0, 1, 3][i] }))
    const { columns, cells } = await fitted(rows, [
      { name: 'p', kind: 'positive' },
      { name: 'n', kind: 'count' },
    ])
    expect(columns[0]).toMatchObject({ distribution: 'log-normal' })
    expect(columns[0]!.centre).toBeCloseTo(1, 12)
    expect(columns[0]!.scale).toBeCloseTo(Math.sqrt(2 / 3), 12)
    expect(columns[1]!.centre).toBeCloseTo((Math.log(2) + Math.log(4)) / 3, 12)
    // A count is its own cell; the logarithm is what an encoder sees.
    expect(Array.from(cells.gather([2]))).toEqual([Math.fround(1 / Math.sqrt(2 / 3)), 3])
  })

  it('with the categories of the training rows; others have the index after the last', async () => {
    const rows = ['b', 'a', 'c', 'b'].map((x) => ({ x }))
    const columns: Columns = [{ name: 'x', kind: 'categorical' }]
    const { columns: some, cells } = await fitted(rows, columns, [0, 1])
    expect(some[0]!.categories).toEqual(['b', 'a'])
    expect(Array.from(cells.gather([0, 1, 2, 3]))).toEqual([0, 1, 2, 0])
  })

  it('with the categories of a schema in its order', async () => {
    const rows = ['high', 'low'].map((x) => ({ x }))
    const columns: Columns = [{ name: 'x', kind: 'ordinal', categories: ['low', 'middle', 'high'] }]
    const { columns: found } = await fitted(rows, columns)
    expect(found[0]!.categories).toEqual(['low', 'high'])
  })

  it('without those that have one value or none in the training rows, with a note', async () => {
    const rows = [
      { a: 1, b: 2, c: null, d: 'x' },
      { a: 2, b: 2, c: null, d: 'x' },
      { a: 3, b: 5, c: 7, d: 'y' },
    ]
    const { columns, notes } = await fitted(
      rows,
      [
        { name: 'a', kind: 'numeric' },
        { name: 'b', kind: 'numeric' },
        { name: 'c', kind: 'numeric' },
        { name: 'd', kind: 'categorical' },
      ],
      [0, 1],
    )
    expect(columns.map(({ name }) => name)).toEqual(['a'])
    expect(notes).toEqual([
      'column "b" is left out: all training rows have the same value',
      'column "c" is left out: no training row has a value',
      'column "d" is left out: all training rows have the same value',
    ])
  })

  it('never, where the values are taken as they are', async () => {
    const { columns } = await fitted(numbers([3, 5]), numeric, [0, 1], false)
    expect(columns[0]).toMatchObject({ centre: 0, scale: 1 })
    const plain: Columns = [{ name: 'x', kind: 'numeric', transform: 'none' }]
    expect((await fitted(numbers([3, 5]), plain)).columns[0]).toMatchObject({ centre: 0, scale: 1 })
  })

  it('by quantiles that are those of a normal distribution, with linear tails', async () => {
    const values = Array.from({ length: 1001 }, (_, i) => Math.exp((i - 500) / 100))
    const columns: Columns = [{ name: 'x', kind: 'numeric', transform: 'quantile' }]
    const { columns: found, cells } = await fitted(numbers(values), columns)
    // The median has cell 0, the quantile of 0.8413 cell 1.
    const at = (row: number) => cells.gather([row])[0]!
    expect(at(500)).toBeCloseTo(0, 6)
    expect(at(841)).toBeCloseTo(1, 2)
    expect(at(159)).toBeCloseTo(-1, 2)
    const { x, y } = found[0]!.knots!
    const slope = (y.at(-1)! - y.at(-2)!) / (x.at(-1)! - x.at(-2)!)
    expect(cellOf(found[0]!, x.at(-1)! + 100)).toBeCloseTo(y.at(-1)! + 100 * slope, 9)
  })
})

describe('a value', () => {
  const columns: readonly TableColumn[] = [
    { name: 'n', kind: 'numeric', distribution: 'gaussian', gaps: false, centre: 5, scale: 2 },
    { name: 'p', kind: 'positive', distribution: 'log-normal', gaps: false, centre: 1, scale: 3 },
    { name: 'd', kind: 'datetime', distribution: 'gaussian', gaps: false, centre: 2e4, scale: 9 },
    {
      ...{ name: 'q', kind: 'numeric', distribution: 'gaussian', gaps: false, centre: 0, scale: 1 },
      knots: { x: [0, 1, 10, 1000], y: [-2, 0, 1, 2] },
    },
  ]

  it('comes back from its cell', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...columns),
        fc.double({ min: 1, max: 1e5, noNaN: true }),
        (column, x) => {
          expect(valueOfCell(column, cellOf(column, x)) / x).toBeCloseTo(1, 9)
        },
      ),
    )
  })

  it('that is missing stays missing', () => {
    for (const column of columns) expect(cellOf(column, Number.NaN)).toBeNaN()
  })
})
