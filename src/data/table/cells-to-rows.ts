import type { TableColumn } from '../../distributions/columns/column.ts'
import type { Floats } from '../../tensor/host.ts'
import { dateOfDays } from './dates.ts'
import { hasCategories, valueOfCell } from './model-cells.ts'

/** A value of a table in the units of its file: a number, the text of a category, a date, or null for a missing one. */
export type TableValue = number | string | Date | null

/** A row of a table: a value for each column, by its name. */
export type TableRow = Readonly<Record<string, TableValue>>

/**
 * The value that a cell stands for, to the digits that a cell holds. A count that a model expects, such as 2.4, is not made
 * whole.
 *
 * @returns null for a missing value, and for a category that the model does not know
 */
export function valueIn(column: TableColumn, cell: number): TableValue {
  if (Number.isNaN(cell)) return null
  if (hasCategories(column)) return column.categories?.[cell] ?? null
  const value = valueOfCell(column, cell)
  if (column.kind === 'datetime')
    return dateOfCell(value, Math.max(1, Math.abs(cell)) * column.scale)
  return column.kind === 'numeric' ? rounded(value, column.scale) : Number(value.toPrecision(7))
}

/** To a millionth of the scale, about what a cell in float32 holds: 4.5, and not 4.50000001. */
function rounded(value: number, scale: number): number {
  const digits = 6 - Math.floor(Math.log10(scale))
  return digits < 0 ? Math.round(value) : Number(value.toFixed(Math.min(digits, 100)))
}

const DAY = 86_400_000

/** Days, hours, minutes and seconds, in milliseconds. */
const UNITS = [DAY, 3_600_000, 60_000, 1000]

/** The date in the largest unit that lies within what a cell in float32 holds: midnight, and not 0.6 s after it. */
function dateOfCell(days: number, size: number): Date {
  const time = days * DAY
  const precision = size * DAY * 2 ** -23
  const round = UNITS.map((unit) => Math.round(time / unit) * unit)
  const near = round.find((other) => Math.abs(other - time) <= precision)
  return near === undefined ? dateOfDays(days) : new Date(near)
}

/** Cells `[n, columns]` as rows in the units of the file. */
export function rowsOfCells(columns: readonly TableColumn[], { data }: Floats): TableRow[] {
  const width = columns.length
  return Array.from({ length: data.length / width }, (_, row) =>
    Object.fromEntries(
      columns.map((column, j) => [column.name, valueIn(column, data[row * width + j]!)]),
    ),
  )
}
