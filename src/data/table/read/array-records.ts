import type { HostTensor } from '../../../tensor/host.ts'
import { columnName } from '../packed-array.ts'
import type { RecordSource } from '../records.ts'
import { batchRows } from './batches.ts'

/** An array `[n, D]` of numbers as a table, whose columns have numbers for names. */
export function recordsOfArray({ shape, data }: HostTensor, name: string): RecordSource {
  const [count = 0, width = 0] = shape
  return {
    name,
    format: 'array',
    columns: Array.from({ length: width }, (_, j) => columnName(j)),
    count,
    reading: `an array [${shape.join(', ')}]; a column for each of its columns`,
    async *batches() {
      const most = batchRows(width)
      for (let start = 0; start < count; start += most) {
        const size = Math.min(most, count - start)
        yield {
          count: size,
          columns: Array.from({ length: width }, (_, j) =>
            Array.from({ length: size }, (_, i) => data[(start + i) * width + j]!),
          ),
          place: (row) => `row ${start + row + 1}`,
        }
      }
    },
  }
}
