import { requireOneOf, requireOptions, requireTensor } from '../tensor/checks.ts'
import { described, isList } from '../tensor/described.ts'
import { type DType, type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import type { RowSource } from '../tensor/row-source.ts'
import { type DataSet, type Split, type SplitName, splitNames } from './dataset.ts'

/**
 * Copies some rows of a store, in the given order: `[n, …]` of the same type.
 *
 * @throws RangeError for a row that the store does not have.
 */
export function gatherRows<D extends DType>(
  store: HostTensor<D>,
  rows: ArrayLike<number>,
): HostTensor<D> {
  if (requireTensor(store, 'store').shape.length === 0)
    throw new RangeError('store: expected an array of rows [n, …], got a single number')
  requireList(rows, 'rows')
  const [count = 0, ...example] = store.shape
  const width = sizeOf(example)
  const shape = [rows.length, ...example]
  // Each kind of typed array has its own constructor, which the union of their types hides.
  const source = store.data as Uint8Array
  const gathered = new (source.constructor as Uint8ArrayConstructor)(rows.length * width)
  for (let i = 0; i < rows.length; i++) {
    const row = checkedRow(rows[i]!, count)
    gathered.set(source.subarray(row * width, (row + 1) * width), i * width)
  }
  return hostTensor(store.dtype, shape, gathered as typeof store.data)
}

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
  const chosen = Array.from(indices, (index) => rows[checkedRow(index, rows.length)]!)
  const { data, shape } = gatherRows<'uint8' | 'float32'>(store, chosen)
  return hostTensor('float32', shape, scaled(data, dataSet.scale), dataSet.form.scale)
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
    dimension: store.shape[1]!,
    dtype: store.dtype,
    scale,
    chunk: (start, end) => gatherRows<'uint8' | 'float32'>(store, rows.subarray(start, end)).data,
  }
}

/** A split by its name; throws RangeError if there is no such split, or no data set. */
export function splitOf(data: DataSet, split: SplitName): Split {
  requireOptions(data, 'data')
  requireOptions(data.splits, 'data.splits')
  requireOneOf(split, 'split', splitNames)
  return data.splits[split]
}

/** Throws RangeError unless the value is a list. */
export function requireList(indices: unknown, name: string): void {
  if (!isList(indices))
    throw new RangeError(`${name}: expected a list of whole numbers, got ${described(indices)}`)
}

function checkedRow(row: number, count: number): number {
  if (!Number.isInteger(row) || row < 0 || row >= count)
    throw new RangeError(`row ${described(row)} of ${count} rows`)
  return row
}
