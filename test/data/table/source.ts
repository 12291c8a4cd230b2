import type { Cell, RecordBatch, RecordSource } from '../../../src/data/table/records.ts'

/** A table of cells in memory: columns by name, in batches of a size, with lines that begin at 2 as below a header. */
export function arraySource(
  columns: Readonly<Record<string, ArrayLike<Cell>>>,
  { batch = 1000, name = 'table.csv' }: { batch?: number; name?: string } = {},
): RecordSource {
  const cells = Object.values(columns)
  const count = cells[0]?.length ?? 0
  return {
    name,
    format: 'csv',
    columns: Object.keys(columns),
    count,
    reading: 'separated by ",", header in line 1, UTF-8',
    async *batches(): AsyncIterable<RecordBatch> {
      for (let start = 0; start < count; start += batch)
        yield {
          count: Math.min(batch, count - start),
          columns: cells.map((column) => Array.from(column).slice(start, start + batch)),
          place: (row) => `line ${start + row + 2}`,
        }
    },
  }
}

/** `count` values by a function of the row. */
export const rowsOf = <T>(count: number, value: (row: number) => T): T[] =>
  Array.from({ length: count }, (_, row) => value(row))
