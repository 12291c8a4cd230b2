import { readFile } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { type DigestOf, type NamedArray, type SplitOptions, splitRules } from './assemble.ts'
import type { DataSet } from './dataset.ts'
import type { KnownExamples } from './examples.ts'
import { requireReadable } from './files.ts'
import { labelsOf } from './labels.ts'
import { pathOf } from './named-tables.ts'
import { assembleTable, type TablePart } from './table/assemble-table.ts'
import { cachedTable } from './table/cache.ts'
import { type PackOptions, packTable } from './table/pack.ts'
import type { PackedTable } from './table/packed.ts'
import { numericSchema, packedArray } from './table/packed-array.ts'
import { nodeDigest } from './table/packed-file.ts'
import { recordsOfArray } from './table/read/array-records.ts'
import { fileBytes } from './table/read/file-bytes.ts'
import { recordsOfObjects } from './table/read/objects.ts'
import { openRecords } from './table/read/open-records.ts'
import { type ColumnOptions, requireColumn, schemaFor } from './table/read-table.ts'
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
  /** Whether tables that are too large for memory may be kept in the cache folder; they may by default. */
  readonly cache?: boolean | undefined
}

type OpeningTable = TableOptions & SplitOptions & { readonly known?: KnownExamples | undefined }

/** Rows with labels that are not in one of their columns. */
export interface LabelledRows {
  /** Name in messages. */
  readonly name: string
  readonly rows: TableData
  readonly labelsName: string
  readonly labels?: HostTensor | undefined
}

/** Opens the records of a table, wherever they are. */
export async function openTableRecords(
  data: TableData,
  name: string,
  reading: TableReading,
): Promise<RecordSource> {
  if (typeof data === 'string') return openRecords(await fileBytes(pathOf(data)), reading)
  return 'dtype' in data ? recordsOfArray(data, name) : recordsOfObjects(data, name)
}

/** The packed rows of a table: those of a file that is too large for memory are found again in the cache. */
export function packedRows(
  data: TableData,
  source: RecordSource,
  schema: TableSchema,
  { cache: useCache = true, newData, ...options }: TableOptions & Pick<PackOptions, 'newData'>,
): Promise<PackedTable> {
  if (typeof data !== 'string') return packTable(source, schema, { digest: nodeDigest, newData })
  const reading = readingOf(options)
  return cachedTable({ path: pathOf(data), reading }, source, schema, { useCache, newData })
}

/** The options of reading alone. */
const readingOf = ({
  separator,
  encoding,
  header,
  decimal,
  comment,
  array,
}: TableReading): TableReading => ({ separator, encoding, header, decimal, comment, array })

/**
 * Opens a table as a data set.
 *
 * @throws UserError for a file that holds no table, a schema that does not fit it, and values that do not fit the schema
 */
export async function openTable(
  main: LabelledRows,
  test: LabelledRows | undefined,
  options: OpeningTable,
  digestOf: DigestOf,
): Promise<DataSet> {
  const { known, standardise = true } = options
  const source = await openTableRecords(main.rows, main.name, options)
  const given =
    typeof options.schema === 'string' ? await schemaOfFile(options.schema) : options.schema
  for (const rule of splitRules) {
    const column = options[rule]
    if (column !== undefined) requireColumn(source, column, rule)
  }
  const found = await schemaFor(source, { ...options, schema: given }, known?.form?.table)
  const schema = withSplitColumn(found, options.splitBy)
  const part = async (rows: LabelledRows, from: RecordSource): Promise<TablePart> => {
    const packed = await packedRows(rows.rows, from, schema, options)
    return { packed, labels: labelsFor(rows, packed.count) }
  }
  const parts = {
    main: await part(main, source),
    test: test && (await part(test, await openTableRecords(test.rows, test.name, options))),
  }
  const name = typeof main.rows === 'string' ? main.rows : 'array'
  return assembleTable({ name, schema, ...parts }, { ...options, standardise }, digestOf, known)
}

/** The schema in which the column of splits is kept as a key: a model is not trained on it. */
const withSplitColumn = (schema: TableSchema, name: string | undefined): TableSchema => ({
  ...schema,
  columns: schema.columns.map((column) =>
    column.name === name ? { name: column.name, kind: 'text' } : column,
  ),
})

/** Opens arrays `[n, D]` of numbers as a data set whose columns are all numeric. */
export async function openNumbers(
  main: NamedArray,
  test: NamedArray | undefined,
  options: OpeningTable,
  digestOf: DigestOf,
): Promise<DataSet> {
  const part = async ({ name, array, labelsName, labels }: NamedArray): Promise<TablePart> => {
    const { data, shape } = array
    const about = new TextEncoder().encode(`${array.dtype} ${shape}\n`)
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const packed = packedArray(array, name, await digestOf([about, bytes]))
    return { packed, labels: labelsFor({ name, rows: array, labelsName, labels }, packed.count) }
  }
  const parts = { main: await part(main), test: test && (await part(test)) }
  const schema = numericSchema(main.array.shape[1]!)
  const { known } = options
  const settings = { ...options, standardise: true, numbers: true }
  return assembleTable({ name: main.name, schema, ...parts }, settings, digestOf, known)
}

const labelsFor = (
  { name, labelsName, labels }: LabelledRows,
  count: number,
): Int32Array | undefined => labels && labelsOf(labels, labelsName, count, name)

/** Largest schema, in bytes. */
const LARGEST_SCHEMA = 2 ** 26

async function schemaOfFile(path: string): Promise<TableSchema> {
  requireReadable(path)
  const text = await readFile(path, 'utf8')
  if (text.length > LARGEST_SCHEMA) throw new UserError(`${path}: is too large for a schema`)
  return schemaFromJson(text, path)
}
