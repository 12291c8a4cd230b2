import { categoryCount, type ImputedColumn, requireValues } from './imputer.ts'

/** How far imputed values of a column are from the true ones. */
export interface ColumnImputationError {
  /** The index of the column. */
  readonly column: number
  /** Cells that were compared. */
  readonly count: number
  /** Between 0, all right, and about 1; without a unit. */
  readonly error: number
}

/** Errors by column, and their mean over these columns. */
export interface ImputationError {
  readonly mean: number
  /** Columns without a hidden cell are left out. */
  readonly columns: readonly ColumnImputationError[]
}

/**
 * The error of imputed values as HI-VAE defines it (Nazábal et al. 2020, Handling incomplete heterogeneous data using
 * VAEs), over the hidden cells of each column:
 * - numbers: the root of the mean squared error, over the range of the column, the largest minus the smallest of all
 *   its true values
 * - binary and categorical columns: the share of wrong categories
 * - ordinal columns: the mean of |difference of ranks|, over the number of categories
 *
 * @param truth `[n, C]`, as `Imputer` has them; NaN where nobody knows
 * @param imputed `[n, C]`, the same with a value in every hidden cell
 * @param hidden `[n, C]`, 1 for the cells to compare; a cell without a true value is not compared
 * @throws RangeError if the arrays differ in size, a hidden cell was not imputed, no cell is compared, or all true
 * values of a column of numbers are equal
 */
export function imputationError(
  columns: readonly ImputedColumn[],
  truth: Float64Array,
  imputed: Float64Array,
  hidden: ArrayLike<number>,
): ImputationError {
  requireValues(columns, truth)
  if (imputed.length !== truth.length || hidden.length !== truth.length)
    throw new RangeError(
      `expected ${truth.length} imputed values and marks of hidden cells, got ${imputed.length} and ${hidden.length}`,
    )
  const errors = columns.flatMap((column, c): ColumnImputationError[] => {
    const differences: number[] = []
    for (let at = c; at < truth.length; at += columns.length) {
      if (hidden[at] !== 1 || Number.isNaN(truth[at]!)) continue
      if (Number.isNaN(imputed[at]!))
        throw new RangeError(
          `row ${Math.floor(at / columns.length) + 1}, column ${JSON.stringify(column.name)} is hidden and was not imputed`,
        )
      differences.push(imputed[at]! - truth[at]!)
    }
    if (differences.length === 0) return []
    const error = errorOf(column, differences, () => rangeOf(columns, truth, c))
    return [{ column: c, count: differences.length, error }]
  })
  if (errors.length === 0) throw new RangeError('no hidden cell has a true value to compare with')
  return { mean: average(errors, ({ error }) => error), columns: errors }
}

function errorOf(
  column: ImputedColumn,
  differences: readonly number[],
  range: () => number,
): number {
  switch (column.kind) {
    case 'binary':
    case 'categorical':
      return average(differences, (d) => Number(d !== 0))
    case 'ordinal':
      return average(differences, Math.abs) / categoryCount(column)
    default:
      return Math.sqrt(average(differences, (d) => d * d)) / range()
  }
}

/** The largest minus the smallest true value of a column. */
function rangeOf(columns: readonly ImputedColumn[], truth: Float64Array, column: number): number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let at = column; at < truth.length; at += columns.length) {
    if (truth[at]! < low) low = truth[at]!
    if (truth[at]! > high) high = truth[at]!
  }
  if (high > low) return high - low
  throw new RangeError(
    `column ${JSON.stringify(columns[column]!.name)}: all true values are ${low}, so its error has no range to be divided by`,
  )
}

const average = <T>(values: readonly T[], of: (value: T) => number): number =>
  values.reduce((sum, value) => sum + of(value), 0) / values.length
