import { trainedKinds } from '../../distributions/columns/column.ts'
import { described } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Digest, sha256Digest } from '../../tensor/sha256.ts'
import { option, worded } from '../../tensor/wording.ts'
import { marksOf } from './cells.ts'
import { CellFault, type Converter, converterOf } from './converters.ts'
import { type LeftOut, leftOutCheck } from './left-out.ts'
import type { PackedTable } from './packed.ts'
import { layoutOf, type PackedLayout, viewsOf, writeField } from './packed-layout.ts'
import { type PackedColumnHeader, type PackedHeader, packedTable } from './packed-table.ts'
import type { RecordBatch, RecordSource } from './records.ts'
import type { ColumnKind, TableSchema } from './schema.ts'
import { type MatchedColumn, matchColumns } from './schema-file.ts'
import { memoryRows, type RowWriter } from './stored-rows.ts'

export interface PackOptions {
  /** SHA-256; by default a portable one. */
  readonly digest?: (() => Digest) | undefined
  /** Bytes of packed rows that stay in memory: 256 MB by default. */
  readonly memory?: number | undefined
  /** Where more than these go: a file. Without it, a larger table is refused. */
  readonly overflow?: ((stride: number) => Promise<RowWriter>) | undefined
  /** Whether this is new data for a trained model: see `MatchOptions`. */
  readonly newData?: boolean | undefined
  /** Most memory for the texts of a key column, in bytes. */
  readonly keyBytes?: number | undefined
  /** Columns that are left out by the first rows: a note says which of them vary later. */
  readonly leftOut?: LeftOut | undefined
  readonly signal?: AbortSignal | undefined
  /** Called after each batch with the number of rows so far. */
  readonly onRows?: ((rows: number) => void) | undefined
}

/** Bytes of packed rows that stay in memory, without a file. */
export const IN_MEMORY = 256_000_000

/**
 * Packs a table into rows of a fixed width, in one pass over the source.
 *
 * @throws UserError for a column or a value that contradicts the schema, naming its place; for a table without rows or
 * without columns to train on; and for one that does not fit in memory where there is no `overflow`
 */
export async function packTable(
  source: RecordSource,
  schema: TableSchema,
  options: PackOptions = {},
): Promise<PackedTable> {
  const matched = matchColumns(source, schema, options)
  requireTrained(source.name, matched)
  const columns = matched.map((one) => packedColumn(one, schema, options))
  const layout = layoutOf(columns.map(({ kind }) => kind))
  const digest = (options.digest ?? sha256Digest)()
  const { leftOut } = options
  const check = leftOut && leftOutCheck(leftOut, source.columns, marksOf(schema.missing))
  const rows = overflowing(source, layout.stride, options)
  try {
    let count = 0
    for await (const batch of source.batches()) {
      options.signal?.throwIfAborted()
      check?.add(batch)
      const bytes = packBatch(source.name, batch, columns, layout, options.newData)
      digest.update(bytes)
      await rows.write(bytes)
      count += batch.count
      options.onRows?.(count)
    }
    if (count === 0) throw new UserError(`${source.name}: has no rows; expected at least one`)
    const packed = headerOf(source.name, columns, count, digest)
    const header = { ...packed, notes: [...packed.notes, ...(check?.notes() ?? [])] }
    const stored = await rows
      .writer()
      .finish(() => new TextEncoder().encode(JSON.stringify(header)))
    return packedTable(header, stored)
  } catch (error) {
    await rows.writer().discard()
    throw error
  }
}

interface PackingColumn {
  readonly name: string
  readonly kind: Exclude<ColumnKind, 'ignore'>
  readonly index: number
  readonly converter: Converter
  missing: number
}

function packedColumn(
  { column, index }: MatchedColumn,
  { missing }: TableSchema,
  options: PackOptions,
): PackingColumn {
  const converter = converterOf(column, marksOf(missing, column.missing), options)
  return {
    name: column.name,
    kind: column.kind as PackingColumn['kind'],
    index,
    converter,
    missing: 0,
  }
}

