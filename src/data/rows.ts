import { requireOneOf, requireOptions } from '../tensor/checks.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import type { RowSource } from '../tensor/row-source.ts'
import { type DataSet, type Split, type SplitName, splitNames } from './dataset.ts'
import { checkedRow, requireList } from './gather-rows.ts'

/** Stored values times the scale, in float32 as the training graph computes it. */
export function scaled(values: ArrayLike<number>, scale: number): Float32Array {
  const factor = Math.fround(scale)
  const floats = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) floats[i] = values[i]! * factor
  return floats
}

/**
 * Examples of one split as the network sees them, `[n, D]`: stored value times scale. They carry their scale,
 * so that a model of this data takes them as they are. Dynamic binarisation is not applied.
 *
 * @param indices of the examples within the split
 * @throws RangeError for an index that the split does not have.
 */
export function splitValues(
  dataSet: DataSet,
  split: SplitName,
  indices: ArrayLike<number>,
): HostTensor<'float32'> {
  const { store, rows } = splitOf(dataSet, split)
  requireList(indices, 'indices')
  const chosen = Int32Array.from(indices, (index) => rows[checkedRow(index, rows.length)]!)
  const values = scaled(store.gather(chosen), dataSet.scale)
  return hostTensor('float32', [chosen.length, store.width], values, dataSet.form.scale)
}

/**
 * Class indices of a split's examples: of all, in order, or of those at `indices` within the split. Undefined
 * if the data has no labels.
 */
export function splitClasses(
  data: DataSet,
  split: SplitName,
  indices?: ArrayLike<number>,
): number[] | undefined {
  const { labels, rows } = splitOf(data, split)
  if (indices !== undefined) requireList(indices, 'indices')
  if (!labels) return undefined
  return indices
    ? Array.from(indices, (index) => labels[rows[checkedRow(index, rows.length)]!]!)
    : Array.from(rows, (row) => labels[row]!)
}

/**
 * Labels of a split's examples: of all, in order, or of those at `indices` within the split. Undefined if the
 * data has no labels.
 */
export function splitLabels(
  data: DataSet,
  split: SplitName,
  indices?: ArrayLike<number>,
): number[] | undefined {
  return splitClasses(data, split, indices)?.map((index) => data.classLabels?.[index] ?? index)
}

/** The examples of a split as rows to be read in chunks: stored values and their scale. */
export function rowsOf({ store, rows }: Split, scale: number): RowSource {
  return {
    count: rows.length,
    dimension: store.width,
    dtype: store.dtype,
    scale,
    chunk: (start, end) => store.gather(rows.subarray(start, end)),
  }
}

/** A split by its name; throws RangeError if there is no such split, or no data set. */
export function splitOf(data: DataSet, split: SplitName): Split {
  requireOptions(data, 'data')
  requireOptions(data.splits, 'data.splits')
  requireOneOf(split, 'split', splitNames)
  return data.splits[split]
}
