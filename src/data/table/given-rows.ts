import { type Floats, hostTensor } from '../../tensor/host.ts'
import { wholeNumbers } from '../indices.ts'
import type { RowLabels } from '../normal.ts'
import { cellStore } from './cell-store.ts'
import type { TableForm } from './form.ts'
import { type Keys, keysOf } from './keys.ts'
import type { PackedTable } from './packed.ts'
import { type Classes, columnLabels, labelsOfTable } from './table-labels.ts'
import { unlikeTraining } from './unlike-training.ts'

/** Rows of a table as a trained model sees them. */
export interface GivenRows {
  readonly count: number
  /** The cells of rows `start` (included) to `end` (excluded), `[n, columns]`, in the order of the model's columns. */
  cells(start: number, end: number): Floats
  /** The label of each row, if the table has the column of labels. */
  readonly labels?: Int32Array | undefined
  /** The texts in the column of labels, whether or not they are classes; undefined if the table has no such column. */
  readonly labelTexts?: RowLabels | undefined
  /** What names the rows, if the table has such columns. */
  readonly keys?: Keys | undefined
  /** What is unlike the training rows, in sentences. */
  readonly remarks: readonly string[]
}

/**
 * New rows as a model was trained on them: columns by their names, each value by the kind of its column.
 *
 * @param packed by the schema of the model's table
 * @param classes what labels may be; without it they are not read
 * @throws UserError for a missing column, and for a label that is no class
 */
export function givenRows(
  packed: PackedTable,
  { columns }: TableForm,
  classes: Classes | undefined,
): GivenRows {
  const store = cellStore(packed, columns)
  return {
    count: packed.count,
    labels: classes && labelsOfTable(packed, classes),
    get labelTexts() {
      return columnLabels(packed)
    },
    keys: keysOf(packed),
    remarks: unlikeTraining(packed, columns),
    cells(start, end) {
      const rows = wholeNumbers(start, end)
      const cells = store.gather(rows) as Float32Array
      return hostTensor('float32', [rows.length, columns.length], cells, 1)
    },
  }
}
