import { wholeNumbers } from '../indices.ts'
import type { PackedTable } from './packed.ts'

/** Rows read at a time. */
const CHUNK = 4096

/** Some rows of a packed table. */
export interface TableChunk {
  /** Position of the first among all that are read, and how many there are. */
  readonly start: number
  readonly count: number
  /** Row by row, `[count · columns]`. */
  readonly values: Float64Array
}

/** All rows of a packed table, or some in the given order, a chunk of them at a time. */
export function* tableChunks(table: PackedTable, rows?: Int32Array): Generator<TableChunk> {
  const total = rows ? rows.length : table.count
  for (let start = 0; start < total; start += CHUNK) {
    const end = Math.min(total, start + CHUNK)
    const part = rows ? rows.subarray(start, end) : wholeNumbers(start, end)
    yield { start, count: end - start, values: table.read(part) }
  }
}
