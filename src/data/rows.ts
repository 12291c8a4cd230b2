import { type DType, type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import type { DataSet, SplitName } from './dataset.ts'

/**
 * The named rows of a store, copied: `[n, …]` of the same type, in the order asked for.
 *
 * @throws RangeError for a row that the store does not have.
 */
export function gatherRows<D extends DType>(
  store: HostTensor<D>,
  rows: ArrayLike<number>,
): HostTensor<D> {
  const [count = 0, ...example] = store.shape
  const width = sizeOf(example)
  const shape = [rows.length, ...example]
  // Typed arrays know how to make their own kind; the union of their types does not let us say so.
  const source = store.data as Uint8Array
  const gathered = new (source.constructor as Uint8ArrayConstructor)(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = checkedRow(rows[i]!, count)
    gathered.set(source.subarray(row * width, (row + 1) * width), i * width)
  }
  return hostTensor(store.dtype, shape, gathered as typeof store.data)
}

/**
 * Examples of one split as the network sees them, `[n, D]`: stored value times scale, in float32 as the
 * training graph computes it. `indices` count within the split. Dynamic binarisation is not applied.
 *
 * @throws RangeError for an index that the split does not have.
 */
export function splitValues(
  dataSet: DataSet,
  split: SplitName,
  indices: ArrayLike<number>,
): HostTensor<'float32'> {
  const { store, rows } = dataSet.splits[split]
  const chosen = Array.from(indices, (index) => rows[checkedRow(index, rows.length)]!)
  const gathered = gatherRows<'uint8' | 'float32'>(store, chosen)
  const scale = Math.fround(dataSet.scale)
  // A loop: mapping by Float32Array.from takes fifty times as long.
  const values = new Float32Array(gathered.data.length)
  for (let i = 0; i < values.length; i++) values[i] = gathered.data[i]! * scale
  return hostTensor('float32', gathered.shape, values)
}

/**
 * Labels of a split's examples, in order, or of those at some places within it; undefined where it has none.
 */
export function splitLabels(
  data: DataSet,
  split: SplitName,
  indices?: ArrayLike<number>,
): number[] | undefined {
  const { labels, rows } = data.splits[split]
  if (!labels) return undefined
  return indices
    ? Array.from(indices, (index) => labels[rows[index]!]!)
    : Array.from(rows, (row) => labels[row]!)
}

function checkedRow(row: number, count: number): number {
  if (!Number.isInteger(row) || row < 0 || row >= count)
    throw new RangeError(`row ${row} of ${count} rows`)
  return row
}
