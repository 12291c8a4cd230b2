import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { columnsOf, type LikelihoodUse } from './array-columns.ts'
import { assemble, type DigestOf, type NamedArray, sourceOf } from './assemble.ts'
import type { DataSet } from './dataset.ts'
import type { KnownExamples, Reading } from './examples.ts'
import { labelsOf } from './labels.ts'
import { type SplitOptions, splitRules } from './split-options.ts'
import { assembleTable, type TablePart } from './table/assemble-table.ts'
import type { PackOptions } from './table/pack.ts'
import type { PackedTable } from './table/packed.ts'
import { numericSchema, packedArray } from './table/packed-array.ts'
import {
  type ColumnOptions,
  type FoundSchema,
  requireColumn,
  schemaFor,
} from './table/read-table.ts'
import type { RecordSource, TableReading } from './table/records.ts'
import type { TableSchema } from './table/schema.ts'

/** Rows of a table in memory: a file's bytes, an array `[n, columns]`, or an object for each row. */
export type GivenTable = Blob | HostTensor | readonly object[]

/** Rows of a table: in memory, or in the file of this path. */
export type TableData = string | GivenTable

/** How a table is read, and what its columns are. */
export interface TableOptions extends TableReading, Omit<ColumnOptions, 'schema'> {
  /** A schema, or the path of its file. */
  readonly schema?: string | TableSchema | undefined
  /** Whether numeric columns are brought to mean 0 and standard deviation 1; they are by default. */
  readonly standardise?: boolean | undefined
  /** Whether tables that are too large for memory may be kept in the cache folder; they may by default. */
  readonly cache?: boolean | undefined
}

export type OpeningTable = TableOptions &
  SplitOptions & { readonly known?: KnownExamples | undefined }

/** What differs between Node, which has files and a cache, and a page. */
export interface TableEnvironment {
  readonly digestOf: DigestOf
  /** Opens the records of a table, wherever they are. */
  records(data: TableData, name: string, reading: TableReading): Promise<RecordSource>
  /** The packed rows of a table. */
  packed(
    data: TableData,
    source: RecordSource,
    schema: TableSchema,
    options: TableOptions & Pick<PackOptions, 'newData' | 'leftOut'>,
  ): Promise<PackedTable>
  /** The schema in a file. */
  schemaOf(path: string): Promise<TableSchema>
}

/** Rows with labels that are not in one of their columns. */
export interface LabelledRows {
  /** Name in messages. */
  readonly name: string
  readonly rows: TableData
  readonly labelsName: string
  readonly labels?: HostTensor | undefined
  /** What a user should know of them, in sentences. */
  readonly notes?: readonly string[] | undefined
}

/** The name of a file in messages: its own, where it has one. */
export const blobName = (blob: Blob, otherwise: string): string =>
  'name' in blob && typeof blob.name === 'string' && blob.name !== '' ? blob.name : otherwise

/** A table, and a separate test set with the same columns. */
export interface GivenRows {
  /** Name of the data set. */
  readonly name: string
  readonly main: LabelledRows
  readonly test?: LabelledRows | undefined
}

/**
 * Opens a table as a data set.
 *
 * @throws UserError for a file that holds no table, a schema that does not fit it, and values that do not fit the schema
 */
