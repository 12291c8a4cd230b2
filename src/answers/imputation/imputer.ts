import { hasCategories, isObserved, valueOfCell } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { categoriesOf } from '../../distributions/columns/layout.ts'

/** What imputation needs to know about a column. */
export type ImputedColumn = Pick<TableColumn, 'name' | 'kind' | 'categories'>

/**
 * Fills the gaps of rows `[n, C]` and leaves all other values as they are. A value is a number in the units of the
 * file, or the index of a category; NaN is a gap. The rows may be those that the imputer was fitted on, or others.
 *
 * @throws RangeError if the values do not fit the columns
 */
export type Imputer = (values: Float64Array) => Float64Array

/**
 * The values `[n, C]` of cells: numbers in the units of the file, indices of categories. A category that the columns do
 * not list is a gap.
 */
export function valuesOfCells(
  columns: readonly TableColumn[],
  cells: Float32Array | Float64Array,
): Float64Array {
  return Float64Array.from(cells, (cell, at) => {
    const column = columns[at % columns.length]!
    return isObserved(column, cell) ? valueOfCell(column, cell) : Number.NaN
  })
}

/** How many categories a column has; 0 for numbers. */
export const categoryCount = (column: ImputedColumn): number =>
  hasCategories(column) ? categoriesOf(column) : 0

/**
 * The number of rows of values `[n, C]`.
 *
 * @throws RangeError unless they are whole rows of finite numbers, indices of categories, and gaps
 */
export function requireValues(columns: readonly ImputedColumn[], values: Float64Array): number {
  const width = columns.length
  const count = values.length / width
  if (!Number.isInteger(count))
    throw new RangeError(
      `values: expected whole rows of ${width} columns, got ${values.length} values`,
    )
  const limits = columns.map(categoryCount)
  values.forEach((value, at) => {
    if (Number.isNaN(value)) return
    const limit = limits[at % width]!
    const isKnown =
      limit === 0 ? Number.isFinite(value) : Number.isInteger(value) && value >= 0 && value < limit
    if (isKnown) return
    const expected = limit === 0 ? 'a finite number' : `an index from 0 to ${limit - 1}`
    throw new RangeError(
      `row ${Math.floor(at / width) + 1}, column ${JSON.stringify(columns[at % width]!.name)} is ${value}; expected ${expected}, or NaN for a gap`,
    )
  })
  return count
}

/**
 * The known values of each column.
 *
 * @throws RangeError for a column without any, since nothing can be put into its gaps
 */
export function knownValues(
  columns: readonly ImputedColumn[],
  values: Float64Array,
): readonly Float64Array[] {
  requireValues(columns, values)
  return columns.map(({ name }, column) => {
    const known: number[] = []
    for (let at = column; at < values.length; at += columns.length)
      if (!Number.isNaN(values[at]!)) known.push(values[at]!)
    if (known.length > 0) return Float64Array.from(known)
    throw new RangeError(`column ${JSON.stringify(name)}: no row has a value to impute from`)
  })
}

/** A copy of the values in which each gap is what `fill` returns for its row and column. */
export function withGapsFilled(
  columns: readonly ImputedColumn[],
  values: Float64Array,
  fill: (row: number, column: number) => number,
): Float64Array {
  const width = columns.length
  return values.map((value, at) =>
    Number.isNaN(value) ? fill(Math.floor(at / width), at % width) : value,
  )
}

export const meanOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/** The index of the largest value, the first of equals. */
export const largest = (values: ArrayLike<number>): number => {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}
