import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import type { ExampleArray } from './train-options.ts'

/** Rows of numbers as a float32 array `[N, D]`. Throws UserError for rows of unlike length. */
export function exampleArray(data: ExampleArray): HostTensor {
  if (!Array.isArray(data)) return data as HostTensor
  const rows = data as readonly ArrayLike<number>[]
  const width = rows[0]?.length ?? 0
  const values = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    if (row.length !== width)
      throw new UserError(
        `data: row ${i} (counted from 0) has ${row.length} numbers; expected ${width} as in the first`,
      )
    values.set(row, i * width)
  })
  return hostTensor('float32', [rows.length, width], values)
}

/** One class for each example as an int32 array `[N]`. */
export function labelArray(labels: HostTensor | ArrayLike<number>): HostTensor {
  if ('shape' in labels) return labels
  return hostTensor('int32', [labels.length], Int32Array.from(labels))
}
