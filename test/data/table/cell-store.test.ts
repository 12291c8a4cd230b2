import { describe, expect, it } from 'vitest'
import { cellStore } from '../../../src/data/table/cell-store.ts'
import { cellOf } from '../../../src/data/table/model-cells.ts'
import { packTable } from '../../../src/data/table/pack.ts'
import type { TableColumn } from '../../../src/distributions/columns/column.ts'
import { arraySource, rowsOf } from './source.ts'

const COUNT = 1100

const kinds = ['numeric', 'positive', 'count', 'datetime', 'categorical', 'binary'] as const

const given = {
  numeric: rowsOf(COUNT, (i) => (i % 13 === 0 ? null : 1.7e9 + Math.sin(i))),
  positive: rowsOf(COUNT, (i) => 1 + (i % 91) / 7),
  count: rowsOf(COUNT, (i) => (i % 5 === 0 ? null : i % 17)),
  datetime: rowsOf(COUNT, (i) => new Date(86_400_000 * (i % 400))),
  categorical: rowsOf(COUNT, (i) => (i % 7 === 0 ? null : `c${(i * i) % 5}`)),
  binary: rowsOf(COUNT, (i) => ['yes', 'no'][(i * 7) % 3 === 0 ? 0 : 1]!),
}

const categories = { categorical: ['c4', 'c0'], binary: ['no'] }

const columns = kinds.map(
  (kind, j): TableColumn => ({
    name: kind,
    kind,
    distribution: 'normal' as TableColumn['distribution'],
    centre: kind === 'count' ? 3 : 1.7e9 / (j + 1),
    scale: 1 + j / 3,
    gaps: true,
    ...(kind in categories && { categories: categories[kind as keyof typeof categories] }),
    ...(kind === 'datetime' && { knots: { x: [0, 100, 399], y: [-1, 0.5, 2] } }),
  }),
)

/** The cell of a row as its definition says, one by one. */
function expectedCell(column: TableColumn, row: number): number {
  const value = given[column.kind as keyof typeof given][row]
  if (value === null || value === undefined) return Number.NaN
  if (!column.categories)
    return cellOf(column, value instanceof Date ? value.getTime() / 86_400_000 : (value as number))
  const index = column.categories.indexOf(value as string)
  if (index >= 0) return index
  return column.kind === 'binary' ? Number.NaN : column.categories.length
}

describe('the cells of a packed table', () => {
  it('are those of their values, for any number of rows', async () => {
    const schema = {
      format: 1 as const,
      missing: [],
      columns: kinds.map((kind) => ({ name: kind, kind })),
    }
    const packed = await packTable(arraySource(given), schema)
    const store = cellStore(packed, columns.toReversed())
    for (const size of [0, 1, 40, 255, 256, 257, 499, 501, 1001]) {
      const rows = rowsOf(size, (i) => (i * 37) % COUNT)
      const cells = Float32Array.from(
        rows.flatMap((row) => columns.toReversed().map((column) => expectedCell(column, row))),
      )
      expect(store.gather(rows)).toEqual(cells)
    }
  })
})
