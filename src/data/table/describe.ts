import { option, worded } from '../../tensor/wording.ts'
import { type NormalLabels, normalTexts, requireLabels, unlabelledRows } from '../normal.ts'
import { type InferOptions, type InferredColumn, type InferredTable, inferSchema } from './infer.ts'
import { requireColumn, withLabel } from './read-table.ts'
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
  /** The labels of the rows, where a column holds them. */
  readonly labels?: DescribedLabels | undefined
}

/** The labels of the rows that were looked at. */
export interface DescribedLabels {
  readonly column: string
  /** How many rows have each label, the most frequent first. */
  readonly counts: Readonly<Record<string, number>>
  /** Rows without a label. */
  readonly missing: number
  /** What would be learned from, where that is stated: rows with one of these labels. */
  readonly normal?: {
    readonly labels: readonly string[]
    readonly rows: number
    readonly anomalous: number
  }
}

export interface DescribeOptions extends Pick<InferOptions, 'rows' | 'missing'> {
  /** A schema whose effect is shown, in place of what would be inferred. */
  readonly schema?: TableSchema | undefined
  /** The column of labels. */
  readonly label?: string | undefined
  /** Labels of normal rows, from which alone training would learn. */
  readonly normal?: NormalLabels | undefined
}

/**
 * Describes a table by its first rows: each column with its kind, what led to it, and what training does with it.
 *
 * @throws UserError for a table without columns or rows, for a schema that is not about this table, and for labels that
 * no row has
 */
export async function describeTable(
  source: RecordSource,
  { schema: given, rows, missing = given?.missing, label, normal }: DescribeOptions = {},
): Promise<TableDescription> {
  if (given) matchColumns(source, given)
  if (label !== undefined) requireColumn(source, label, 'label')
  const schema = given && label !== undefined ? withLabel(given, label) : given
  const named = label ?? schema?.columns.find(({ kind }) => kind === 'label')?.name
  const columnMissing = new Map(
    schema?.columns.map((column) => [column.name, column.missing ?? []]),
  )
  const inferred = await inferSchema(source, { rows, missing, columnMissing, counted: named })
  const stated = new Map(schema?.columns.map((column) => [column.name, column]))
  const labels = labelsIn(inferred, named, normal)
  return {
    name: inferred.name,
    format: inferred.format,
    reading: inferred.reading,
    rows: source.count ?? (inferred.isComplete ? inferred.rows : null),
    inspected: inferred.rows,
    missing: inferred.schema.missing,
    columns: inferred.columns.map((column) =>
      column.name === label ? asLabel(column) : asStated(column, stated.get(column.name)),
    ),
    schema: schema ?? withLabel(inferred.schema, label),
    ...(labels && { labels }),
  }
}

/** The labels in a column, and how many rows are normal. */
function labelsIn(
  { name, columns, counts, isComplete }: InferredTable,
  column: string | undefined,
  normal: NormalLabels | undefined,
): DescribedLabels | undefined {
  if (!counts || column === undefined) {
    if (normal) throw unlabelledRows(name, worded`name their column with ${option('label')}`)
    return undefined
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  const { missing } = columns.find((one) => one.name === column)!
  const described = { column, counts: Object.fromEntries(sorted), missing }
  if (!normal) return described
  const labels = normalTexts(normal)
  // Labels may also occur in rows that were not looked at.
  if (isComplete)
    requireLabels(labels, [...counts.keys()], `column ${JSON.stringify(column)} holds`)
  const sum = (isNormal: boolean) =>
    sorted.reduce((a, [text, count]) => a + (labels.includes(text) === isNormal ? count : 0), 0)
  return { ...described, normal: { labels, rows: sum(true), anomalous: sum(false) } }
}

/** A column that is named as that of the labels. */
const asLabel = (column: InferredColumn): InferredColumn => ({
  ...column,
  kind: 'label',
  reason: `named as the column of labels; inferred was ${column.kind} (${column.reason})`,
  treatment: treatmentOf({ name: column.name, kind: 'label' }),
  remarks: [],
})

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
