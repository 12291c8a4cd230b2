import type { SchemaElement } from 'hyparquet'
import { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js'
import { textOf } from '../cells.ts'
import type { ColumnType, TypedColumn } from '../original.ts'
import type { Cell, RecordSource } from '../records.ts'
import { typesOf, valueAs } from './column-types.ts'
import { DrainedBytes } from './drained-bytes.ts'
import { editedBatches, type TableEdit } from './edit.ts'

/** Most rows of a row group, and most cells: they are in memory together. */
const GROUP_ROWS = 2 ** 16
const GROUP_CELLS = 2 ** 20

/** A table as Parquet, row group by row group. Texts of CSV become numbers where a column holds only numbers. */
export async function* parquetParts(
  source: RecordSource,
  edit: TableEdit,
): AsyncGenerator<Uint8Array> {
  const types = await typesOf(source)
  const columns = [
    ...source.columns.map((name, j) => ({ name, type: types[j]! })),
    ...(edit.added ?? []),
  ]
  const bytes = new DrainedBytes()
  const writer = parquetWriter(bytes, schemaOf(columns))
  const most = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_CELLS / columns.length)))
  let waiting = columns.map((): Cell[] => [])
  const group = (): Uint8Array => {
    writer.write({
      columnData: columns.map(({ name, type }, j) => columnData(name, type, waiting[j]!)),
      rowGroupSize: waiting[0]!.length,
    })
    waiting = columns.map(() => [])
    return bytes.take()
  }
  for await (const { batch, replaced, added } of editedBatches(source, edit)) {
    for (let row = 0; row < batch.count; row++) {
      for (let j = 0; j < columns.length; j++) {
        const edited = replaced.get(j)?.[row]
        const own =
          j < batch.columns.length ? batch.columns[j]![row] : added[j - batch.columns.length]![row]
        waiting[j]!.push(edited === undefined ? own : edited)
      }
      if (waiting[0]!.length === most) yield group()
    }
  }
  if (waiting[0]!.length > 0) yield group()
  writer.finish()
  yield bytes.take()
}

type WriterOptions = ConstructorParameters<typeof ParquetWriter>[0]

/** A writer of Parquet. Its package brings a hyparquet of its own, whose types know fewer encodings. */
export const parquetWriter = (
  writer: DrainedBytes,
  schema: readonly SchemaElement[],
  kvMetadata?: WriterOptions['kvMetadata'],
): ParquetWriter =>
  new ParquetWriter({
    writer,
    schema: schema as WriterOptions['schema'],
    createdBy: 'latentlab',
    ...(kvMetadata && { kvMetadata }),
  })

/** Elements of the schema of a Parquet file, by the type of a column. */
const elements: Readonly<Record<ColumnType, Omit<SchemaElement, 'name'>>> = {
  number: { type: 'DOUBLE' },
  float32: { type: 'FLOAT' },
  integer: { type: 'INT64' },
  boolean: { type: 'BOOLEAN' },
  date: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
}

/** The element of a column that may have missing values. */
export const elementOf = ({ name, type }: TypedColumn): SchemaElement => ({
  name,
  repetition_type: 'OPTIONAL',
  ...elements[type],
})

const schemaOf = (columns: readonly TypedColumn[]): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.map(elementOf),
]

/** The values of a column for the writer of hyparquet. */
export function columnData(name: string, type: ColumnType, cells: ArrayLike<Cell>) {
  const data = Array.from(cells, (cell) => storedAs(type, valueAs(type, cell)))
  // Looking for repeated values among measured ones takes long and seldom finds any.
  const isMeasured = type === 'number' || type === 'float32'
  return isMeasured ? { name, data, encoding: 'PLAIN' as const } : { name, data }
}

function storedAs(type: ColumnType, value: Exclude<Cell, undefined>): Exclude<Cell, undefined> {
  if (value === null) return null
  if (type === 'integer') return BigInt(value as number | bigint)
  if (type === 'text') return typeof value === 'string' ? value : textOf(value)
  return value
}
