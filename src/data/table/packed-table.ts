import { requireWhole } from '../../tensor/checks.ts'
import type { PackedColumn, PackedTable } from './packed.ts'
import { layoutOf, readField, viewsOf } from './packed-layout.ts'
import { rowHashes } from './row-hashes.ts'
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

/** A table of stored rows. */
export function packedTable(header: PackedHeader, stored: StoredRows): PackedTable {
  const layout = layoutOf(header.columns.map(({ kind }) => kind))
  const kept = header.columns.flatMap(({ dropped }, j) => (dropped ? [] : [j]))
  const columns = kept.map((j) => header.columns[j]!)
  const width = columns.length
  const { count } = header

  const decoded = (bytes: Uint8Array) => {
    const values = new Float64Array((bytes.length / layout.stride) * width)
    const views = viewsOf(bytes)
    kept.forEach((j, at) => {
      readField(views, layout, j, values, at, width)
    })
    return values
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
      for (let i = 0; i < rows.length; i++)
        if (!(rows[i]! >= 0 && rows[i]! < count && Number.isInteger(rows[i])))
          requireWhole(rows[i], `row ${i} of those to read`, { low: 0, high: count - 1 })
      return decoded(stored.gather(rows))
    },
    rowHashes() {
      const hashes = new Float64Array(count)
      const hash = rowHashes(columns)
      for (let start = 0; start < count; start += CHUNK) {
        const end = Math.min(count, start + CHUNK)
        hash(decoded(stored.slice(start, end)), hashes.subarray(start, end))
      }
      return hashes
    },
    close: () => stored.close(),
  }
}
