import type { DataSet, SplitName } from '../../data/dataset.ts'
import { isObserved } from '../../data/table/model-cells.ts'
import { splitChunks } from '../split-chunks.ts'
import { meanWithError } from '../statistics/mean.ts'

/**
 * How many cells of each row the likelihood counts, in the order of the split: those that have a value, of a category that
 * training has seen.
 *
 * @returns undefined unless the examples are rows of a table whose columns have kinds
 */
export function observedCells(data: DataSet, split: SplitName): Float64Array | undefined {
  const columns = data.form.table?.columns
  if (!columns) return undefined
  const counts = new Float64Array(data.splits[split].rows.length)
  let row = 0
  for (const { shape, data: cells } of splitChunks(data, split)) {
    cells.forEach((cell, at) => {
      const column = at % columns.length
      if (isObserved(columns[column]!, cell)) counts[row + (at - column) / columns.length]!++
    })
    row += shape[0]!
  }
  return counts
}

/**
 * A sum over rows divided by the number of their cells, Σ v / Σ c. Its standard error is that of a ratio (Cochran 1977,
 * Sampling techniques, section 2.11): of the means of `values`, which sum to the ratio times their number.
 */
export function perCell(
  rows: Float64Array,
  cells: Float64Array,
): { readonly value: number; readonly standardError: number; readonly values: Float64Array } {
  const meanCells = meanWithError(cells).mean
  const value = meanWithError(rows).mean / meanCells
  const values = rows.map((row, i) => value + (row - value * cells[i]!) / meanCells)
  return { value, standardError: meanWithError(values).error, values }
}
