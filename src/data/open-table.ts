import { readFile } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { DigestOf, SplitOptions } from './assemble.ts'
import type { DataSet } from './dataset.ts'
import type { KnownExamples } from './examples.ts'
import { requireReadable } from './files.ts'
import { assembleTable } from './table/assemble-table.ts'
import { packTable } from './table/pack.ts'
import { fileBytes } from './table/read/file-bytes.ts'
import { recordsOfArray, recordsOfObjects } from './table/read/objects.ts'
import { openRecords } from './table/read/open-records.ts'
import { type ColumnOptions, schemaFor } from './table/read-table.ts'
import type { RecordSource, TableReading } from './table/records.ts'
import type { TableSchema } from './table/schema.ts'
import { schemaFromJson } from './table/schema-file.ts'

/** Rows of a table: the path of a file, an array `[n, columns]`, or an object for each row. */
export type TableData = string | HostTensor | readonly object[]

/** How a table is read, and what its columns are. */
export interface TableOptions extends TableReading, Omit<ColumnOptions, 'schema'> {
  /** A schema, or the path of its file. */
  readonly schema?: string | TableSchema | undefined
  /** Whether numeric columns are brought to mean 0 and standard deviation 1; they are by default. */
  readonly standardise?: boolean | undefined
}

/** Opens the records of a table wherever they are. */
export async function openTableRecords(
  data: TableData,
  name: string,
  reading: TableReading,
): Promise<RecordSource> {
  if (typeof data === 'string') return openRecords(await fileBytes(data), reading)
  return 'dtype' in data ? recordsOfArray(data, name) : recordsOfObjects(data, name)
}

/**
 * Opens a table as a data set.
 *
 * @throws UserError for a file that holds no table, a schema that does not fit it, and values that do not fit the schema
 */
export async function openTable(
  options: TableOptions &
    SplitOptions & {
      readonly data: TableData
      readonly testData?: TableData | undefined
      readonly known?: KnownExamples | undefined
    },
  digestOf: DigestOf,
): Promise<DataSet> {
  const { data, testData, known, standardise = true } = options
  const source = await openTableRecords(data, 'data', options)
  const given =
    typeof options.schema === 'string' ? await schemaOfFile(options.schema) : options.schema
  const schema = await schemaFor(source, { ...options, schema: given }, known?.form?.table)
  const main = await packTable(source, schema)
  const test =
    testData === undefined
      ? undefined
      : await packTable(await openTableRecords(testData, 'testData', options), schema)
  const name = typeof data === 'string' ? data : 'array'
  return assembleTable({ name, schema, main, test }, { ...options, standardise }, digestOf, known)
}

/** Largest schema, in bytes. */
const LARGEST_SCHEMA = 2 ** 26

async function schemaOfFile(path: string): Promise<TableSchema> {
  requireReadable(path)
  const text = await readFile(path, 'utf8')
  if (text.length > LARGEST_SCHEMA) throw new UserError(`${path}: is too large for a schema`)
  return schemaFromJson(text, path)
}
