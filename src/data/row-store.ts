import { requireOneOf, requireTensor } from '../tensor/checks.ts'
import type { HostTensor } from '../tensor/host.ts'
import { gatherRows } from './gather-rows.ts'

/** Rows of examples `[count, width]` in storage type, any of which can be read. */
export interface RowStore {
  readonly dtype: 'uint8' | 'float32'
  readonly count: number
  /** Values of one row. */
  readonly width: number
  /** Some rows in the given order, one after the other: `[n · width]`. Throws RangeError for a row that is not there. */
  gather(rows: ArrayLike<number>): Uint8Array | Float32Array
  /** All rows, where they are in memory as they are stored. */
  readonly array?: HostTensor<'uint8'> | HostTensor<'float32'> | undefined
}

/**
 * The rows of an array `[count, width]`.
 *
 * @throws RangeError for an array of another type or of other axes
 */
export function arrayStore(array: HostTensor<'uint8'> | HostTensor<'float32'>): RowStore {
  const { shape } = requireTensor(array, 'array')
  requireOneOf(array.dtype, 'array of type', ['uint8', 'float32'])
  if (shape.length !== 2) throw new RangeError(`rows are [n, D], got [${shape.join(', ')}]`)
  const [count = 0, width = 0] = shape
  return {
    dtype: array.dtype,
    count,
    width,
    array,
    gather: (rows) => gatherRows<'uint8' | 'float32'>(array, rows).data,
  }
}

/** Values that are read at once: a few megabytes. */
const CHUNK_VALUES = 2 ** 20

/** Some rows of a store, a chunk of them at a time. */
export function* chunksOf<Rows extends Int32Array | Float64Array>(
  store: RowStore,
  rows: Rows,
): Generator<{ readonly rows: Rows; readonly values: Uint8Array | Float32Array }> {
  const atOnce = Math.max(1, Math.floor(CHUNK_VALUES / Math.max(1, store.width)))
  for (let start = 0; start < rows.length; start += atOnce) {
    const chunk = rows.subarray(start, start + atOnce) as Rows
    yield { rows: chunk, values: store.gather(chunk) }
  }
}
