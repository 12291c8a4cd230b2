import { nearest, UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { TableForm } from './form.ts'
import { inferSchema } from './infer.ts'
import type { RecordSource } from './records.ts'
import type { TableSchema } from './schema.ts'

/** How the columns of a new table are taken. */
export interface ColumnOptions {
  /** What each column is; inferred from the first rows if absent. */
  readonly schema?: TableSchema | undefined
  /** The column that holds the labels. */
  readonly labelColumn?: string | undefined
  /** Texts that stand for a missing value. */
  readonly missing?: readonly string[] | undefined
}

/**
 * What each column of a table is: as a model was trained on it, as a schema says, or as its first rows suggest.
 *
 * @throws UserError if the column of labels is not there
 */
export async function schemaFor(
  source: RecordSource,
  { schema, labelColumn, missing }: ColumnOptions,
  known?: TableForm,
): Promise<TableSchema> {
  if (known) return known.schema
  if (labelColumn !== undefined) requireColumn(source, labelColumn, 'labelColumn')
  const found = schema ?? (await inferSchema(source, { missing })).schema
  return labelColumn === undefined ? found : withLabel(found, labelColumn)
}

const withLabel = (schema: TableSchema, label: string): TableSchema => ({
  ...schema,
  columns: schema.columns.map((column) =>
    column.name === label ? { name: label, kind: 'label' } : column,
  ),
})

/** Throws UserError if a table lacks a column that an option names. */
export function requireColumn(
  { name: table, columns }: Pick<RecordSource, 'name' | 'columns'>,
  name: string,
  by: string,
): void {
  if (columns.includes(name)) return
  const meant = nearest(name, columns)
  const known = columns.slice(0, 20).map((column) => JSON.stringify(column))
  const hint = meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`
  throw new UserError(
    worded`${option(by, name)}: ${table} has no such column${hint} (its columns: ${known.join(', ')}${columns.length > 20 ? ', …' : ''})`,
  )
}
