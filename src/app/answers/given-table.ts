import { openTableRecords, packedRows } from '../../data/open-table.ts'
import type { TableForm } from '../../data/table/form.ts'
import { type GivenRows, givenRows } from '../../data/table/given-rows.ts'
import type { PackedTable } from '../../data/table/packed.ts'
import type { RecordSource } from '../../data/table/records.ts'
import { unlistedColumns } from '../../data/table/schema-file.ts'
import { recordedClasses } from '../../data/table/table-labels.ts'
import type { RunConfig } from '../config.ts'

/** A file of new rows for a model of a table. */
export interface GivenTable {
  /** The file as it stands, for a writer. */
  readonly source: RecordSource
  readonly packed: PackedTable
  readonly rows: GivenRows
  /** What is unlike the training data, in sentences. */
  readonly remarks: readonly string[]
}

/**
 * Opens a table by the columns that a run's model was trained on.
 *
 * @throws UserError for a file that is no table, a missing column, and values that do not fit their column
 */
export async function openGivenTable(
  { data, example }: RunConfig,
  path: string,
  table: TableForm,
): Promise<GivenTable> {
  const source = await openTableRecords(path, path, data)
  const options = { ...data, schema: undefined, newData: true }
  const packed = await packedRows(path, source, table.schema, options)
  const rows = givenRows(packed, table, recordedClasses(example!))
  const remarks = [
    ...(packed.notes ?? []),
    ...unlistedColumns(source, table.schema),
    ...rows.remarks,
  ]
  return { source, packed, rows, remarks }
}
