import type { TableColumn } from '../../distributions/columns/column.ts'
import { grouped } from '../../tensor/numbers.ts'
import { dateText } from './cells.ts'
import { valueIn } from './cells-to-rows.ts'
import { hasCategories } from './model-cells.ts'

/** A cell as people read it, in the units of the file: `1,250`, `4.5`, `2024-03-01`, `Large`, `missing`. */
export function cellText(column: TableColumn, cell: number): string {
  if (Number.isNaN(cell)) return 'missing'
  const value = valueIn(column, cell)
  if (value === null) return hasCategories(column) ? 'a category not seen in training' : 'missing'
  if (value instanceof Date) return dayText(column, value)
  if (typeof value !== 'number') return value
  return column.kind === 'count' ? countText(value) : numberText(value)
}

/** A count, or the mean of one, which is seldom whole. */
function countText(value: number): string {
  if (Number.isInteger(value)) return numberText(value)
  if (value < 0.01) return 'below 0.01'
  return numberText(value < 100 ? Number(value.toFixed(2)) : Math.round(value))
}

/** Five digits, whole numbers whole, thousands in groups. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return grouped(value.toFixed(0))
  const magnitude = Math.abs(value)
  if (magnitude >= 1e15 || magnitude < 1e-4) return value.toExponential(3)
  return magnitude >= 1e4
    ? grouped(value.toFixed(0))
    : grouped(String(Number(value.toPrecision(5))))
}

/** The day alone where all training values are at midnight: a model's mean hardly ever is. */
const dayText = ({ range }: TableColumn, date: Date): string =>
  range?.every(Number.isInteger) ? dateText(date).slice(0, 10) : dateText(date)
