import { expect, it } from 'vitest'
import { rowsOfCells, valueIn } from '../../../src/data/table/cells-to-rows.ts'
import { cellOf } from '../../../src/data/table/model-cells.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { hostTensor } from '../../../src/tensor/host.ts'

const column = (own: Partial<TableColumn>): TableColumn => ({
  ...{ name: 'x', kind: 'numeric', distribution: 'gaussian', gaps: false, centre: 0, scale: 1 },
  ...own,
})
const through = (own: TableColumn, x: number) => valueIn(own, Math.fround(cellOf(own, x)))

it.each([
  [{ centre: 2.8, scale: 2 }, 4.5],
  [{ centre: 1.7e9, scale: 7.1 }, 1700000003.25],
  [{ centre: 3e-7, scale: 2e-8 }, 3.123e-7],
  [{ centre: 5e8, scale: 3e8 }, 512345600],
  [{ kind: 'positive', centre: 1, scale: 3 } as const, 12.3456],
  [{ kind: 'count' } as const, 41],
])('%o gives %d back from a float32 cell', (own, x) => {
  expect(through(column(own), x)).toBe(x)
})

it('gives a date to the second', () => {
  const when = column({ kind: 'datetime', centre: 19000.5, scale: 200 })
  const noon = Date.UTC(2022, 5, 1, 12)
  const back = through(when, noon / 86_400_000) as Date
  expect(Math.abs(back.getTime() - noon)).toBeLessThan(1000)
})

it('gives dates that are whole days, minutes or seconds without the error of float32', () => {
  const when = column({ kind: 'datetime', centre: 19000.3, scale: 260 })
  const dates = ['2022-01-14T00:00:00.000Z', '2024-06-18T13:07:00.000Z']
  const back = dates.map((date) => through(when, Date.parse(date) / 86_400_000))
  expect(back).toEqual(dates.map((date) => new Date(date)))
  const short = column({ kind: 'datetime', centre: 19000.3, scale: 7 })
  const second = new Date('2022-01-14T05:06:21.000Z')
  expect(through(short, second.getTime() / 86_400_000)).toEqual(second)
  const fine = column({ kind: 'datetime', centre: 19000.3, scale: 0.001 })
  const instant = new Date('2022-01-08T07:13:05.250Z')
  expect(through(fine, instant.getTime() / 86_400_000)).toEqual(instant)
})

it('gives the text of a category, and null for an unknown one and for a missing value', () => {
  const city = column({ kind: 'categorical', name: '__proto__', categories: ['Oslo', 'Rome'] })
  const cells = hostTensor('float32', [4, 1], Float32Array.of(1, 0, 2, Number.NaN))
  const values = rowsOfCells([city], cells).map((row) => Object.entries(row))
  expect(values).toEqual(['Rome', 'Oslo', null, null].map((text) => [['__proto__', text]]))
})
