import type { TableColumn } from '../../distributions/columns/column.ts'

/**
 * The cell of a value, as `TableColumn` defines it: centred and scaled in float64, so that 1.7e9 ± 10 keeps its digits
 * when it becomes float32. NaN stays NaN.
 *
 * @param x a number in the units of the file; of a column of categories, the index of its category
 */
export function cellOf(column: TableColumn, x: number): number {
  switch (column.kind) {
    case 'numeric':
    case 'datetime':
      return column.knots
        ? piecewise(column.knots.x, column.knots.y, x)
        : (x - column.centre) / column.scale
    case 'positive':
      return (Math.log(x) - column.centre) / column.scale
    default:
      return x
  }
}

/** The value of a cell: the inverse of `cellOf`. */
export function valueOfCell(column: TableColumn, cell: number): number {
  switch (column.kind) {
    case 'numeric':
    case 'datetime':
      return column.knots
        ? piecewise(column.knots.y, column.knots.x, cell)
        : cell * column.scale + column.centre
    case 'positive':
      return Math.exp(cell * column.scale + column.centre)
    default:
      return cell
  }
}

/** The piecewise linear function through the points (x[i], y[i]), x increasing, with its end slopes beyond them. */
function piecewise(x: readonly number[], y: readonly number[], at: number): number {
  let low = 0
  let high = x.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (at < x[middle]!) high = middle
    else low = middle
  }
  const share = (at - x[low]!) / (x[high]! - x[low]!)
  return y[low]! + share * (y[high]! - y[low]!)
}

/** Whether a cell has a value that a model knows: neither missing nor of a category that training has not seen. */
export const isObserved = (column: TableColumn, cell: number): boolean =>
  !Number.isNaN(cell) && !(hasCategories(column) && cell >= (column.categories?.length ?? 0))

/** Whether a column holds categories, so that its cells are indices. */
export const hasCategories = ({ kind }: Pick<TableColumn, 'kind'>): boolean =>
  kind === 'binary' || kind === 'categorical' || kind === 'ordinal'
