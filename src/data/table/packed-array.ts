import { cellText } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import type { HostTensor } from '../../tensor/host.ts'
import { arrayHashes } from '../array-hashes.ts'
import type { PackedTable } from './packed.ts'
import { columnName } from './read/batches.ts'
import type { TableSchema } from './schema.ts'

/** The schema of an array `[n, D]` whose columns are all numbers. */
export const numericSchema = (width: number): TableSchema => ({
  format: 1,
  missing: [],
  columns: Array.from({ length: width }, (_, j) => ({ name: columnName(j), kind: 'numeric' })),
})

/**
 * An array `[n, D]` as a packed table of numeric columns, without a copy.
 *
 * @param hash that identifies the array
 * @throws UserError for a value that is not finite, naming its row and column
 */
export function packedArray({ shape, data }: HostTensor, name: string, hash: string): PackedTable {
  const [count = 0, width = 0] = shape
  for (let at = 0; at < data.length; at++)
    if (!Number.isFinite(Number(data[at])))
      throw new UserError(
        `${name}: ${cellText(at, width)} is ${data[at]}; expected a finite number: remove or fill such rows, or train with a likelihood of columns, which leaves missing values out`,
      )
  return {
    name,
    columns: numericSchema(width).columns.map((column) => ({
      name: column.name,
      kind: 'numeric',
      missing: 0,
    })),
    count,
    hash,
    read(rows) {
      const values = new Float64Array(rows.length * width)
      for (let i = 0; i < rows.length; i++)
        for (let j = 0; j < width; j++) values[i * width + j] = Number(data[rows[i]! * width + j])
      return values
    },
    rowHashes: () => arrayHashes({ shape, data }),
    inMemory: true,
    bytes: data.byteLength,
    close() {},
  }
}