function requireTrained(file: string, matched: readonly MatchedColumn[]): void {
  const isTrained = ({ column }: MatchedColumn) =>
    (trainedKinds as readonly string[]).includes(column.kind)
  if (!matched.some(isTrained))
    throw new UserError(
      worded`${file}: has no column to train on: all are keys, labels or left out; state the kinds of its columns in ${option('schema')}`,
    )
}

/** The packed rows of a batch. */
function packBatch(
  file: string,
  batch: RecordBatch,
  columns: readonly PackingColumn[],
  layout: PackedLayout,
  newData: boolean | undefined,
): Uint8Array {
  const bytes = new Uint8Array(new Float64Array((batch.count * layout.stride) / 8).buffer)
  const views = viewsOf(bytes)
  const values = new Float64Array(batch.count)
  let first: PlacedFault | undefined
  columns.forEach((column, j) => {
    const fault = convert(column, batch, values, first?.row ?? batch.count)
    first = fault ?? first
    if (!first) writeField(views, layout, j, values)
  })
  if (first) throw faultText(file, batch, first, newData)
  return bytes
}

interface PlacedFault {
  readonly row: number
  readonly column: PackingColumn
  readonly fault: CellFault
}

/** Converts the cells of a column before row `end`; a fault ends it. */
function convert(
  column: PackingColumn,
  batch: RecordBatch,
  values: Float64Array,
  end: number,
): PlacedFault | undefined {
  const cells = batch.columns[column.index]!
  const { converter } = column
  let row = 0
  try {
    for (; row < end; row++) {
      const value = converter.value(cells[row])
      if (Number.isNaN(value)) column.missing++
      values[row] = value
    }
    return undefined
  } catch (fault) {
    if (!(fault instanceof CellFault)) throw fault
    return { row, column, fault }
  }
}

function faultText(
  file: string,
  batch: RecordBatch,
  { row, column, fault }: PlacedFault,
  newData = false,
): UserError {
  const cell = batch.columns[column.index]![row]
  const value = cell instanceof Date ? String(cell) : described(cell)
  // The schema of new data is that of the model.
  const advice = newData
    ? 'correct the value, or leave the cell empty where it is missing'
    : worded`correct the value, or in ${option('schema')}, ${fault.advice}`
  return new UserError(
    worded`${file}: ${batch.place(row)}, column ${JSON.stringify(column.name)}: expected ${fault.expected}, got ${value}; ${advice}`,
  )
}

/** Rows in memory, which move to a file when there are too many of them. */
function overflowing({ name, count }: RecordSource, stride: number, options: PackOptions) {
  const most = options.memory ?? IN_MEMORY
  const memory = memoryRows(stride, count)
  let file: RowWriter | undefined
  return {
    writer: (): RowWriter => file ?? memory,
    async write(bytes: Uint8Array) {
      if (!file && memory.bytes + bytes.length > most) {
        if (!options.overflow) throw tooLarge(name, most)
        file = await options.overflow(stride)
        for (const block of memory.blocks()) file.write(block)
        await memory.discard()
      }
      ;(file ?? memory).write(bytes)
    },
  }
}

const tooLarge = (name: string, most: number) =>
  new UserError(
    worded`${name}: its packed rows take more than the ${Math.round(most / 1e6)} MB that are kept in memory; let it be packed into the cache (without ${option('cache', false)}), or use fewer rows or columns`,
  )

/** Ends the digest: it covers the rows, and what their codes stand for. */
function headerOf(
  name: string,
  columns: readonly PackingColumn[],
  count: number,
  digest: Digest,
): PackedHeader {
  const headers = columns.map(({ name, kind, missing, converter }): PackedColumnHeader => {
    const { dictionary, dropped } = converter
    if (dropped) return { name, kind, missing, dropped }
    return { name, kind, missing, ...(dictionary && { dictionary }) }
  })
  const facts = headers.map(({ name, kind, dictionary, dropped }) => [
    name,
    kind,
    dictionary ?? null,
    dropped ?? false,
  ])
  digest.update(new TextEncoder().encode(JSON.stringify([count, facts])))
  const notes = headers
    .filter(({ dropped }) => dropped)
    .map(
      ({ name }) =>
        `column ${JSON.stringify(name)}: has too many different texts to keep; it is left out, also as key`,
    )
  return { name, columns: headers, count, hash: digest.finish(), notes }
}
