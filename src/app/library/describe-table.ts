import { type ExampleArray, exampleRows, isBlob } from '../../data/given.ts'
import type { NormalLabels } from '../../data/normal.ts'
import { blobName } from '../../data/open-columns.ts'
import { describeTable as describe, type TableDescription } from '../../data/table/describe.ts'
import { recordsInMemory } from '../../data/table/read/in-memory.ts'
import type { RecordSource, TableReading } from '../../data/table/records.ts'
import type { TableSchema } from '../../data/table/schema.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { resolveInspected } from '../config.ts'
import { givenSchema } from './given-options.ts'

export type { TableDescription } from '../../data/table/describe.ts'

/** How a table is read, and what of it is described. */
export interface DescribeTableOptions extends TableReading {
  /** A schema whose effect is shown, in place of what would be inferred. */
  readonly schema?: TableSchema | undefined
  /** Texts that stand for a missing value, in place of the usual ones. */
  readonly missing?: readonly string[] | undefined
  /** The column of labels, and the labels of normal rows, as `train` takes them. */
  readonly label?: string | undefined
  readonly normal?: NormalLabels | undefined
}

const reading = ['separator', 'encoding', 'header', 'decimal', 'comment', 'array'] as const

/**
 * Describes a table by its first rows, before anything is trained on it: each column with its kind, what led to it, and
 * what training does with it. Its `schema` can be changed and given to `train`.
 *
 *     const { columns, schema } = await describeTable(file)
 *
 * @param data a `File` or `Blob`, or an object for each row
 * @throws UserError for what is not a table, and for a schema that does not fit it
 */
export async function describeTable(
  data: Blob | readonly object[] | ExampleArray,
  options: DescribeTableOptions = {},
): Promise<TableDescription> {
  requireDescribing(options)
  const rows = exampleRows(data, 'data')
  const name = isBlob(rows) ? blobName(rows, 'data') : 'data'
  return describeRecords(await recordsInMemory(rows, name, options), options)
}

/** Throws UserError for options that `describeTable` does not have. */
export const requireDescribing = (options: DescribeTableOptions): void =>
  requireOptions(
    options,
    'describeTable',
    [...reading, 'schema', 'missing', 'label', 'normal'],
    UserError,
  )

/** Describes the records of a table. */
export const describeRecords = (
  source: RecordSource,
  { schema, missing, ...options }: DescribeTableOptions,
): Promise<TableDescription> => {
  const { label, normal } = resolveInspected({ label: options.label, normal: options.normal })
  return describe(source, { schema: givenSchema(schema), missing, label, normal })
}
