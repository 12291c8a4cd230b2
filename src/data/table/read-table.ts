import { trainedKinds } from '../../distributions/columns/column.ts'
import { shortened } from '../../tensor/described.ts'
import { nearest, UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { TableForm } from './form.ts'
import { type InferredTable, inferSchema } from './infer.ts'
import type { LeftOut } from './left-out.ts'
import type { RecordSource } from './records.ts'
import type { TableSchema } from './schema.ts'

/** How the columns of a new table are taken. */
export interface ColumnOptions {
  /** What each column is; inferred from the first rows if absent. */
  readonly schema?: TableSchema | undefined
  /** The column that holds the labels. */
  readonly label?: string | undefined
  /** Texts that stand for a missing value. */
  readonly missing?: readonly string[] | undefined
}

/** What the columns of a table are, and what a user should know of that. */
export interface FoundSchema {
  readonly schema: TableSchema
  /** In sentences. */
  readonly notes: readonly string[]
  /** Columns that are left out by the first of more rows. */
  readonly leftOut?: LeftOut | undefined
}

/**
 * What each column of a table is: as a model was trained on it, as a schema says, or as its first rows suggest.
 *
 * @throws UserError if the column of labels is not there, or no column is found to train on
 */
export async function schemaFor(
  source: RecordSource,
  { schema, label, missing }: ColumnOptions,
  known?: TableForm,
): Promise<FoundSchema> {
  if (known) return { schema: known.schema, notes: [] }
  if (label !== undefined) requireColumn(source, label, 'label')
  if (schema) return { schema: withLabel(schema, label), notes: [] }
  const found = await inferSchema(source, { missing })
  requireTrained(found)
  const left = found.columns.filter(({ name, kind }) => kind === 'ignore' && name !== label)
  return {
    schema: withLabel(found.schema, label),
    ...(found.isComplete
      ? {
          notes: left.map(
            (column) => `column ${JSON.stringify(column.name)} is left out: ${column.reason}`,
          ),
        }
      : {
          notes: [],
          leftOut: {
            rows: found.rows,
            values: new Map(left.map(({ name, examples }) => [name, examples[0]])),
          },
        }),
  }
}

/** Columns that a refusal describes. */
const MOST_DESCRIBED = 3

function requireTrained({ name, columns }: InferredTable): void {
  if (columns.some(({ kind }) => (trainedKinds as readonly string[]).includes(kind))) return
  const described = columns
    .slice(0, MOST_DESCRIBED)
    .map((column) => `${JSON.stringify(shortened(column.name))} (${column.reason})`)
  const others = columns.length - described.length
  const all = others > 0 ? [...described, `${counted(others, 'more column')}`] : described
  throw new UserError(
    worded`${name}: has no column to train on, only ${all.join(', ')}; state the kinds of its columns in ${option('schema')}`,
  )
}

/** The schema in which a column holds the labels. */
export const withLabel = (schema: TableSchema, label: string | undefined): TableSchema => ({
  ...schema,
  columns: schema.columns.map((column) =>
    column.name === label ? { name: column.name, kind: 'label' } : column,
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
