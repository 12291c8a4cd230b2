import { cellOf, hasCategories } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'

/**
 * Rows `[n, C]` with every number brought to the nearest that training has seen in its column. An encoder that is shown a value
 * far outside gives a code that no training row has, and with it wrong values in all other columns: then the score
 * would blame those. So it is shown the end of the range instead, and the score compares with the value itself.
 *
 * Missing values and categories stay, and so does what has no columns.
 */
export function withinTraining(columns: readonly TableColumn[] | undefined, rows: Floats): Floats {
  if (!columns) return rows
  const bounds = columns.map((column) =>
    column.range && !hasCategories(column)
      ? (column.range.map((value) => Math.fround(cellOf(column, value))) as [number, number])
      : undefined,
  )
  const values = rows.data.map((value, at) => {
    const range = bounds[at % columns.length]
    return range ? Math.max(range[0], Math.min(range[1], value)) : value
  })
  return hostTensor('float32', rows.shape, values, rows.scale)
}
