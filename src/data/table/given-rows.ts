import { UserError } from '../../tensor/errors.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { cellStore } from './cell-store.ts'
import type { TableForm } from './form.ts'
import { packTable } from './pack.ts'
import type { RecordSource } from './records.ts'
import { type Classes, labelsOfTable } from './table-labels.ts'
import { unlikeTraining } from './unlike-training.ts'

/** Rows of a table as a trained model sees them. */
export interface GivenRows {
  /** `[n, columns]`, in the order of the columns that the model was trained on. */
  readonly cells: Floats
  /** The label of each row, if the table has the column of labels. */
  readonly labels?: Int32Array | undefined
  /** What is unlike the training rows, in sentences. */
  readonly remarks: readonly string[]
}

/**
 * Reads new rows as a model was trained on them: columns by their names, each value by the kind of its column.
 *
 * @throws UserError for a missing column and for a value of another kind, naming row and column
 */
export async function givenRows(
  source: RecordSource,
  { schema, columns }: TableForm,
  classes: Classes,
): Promise<GivenRows> {
  const packed = await packTable(source, schema, { newData: true })
  const all = Int32Array.from({ length: packed.count }, (_, row) => row)
  const cells = cellStore(packed, columns).gather(all)
  if (!(cells instanceof Float32Array)) throw new UserError(`${source.name}: holds no cells`)
  return {
    cells: hostTensor('float32', [packed.count, columns.length], cells, 1),
    labels: labelsOfTable(packed, classes),
    remarks: unlikeTraining(packed, columns),
  }
}
