import type { TypedColumn } from '../original.ts'
import { columnNames } from '../read/batches.ts'
import type { Cell, RecordSource } from '../records.ts'
import type { TableEdit } from './edit.ts'

/** Some rows of a table, column by column. */
export interface MadeRows {
  readonly count: number
  readonly columns: readonly ArrayLike<Cell>[]
}

/**
 * Rows that are computed some at a time, as a table that can be written. They are read once.
 *
 * @param name of the table in messages
 * @throws UserError for two columns of the same name
 */
export function madeRecords(
  name: string,
  columns: readonly TypedColumn[],
  count: number,
  parts: AsyncIterable<MadeRows>,
): RecordSource {
  return {
    name,
    format: 'objects',
    columns: columnNames(
      columns.map((column) => column.name),
      name,
    ),
    count,
    reading: 'computed',
    original: { format: 'made', types: columns.map(({ type }) => type) },
    async *batches() {
      let before = 0
      for await (const part of parts) {
        const start = before
        yield { ...part, place: (row) => `row ${start + row + 1}` }
        before += part.count
      }
    },
  }
}

/** An edit that changes nothing. */
export const asItIs: TableEdit = { cells: () => ({}) }
