import type { FileMetaData, ParquetParsers, SchemaTree } from 'hyparquet'
import { parquetMetadata, parquetSchema } from 'hyparquet/src/metadata.js'
import { UserError } from '../../../tensor/errors.ts'
import { counted } from '../../../tensor/numbers.ts'
import { isParquet } from '../../magic.ts'
import type { Cell, ColumnHint, RecordBatch, RecordSource } from '../records.ts'
import { batchRows, columnNames } from './batches.ts'
import type { ByteSource } from './bytes.ts'
import { columnPages, damaged } from './parquet-pages.ts'
import { requireStructure } from './parquet-thrift.ts'
import { hintOf, unreadable } from './parquet-types.ts'

/**
 * Opens a Parquet file. It is read by row group, and there page by page of every column, so that a page of each is in
 * memory whatever the size of the groups.
 *
 * Dates and timestamps become `Date`, to the millisecond; decimals numbers; whole numbers of 64 bits `bigint`; times of
 * day numbers in the unit of the file. Nested columns and those of raw bytes are left out, and `reading` names them.
 *
 * @throws UserError, here or while the rows are read, for a damaged file
 */
export async function openParquet(source: ByteSource): Promise<RecordSource> {
  const { name } = source
  const { metadata, root } = await readMetadata(source)
  const { children } = root
  const leaves = children.filter((child) => unreadable(child) === undefined)
  const left = children.filter((child) => unreadable(child) !== undefined)
  const said = left.map((child) => `${JSON.stringify(child.element.name)} (${unreadable(child)})`)
  if (leaves.length === 0)
    throw new UserError(
      `${name}: has no column that can be read${said.length > 0 ? `, only ${said.join(', ')}` : ''}; expected numbers, texts, dates or booleans`,
    )
  const count = Number(metadata.num_rows)
  if (count === 0)
    throw new UserError(`${name}: has columns but no rows; expected at least one row`)
  const columns = columnNames(
    leaves.map((leaf) => leaf.element.name),
    name,
  )
  return {
    name,
    format: 'parquet',
    columns,
    hints: leaves.map(({ element }): ColumnHint | undefined => hintOf(element)),
    count,
    reading: [
      `Parquet, ${counted(metadata.row_groups.length, 'row group')}`,
      ...(left.length > 0 ? [`without ${said.join(', ')}`] : []),
    ].join(', '),
    original: { format: 'parquet', source, structure: { metadata, root }, unread: said },
    batches: () =>
      parquetBatches(
        source,
        metadata,
        leaves.map((leaf) => [root, leaf]),
      ),
  }
}

/** What a Parquet file says of itself at its end. */
export interface ParquetStructure {
  readonly metadata: FileMetaData
  readonly root: SchemaTree
}

/** Most bytes of the description of a file: of a table of 10,000 columns in 100 row groups they are some 100 MB. */
const LONGEST_DESCRIPTION = 2 ** 28

async function readMetadata(source: ByteSource): Promise<ParquetStructure> {
  const { name, size } = source
  if (size === undefined)
    throw new UserError(
      `${name}: is a Parquet file in gzip, which cannot be read from its end; unpack it first (Parquet is compressed inside)`,
    )
  const tail = await source.slice(size - 4, size)
  if (!isParquet(tail))
    throw new UserError(
      `${name}: begins as a Parquet file and does not end as one: it is cut short; copy or write it again`,
    )
  try {
    const ends = await source.slice(Math.max(0, size - 8), size)
    const length = new DataView(ends.buffer, ends.byteOffset).getUint32(0, true)
    if (length > size - 8 || length > LONGEST_DESCRIPTION)
      throw new Error(`it claims ${length} bytes of a file of ${size}`)
    const bytes = await source.slice(size - 8 - length, size)
    requireStructure(bytes, 0)
    const metadata = parquetMetadata(bytes)
    const root = parquetSchema(metadata)
    if (root.children.some(({ element }) => !element.name)) throw new Error('a column has no name')
    requireRows(metadata)
    return { metadata, root }
  } catch (error) {
    throw error instanceof UserError ? error : damaged(`${name}: its description at the end`, error)
  }
}

/** All rows are in row groups, and none of these has a negative number of them. */
function requireRows({ num_rows: rows, row_groups: groups }: FileMetaData): void {
  const counts = groups.map((group) => group.num_rows)
  const total = counts.reduce((sum, count) => sum + BigInt(count), 0n)
  if (total !== BigInt(rows) || counts.some((count) => count < 0))
    throw new Error(`it claims ${rows} rows, and its row groups have ${total}`)
}

/** The rows of some columns of a Parquet file, by their paths from the root of its schema. */
export async function* parquetBatches(
  source: ByteSource,
  metadata: FileMetaData,
  paths: readonly (readonly SchemaTree[])[],
  parsers?: ParquetParsers,
): AsyncIterable<RecordBatch> {
  const most = batchRows(paths.length)
  let before = 0
  for (const [index, group] of metadata.row_groups.entries()) {
    const rows = Number(group.num_rows)
    const columns = paths.map((path) => {
      const column = path.at(-1)!.element.name
      const where = `${source.name}: column ${JSON.stringify(column)} of row group ${index + 1}`
      const meta = group.columns.find(
        (one) => one.meta_data?.path_in_schema[0] === column,
      )?.meta_data
      if (!meta) throw damaged(where, 'it is not described')
      return columnPages(source, { meta, path, rows, where, parsers })
    })
    for (let start = 0; start < rows; start += most) {
      const count = Math.min(most, rows - start)
      const cells: ArrayLike<Cell>[] = []
      for (const column of columns) cells.push(await column.take(count))
      const first = before + start + 1
      yield { count, columns: cells, place: (row) => `row ${first + row}` }
    }
    before += rows
  }
}