export async function openTable(
  { name, main, test }: GivenRows,
  options: OpeningTable,
  environment: TableEnvironment,
): Promise<DataSet> {
  const { known, standardise = true } = options
  const source = await environment.records(main.rows, main.name, options)
  const given =
    typeof options.schema === 'string' ? await environment.schemaOf(options.schema) : options.schema
  for (const rule of splitRules) {
    const column = options[rule]
    if (column !== undefined) requireColumn(source, column, rule)
  }
  const found = await schemaFor(source, { ...options, schema: given }, known?.form?.table)
  const schema = withSplitColumn(found.schema, options.splitBy)
  const part = async (
    rows: LabelledRows,
    from: RecordSource,
    { notes, leftOut }: Partial<FoundSchema> = {},
  ): Promise<TablePart> => {
    const packed = await environment.packed(rows.rows, from, schema, { ...options, leftOut })
    const labels = labelsFor(rows, packed.count)
    return { packed, labels, notes: [...(rows.notes ?? []), ...(notes ?? [])] }
  }
  const testSource = test && (await environment.records(test.rows, test.name, options))
  const parts = {
    main: await part(main, source, found),
    test: test && testSource && (await part(test, testSource)),
  }
  const settings = { ...options, standardise }
  return assembleTable({ name, schema, ...parts }, settings, environment.digestOf, known)
}

/** The schema in which the column of splits is kept as a key: a model is not trained on it. */
const withSplitColumn = (schema: TableSchema, name: string | undefined): TableSchema => ({
  ...schema,
  columns: schema.columns.map((column) =>
    column.name === name ? { name: column.name, kind: 'text' } : column,
  ),
})

/** Arrays of examples, and of a separate test set. */
export interface GivenArrays {
  /** Name of the data set. */
  readonly name: string
  readonly main: NamedArray
  readonly test?: NamedArray | undefined
}

/** How arrays become a data set. */
export type OpeningArrays = OpeningTable &
  Reading & {
    /** The likelihood that a model will have, which decides how the columns of an array of numbers are taken. */
    readonly likelihood?: LikelihoodUse | undefined
  }

/**
 * Opens arrays as a data set: as values that a network sees as they are, or as the columns of a table.
 *
 * @throws UserError for arrays that hold no examples, and for options that do not apply to them
 */
export async function openArrays(
  given: GivenArrays,
  options: OpeningArrays,
  environment: TableEnvironment,
): Promise<DataSet> {
  const { name, main, test } = given
  const { digestOf } = environment
  const use = columnsOf(main.array, options)
  if (use === 'numeric') return openNumbers(given, options, digestOf)
  if (use === 'inferred')
    return openTable({ name, main: asRows(main), test: test && asRows(test) }, options, environment)
  requireNoColumns(options, name)
  return assemble(sourceOf(name, main, test, options), options, digestOf, options.known)
}

const asRows = ({ array, ...named }: NamedArray): LabelledRows => ({ ...named, rows: array })

/** Opens arrays `[n, D]` of numbers as a data set whose columns are all numeric. */
async function openNumbers(
  { name, main, test }: GivenArrays,
  options: OpeningTable,
  digestOf: DigestOf,
): Promise<DataSet> {
  const part = async (of: NamedArray): Promise<TablePart> => {
    const { array, notes } = of
    const { data, shape } = array
    const about = new TextEncoder().encode(`${array.dtype} ${shape}\n`)
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    const packed = packedArray(array, of.name, await digestOf([about, bytes]))
    return { packed, labels: labelsFor(asRows(of), packed.count), notes }
  }
  const parts = { main: await part(main), test: test && (await part(test)) }
  const schema = numericSchema(main.array.shape[1]!)
  const { known } = options
  const settings = { ...options, standardise: true, numbers: true }
  return assembleTable({ name, schema, ...parts }, settings, digestOf, known)
}

const labelsFor = (
  { name, labelsName, labels }: LabelledRows,
  count: number,
): Int32Array | undefined => labels && labelsOf(labels, labelsName, count, name)

/** Options that say how the columns of a table are taken; of other examples there are none. */
const columnOptions = ['schema', 'label', 'missing', ...splitRules] as const

/** Refuses options of columns for examples that have none. */
export function requireNoColumns(
  options: Pick<OpeningTable, (typeof columnOptions)[number]>,
  data: string,
): void {
  const name = columnOptions.find((each) => options[each] !== undefined)
  if (name !== undefined)
    throw new UserError(worded`${option(name)}: ${data} is not a table with columns; leave it out`)
}
