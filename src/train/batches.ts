import type { Split } from '../data/dataset.ts'
import type { Arrays } from '../runtime/session.ts'
import { hostTensor } from '../tensor/host.ts'
import { labelFeed } from './labels.ts'

/** How the examples of a split reach the training program. */
export interface Batches {
  /** What stays the same from call to call: all rows and labels, if they are in memory. */
  readonly bound: Arrays
  /** Whether each call is fed its rows, since not all are in memory. */
  readonly windows: boolean
  /** Most steps of a call. */
  readonly mostSteps: number
  /** What one call is fed: the rows of its batches, if they are not in memory, and their labels. */
  feeds(rows: Int32Array): Arrays
}

/** Bytes of the rows that one call is fed. A few such windows are in memory at once. */
const WINDOW_BYTES = 2 ** 25

/**
 * The batches of a split: indices into rows that are bound as a whole, or where those are not in memory,
 * windows of them. What training computes is the same, to the last bit.
 */
export function batchesOf({ store, labels }: Split, batch: number, withLabels: boolean): Batches {
  const { array, dtype, width } = store
  if (array)
    return {
      bound: { data: array, ...(withLabels && labelFeed(labels!)) },
      windows: false,
      mostSteps: Number.POSITIVE_INFINITY,
      feeds: () => ({}),
    }
  const rowBytes = width * (dtype === 'uint8' ? 1 : 4)
  return {
    bound: {},
    windows: true,
    mostSteps: Math.max(1, Math.floor(WINDOW_BYTES / (batch * rowBytes))),
    feeds(rows) {
      const shape = [rows.length / batch, batch]
      const window = store.gather(rows) as Uint8Array & Float32Array
      const own = withLabels && labelFeed(rows.map((row) => labels![row]!)).labels
      return {
        batches: hostTensor<'uint8' | 'float32'>(dtype, [...shape, width], window),
        ...(own && { 'batch labels': { ...own, shape } }),
      }
    },
  }
}
