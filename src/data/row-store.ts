import type { HostTensor } from '../tensor/host.ts'

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
