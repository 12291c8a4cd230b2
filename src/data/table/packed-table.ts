import { requireWhole } from '../../tensor/checks.ts'
import type { PackedColumn, PackedTable } from './packed.ts'
import { layoutOf, readField, viewsOf } from './packed-layout.ts'
import { packedRowHashes, rowHashes } from './row-hashes.ts'
import type { ColumnKind } from './schema.ts'
import type { StoredRows } from './stored-rows.ts'

/** What a table says of its rows: with their bytes, all of it. */
export interface PackedHeader {
  readonly name: string
  /** All columns of the rows in the order of their layout. */
  readonly columns: readonly PackedColumnHeader[]
  readonly count: number
  readonly hash: string
  readonly notes: readonly string[]
}

export interface PackedColumnHeader extends PackedColumn {
  readonly kind: Exclude<ColumnKind, 'ignore'>
  /** A key of too many values to keep: the rows still hold a number for each, but the table has no such column. */
  readonly dropped?: boolean | undefined
}

/** Rows that are decoded at a time where all are read. */
const CHUNK = 8192

/** Rows whose columns are decoded one after the other: few enough for the processor's cache. */
const BLOCK = 256

/** A table of stored rows. */
export function packedTable(header: PackedHeader, stored: StoredRows): PackedTable {
  const layout = layoutOf(header.columns.map(({ kind }) => kind))
  const kept = header.columns.flatMap(({ dropped }, j) => (dropped ? [] : [j]))
  const columns = kept.map((j) => header.columns[j]!)
  const width = columns.length
  const { count } = header

  const decoded = (bytes: Uint8Array) => {
    const { stride } = layout
    const rows = bytes.length / stride
    const values = new Float64Array(rows * width)
    for (let start = 0; start < rows; start += BLOCK) {
      const end = Math.min(rows, start + BLOCK)
      const views = viewsOf(bytes.subarray(start * stride, end * stride))
      const into = values.subarray(start * width, end * width)
      for (let at = 0; at < width; at++) readField(views, layout, kept[at]!, into, at, width)
    }
    return values
  }
  const ofBytes = () =>
    packedRowHashes(
      layout,
      header.columns.map(({ kind }) => kind),
    )
  const ofValues = () => {
    const hash = rowHashes(columns)
    return (bytes: Uint8Array, into: Float64Array) => hash(decoded(bytes), into)
  }
  return {
    name: header.name,
    columns,
    count,
    hash: header.hash,
    notes: header.notes,
    inMemory: stored.inMemory,
    bytes: stored.bytes,
    read(rows) {
      return decoded(stored.gather(requireRows(rows, count)))
    },
    rowHashes(within) {
      const hashes = new Float64Array(count)
      const hash = within === 'table' ? ofBytes() : ofValues()
      for (let start = 0; start < count; start += CHUNK) {
        const end = Math.min(count, start + CHUNK)
        hash(stored.slice(start, end), hashes.subarray(start, end))
      }
      return hashes
    },
    close: () => stored.close(),
  }
}

/** Row numbers of a table, as whole numbers of 32 bits. */
function requireRows(rows: ArrayLike<number>, count: number): Int32Array {
  const given = rows instanceof Int32Array
  const checked = given ? rows : new Int32Array(rows.length)
  for (let i = 0; i < checked.length; i++) {
    const row = rows[i]!
    if (!(row >= 0 && row < count && (given || Number.isInteger(row))))
      requireWhole(row, `row ${i} of those to read`, { low: 0, high: count - 1 })
    checked[i] = row
  }
  return checked
}
