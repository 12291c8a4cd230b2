import type { TableColumn } from '../../distributions/columns/column.ts'
import { UserError } from '../../tensor/errors.ts'
import type { RowStore } from '../row-store.ts'
import { cellOf, hasCategories } from './model-cells.ts'
import type { PackedTable } from './packed.ts'

/**
 * The rows of a packed table as cells `[count, columns]`, read and converted as they are needed.
 *
 * @throws UserError where the table lacks a column
 */
export function cellStore(table: PackedTable, columns: readonly TableColumn[]): RowStore {
  const toCells = cellReader(table, columns)
  return {
    dtype: 'float32',
    count: table.count,
    width: columns.length,
    gather: (rows) => toCells(table.read(rows), rows.length),
  }
}

/** What makes cells `[n · columns]` of values that a packed table returns for n rows. */
export function cellReader(
  table: PackedTable,
  columns: readonly TableColumn[],
): (values: Float64Array, count: number) => Float32Array {
  const stride = table.columns.length
  const read = columns.map((column) => {
    const at = positionOf(table, column.name)
    return { at, cell: cellFunction(column, table.columns[at]!.dictionary) }
  })
  return (values, count) => {
    const cells = new Float32Array(count * read.length)
    read.forEach(({ at, cell }, j) => {
      for (let i = 0; i < count; i++) cells[i * read.length + j] = cell(values[i * stride + at]!)
    })
    return cells
  }
}

/** The index of a packed column by its name. */
export function positionOf({ name: table, columns }: PackedTable, name: string): number {
  const at = columns.findIndex((column) => column.name === name)
  if (at >= 0) return at
  throw new UserError(
    `${table}: has no column ${JSON.stringify(name)}, which the model was trained on`,
  )
}

/**
 * The cell of a packed value. A category that the model does not know gets the index after the last; in a binary column,
 * which has no place for it, it counts as missing.
 */
function cellFunction(
  column: TableColumn,
  dictionary: readonly string[] = [],
): (value: number) => number {
  if (!hasCategories(column)) {
    if (column.kind === 'count') return (value) => value
    return (value) => cellOf(column, value)
  }
  const known = column.categories ?? []
  const indices = Float64Array.from(dictionary, (category) => {
    const index = known.indexOf(category)
    return index >= 0 ? index : column.kind === 'binary' ? Number.NaN : known.length
  })
  return (code) => (Number.isNaN(code) ? code : indices[code]!)
}
