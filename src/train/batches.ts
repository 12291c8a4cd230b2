import type { Split } from '../data/dataset.ts'
import type { RowStore } from '../data/row-store.ts'
import type { Arrays } from '../runtime/session.ts'
import { hostTensor } from '../tensor/host.ts'
import { labelFeed } from './labels.ts'

/** How the examples of a split reach the training program. */
export interface Batches {
  /** What stays the same from call to call: all rows and labels, if they are in memory. */
  readonly bound: Arrays
  /** The rows that each call is fed, where not all are in memory. */
  readonly windows?: RowStore | undefined
  /** What one call is fed of its batches, `rows` in the store. Their `values` are read if they are not given. */
  feeds(rows: Int32Array, values?: Uint8Array | Float32Array): Arrays
}

/**
 * The batches of a split: indices into rows that are bound as a whole, or where those are not in memory,
 * the rows themselves. What training computes is the same, to the last bit.
 */
export function batchesOf({ store, labels }: Split, batch: number, withLabels: boolean): Batches {
  const { array, dtype, width } = store
  if (array)
    return {
      bound: { data: array, ...(withLabels && labelFeed(labels!)) },
      feeds: () => ({}),
    }
  return {
    bound: {},
    windows: store,
    feeds(rows, values = store.gather(rows)) {
      const shape = [rows.length / batch, batch]
      const window = values as Uint8Array & Float32Array
      const own = withLabels && labelFeed(rows.map((row) => labels![row]!)).labels
      return {
        batches: hostTensor<'uint8' | 'float32'>(dtype, [...shape, width], window),
        ...(own && { 'batch labels': { ...own, shape } }),
      }
    },
  }
}
