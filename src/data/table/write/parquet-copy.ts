import type { ColumnChunk, KeyValue, RowGroup, SchemaElement, SchemaTree } from 'hyparquet'
import type { ParquetWriter } from 'hyparquet-writer/src/parquet-writer.js'
import type { ParquetOriginal } from '../original.ts'
import { type ParquetStructure, parquetBatches } from '../read/parquet.ts'
import { exactParsers } from '../read/parquet-types.ts'
import type { Cell, RecordBatch, RecordSource } from '../records.ts'
import { DrainedBytes } from './drained-bytes.ts'
import type { TableEdit } from './edit.ts'
import { columnData, elementOf, parquetWriter } from './parquet.ts'
import { storedElement, storedValue } from './parquet-values.ts'

/** Bytes of a column to copy at a time. */
const PIECE = 2 ** 22

/** Rows of which new cells are asked at a time. */
const ROWS_AT_ONCE = 2 ** 14

/**
 * A Parquet file with other columns, row group by row group. The bytes of columns that stay are copied, so that they are the same
 * to the last bit, whatever their type and compression. The new cells of a row group are in memory together.
 */
export async function* parquetCopyParts(
  source: RecordSource,
  original: ParquetOriginal,
  edit: TableEdit,
): AsyncGenerator<Uint8Array> {
  const { added = [], replaced = [] } = edit
  const { metadata, root } = original.structure as ParquetStructure
  const leaves = replaced.map((name) => root.children.find(({ element }) => element.name === name)!)
  const elements = leaves.map(({ element }) => storedElement(element))
  const schema = schemaOf(metadata.schema, elements, added.map(elementOf))
  // The schema of Arrow describes the columns as they were.
  const isSame = ({ key }: KeyValue) => added.length === 0 || key !== 'ARROW:schema'
  const about = metadata.key_value_metadata?.filter(isSame)
  const bytes = new DrainedBytes()
  const writer = parquetWriter(bytes, schema, about)
  const old = cellsOf(source, original, leaves)
  let start = 0
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows)
    if (rows === 0) continue
    const cells = await newCells(edit, start, start + rows)
    const columns = [
      ...(await storedColumns(elements, cells.replaced, old, rows)),
      ...added.map(({ name, type }, j) => columnData(name, type, cells.added[j]!)),
    ]
    const copied: ColumnChunk[] = []
    for (const chunk of group.columns) {
      if (replaced.includes(chunk.meta_data!.path_in_schema[0]!)) continue
      copied.push(movedChunk(chunk, bytes.offset))
      for await (const piece of bytesOfChunk(original, chunk)) {
        bytes.appendBytes(piece)
        yield bytes.take()
      }
    }
    const written = writtenGroup(writer, columns as ColumnSources, rows)
    writer.row_groups.push(groupOf(group, copied, written) as WrittenGroup)
    yield bytes.take()
    start += rows
  }
  writer.finish()
  yield bytes.take()
}

type ColumnSources = Parameters<ParquetWriter['write']>[0]['columnData']
type WrittenGroup = ParquetWriter['row_groups'][number]

/** The values of the replaced columns in a row group: new cells, and the original ones in their places. */
async function storedColumns(
  elements: readonly SchemaElement[],
  edited: readonly (readonly Cell[])[],
  old: AsyncIterator<RecordBatch>,
  rows: number,
) {
  const columns = elements.map(({ name }) => ({ name, data: new Array<unknown>(rows) }))
  for (let start = 0; elements.length > 0 && start < rows; ) {
    const batch: RecordBatch = (await old.next()).value
    for (const [j, element] of elements.entries())
      for (let i = 0; i < batch.count; i++) {
        const cell = edited[j]![start + i]
        const value = cell === undefined ? batch.columns[j]![i] : cell
        columns[j]!.data[start + i] = storedValue(element, value)
      }
    start += batch.count
  }
  return columns
}

/** The original cells of the replaced columns. */
const cellsOf = (
  source: RecordSource,
  { source: bytes, structure }: ParquetOriginal,
  leaves: readonly SchemaTree[],
) => {
  const { metadata, root } = structure as ParquetStructure
  return parquetBatches(
    { ...bytes, name: source.name },
    metadata,
    leaves.map((leaf) => [root, leaf]),
    exactParsers,
  )[Symbol.asyncIterator]()
}

interface NewCells {
  readonly added: readonly Cell[][]
  readonly replaced: readonly Cell[][]
}

