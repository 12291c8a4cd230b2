import { type InferOptions, type InferredColumn, inferSchema } from './infer.ts'
import type { RecordSource, TableFormat } from './records.ts'
import type { ColumnSchema, TableSchema } from './schema.ts'
import { matchColumns } from './schema-file.ts'
import { treatmentOf } from './treatment.ts'

/** A table before anything is trained on it, as `inspect` shows it. */
export interface TableDescription {
  readonly name: string
  readonly format: TableFormat
  /** How the file is read. */
  readonly reading: string
  /** All rows, where the format says how many there are or all were looked at; otherwise null. */
  readonly rows: number | null
  /** The rows from the first that the rest is about. */
  readonly inspected: number
  /** What stands for a missing value, besides nothing at all. */
  readonly missing: readonly string[]
  readonly columns: readonly InferredColumn[]
  /** What training would read the table by. */
  readonly schema: TableSchema
}

export interface DescribeOptions extends Pick<InferOptions, 'rows' | 'missing'> {
  /** A schema whose effect is shown, in place of what would be inferred. */
  readonly schema?: TableSchema | undefined
}

/**
 * Describes a table by its first rows: each column with its kind, what led to it, and what training does with it.
 *
 * @throws UserError for a table without columns or rows, and for a schema that is not about this table
 */
export async function describeTable(
  source: RecordSource,
  { schema, rows, missing = schema?.missing }: DescribeOptions = {},
): Promise<TableDescription> {
  if (schema) matchColumns(source, schema)
  const columnMissing = new Map(
    schema?.columns.map((column) => [column.name, column.missing ?? []]),
  )
  const inferred = await inferSchema(source, { rows, missing, columnMissing })
  const stated = new Map(schema?.columns.map((column) => [column.name, column]))
  return {
    name: inferred.name,
    format: inferred.format,
    reading: inferred.reading,
    rows: source.count ?? (inferred.isComplete ? inferred.rows : null),
    inspected: inferred.rows,
    missing: inferred.schema.missing,
    columns: inferred.columns.map((column) => asStated(column, stated.get(column.name))),
    schema: schema ?? inferred.schema,
  }
}

/** A column by what a schema states, beside what was inferred. */
function asStated(column: InferredColumn, stated: ColumnSchema | undefined): InferredColumn {
  if (!stated) return column
  const isOther = stated.kind !== column.kind
  return {
    ...column,
    kind: stated.kind,
    reason: isOther
      ? `stated in the schema; inferred was ${column.kind} (${column.reason})`
      : 'stated in the schema',
    treatment: treatmentOf(stated),
    // What was noticed about the inferred kind may not concern the stated one.
    remarks: isOther ? [] : column.remarks,
  }
}
