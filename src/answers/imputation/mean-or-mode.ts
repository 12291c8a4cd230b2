import {
  categoryCount,
  type ImputedColumn,
  type Imputer,
  knownValues,
  largest,
  meanOf,
  requireValues,
  withGapsFilled,
} from './imputer.ts'

/**
 * Fills gaps with the mean of a column of numbers, in the units of the file, and the most frequent of its categories,
 * the first of equally frequent ones.
 *
 * A mean of counts is not rounded: that would only add to the error of this baseline.
 *
 * @param rows `[n, C]` that means and modes are of
 * @throws RangeError for a column without a value
 */
export function meanOrMode(columns: readonly ImputedColumn[], rows: Float64Array): Imputer {
  const fills = knownValues(columns, rows).map((known, c) => {
    const categories = categoryCount(columns[c]!)
    return categories === 0 ? meanOf(known) : largest(frequencies(known, categories))
  })
  return (values) => {
    requireValues(columns, values)
    return withGapsFilled(columns, values, (_row, column) => fills[column]!)
  }
}

/** How often each category occurs. */
function frequencies(indices: Float64Array, categories: number): Float64Array {
  const counts = new Float64Array(categories)
  for (const index of indices) counts[index]!++
  return counts
}