/** The new cells of a row group, asked for some rows at a time. */
async function newCells(edit: TableEdit, start: number, end: number): Promise<NewCells> {
  const added = (edit.added ?? []).map((): Cell[] => [])
  const replaced = (edit.replaced ?? []).map((): Cell[] => [])
  for (let from = start; from < end; from += ROWS_AT_ONCE) {
    const to = Math.min(end, from + ROWS_AT_ONCE)
    const part = await edit.cells(from, to)
    for (let i = 0; i < to - from; i++) {
      for (const [j, column] of added.entries()) column.push(part.added![j]![i])
      for (const [j, column] of replaced.entries()) column.push(part.replaced![j]![i])
    }
  }
  return { added, replaced }
}

function schemaOf(
  [root, ...others]: readonly SchemaElement[],
  replaced: readonly SchemaElement[],
  added: readonly SchemaElement[],
): SchemaElement[] {
  const byName = new Map(replaced.map((element) => [element.name, element]))
  let depth = 0
  const own = others.map((element) => {
    const isTop = depth === 0
    depth = isTop ? (element.num_children ?? 0) : depth - 1 + (element.num_children ?? 0)
    return readable((isTop && byName.get(element.name)) || element)
  })
  return [{ ...root!, num_children: (root!.num_children ?? 0) + added.length }, ...own, ...added]
}

/**
 * An element that every reader takes: hyparquet-writer stores the width of whole numbers as 32 bits where the format has 8,
 * which Arrow refuses, so they get their older name.
 */
function readable(element: SchemaElement): SchemaElement {
  const { logical_type: logical, ...others } = element
  if (logical?.type !== 'INTEGER') return element
  const { isSigned, bitWidth } = logical
  const older = `${isSigned ? 'INT' : 'UINT'}_${bitWidth}` as SchemaElement['converted_type']
  return { ...others, converted_type: older! }
}

/** Where the bytes of a column begin in its file. */
const startOf = ({ meta_data: meta }: ColumnChunk): bigint => {
  const { data_page_offset: data, dictionary_page_offset: dictionary } = meta!
  return dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data
}

async function* bytesOfChunk({ source }: ParquetOriginal, chunk: ColumnChunk) {
  const start = Number(startOf(chunk))
  const end = start + Number(chunk.meta_data!.total_compressed_size)
  for (let at = start; at < end; at += PIECE) yield source.slice(at, Math.min(end, at + PIECE))
}

/**
 * The description of a column whose bytes now begin at `offset`. Indices and filters, which are elsewhere in the file, are not
 * copied, and neither are statistics: they would be stored in another precision.
 */
function movedChunk(chunk: ColumnChunk, offset: number): ColumnChunk {
  const moved = BigInt(offset) - startOf(chunk)
  const meta = chunk.meta_data!
  const isThere = meta.dictionary_page_offset !== undefined && meta.dictionary_page_offset > 0n
  return {
    file_offset: BigInt(offset),
    meta_data: {
      type: meta.type,
      encodings: meta.encodings,
      path_in_schema: meta.path_in_schema,
      codec: meta.codec,
      num_values: meta.num_values,
      total_uncompressed_size: meta.total_uncompressed_size,
      total_compressed_size: meta.total_compressed_size,
      data_page_offset: meta.data_page_offset + moved,
      ...(isThere && { dictionary_page_offset: meta.dictionary_page_offset! + moved }),
      ...(meta.encoding_stats && { encoding_stats: meta.encoding_stats }),
    },
  }
}

/** Writes new columns, and gives their descriptions. */
function writtenGroup(
  writer: ParquetWriter,
  columnData: ColumnSources,
  rows: number,
): readonly ColumnChunk[] {
  if (columnData.length === 0) {
    writer.num_rows += BigInt(rows)
    return []
  }
  writer.write({ columnData, rowGroupSize: rows })
  return writer.row_groups.pop()!.columns
}

/** A row group whose columns stand in the order of the schema: the new ones last. */
function groupOf(
  { columns, num_rows, sorting_columns }: RowGroup,
  copied: readonly ColumnChunk[],
  written: readonly ColumnChunk[],
): RowGroup {
  const pathOf = ({ meta_data }: ColumnChunk) => JSON.stringify(meta_data!.path_in_schema)
  const byPath = new Map([...copied, ...written].map((chunk) => [pathOf(chunk), chunk]))
  const own = columns.map((chunk) => byPath.get(pathOf(chunk))!)
  const known = new Set(own)
  const all = [...own, ...written.filter((chunk) => !known.has(chunk))]
  const sum = (size: 'total_uncompressed_size' | 'total_compressed_size') =>
    all.reduce((total, { meta_data }) => total + meta_data![size], 0n)
  return {
    columns: all,
    total_byte_size: sum('total_uncompressed_size'),
    total_compressed_size: sum('total_compressed_size'),
    num_rows,
    ...(sorting_columns && written.length === 0 && { sorting_columns }),
  }
}
