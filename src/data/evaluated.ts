import { requireSeed } from '../tensor/checks.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { streams } from '../tensor/random.ts'
import type { DataSet, SplitName } from './dataset.ts'
import { requireList } from './gather-rows.ts'
import { splitOf, splitValues } from './rows.ts'

/** Rows of a store are numbered from a multiple of this. */
const STORE_STRIDE = 2 ** 32

/**
 * The number of each example of a split: its row in the store (its rank, where normal rows come first), plus 2³² times the number of the store if
 * splits have separate stores. It is unique within the data set and does not depend on the position of the
 * example in its split, so random draws keyed by it are the same in any order and any batch.
 */
export function exampleNumbers(
  data: DataSet,
  split: SplitName,
  indices?: ArrayLike<number>,
): Float64Array {
  const { store, rows, numbers } = splitOf(data, split)
  if (indices !== undefined) requireList(indices, 'indices')
  const { splits } = data
  const stores = [splits.train, splits.validation, splits.test].map((one) => one.store)
  const first = stores.indexOf(store) * STORE_STRIDE
  const numberOf = (row: number) => first + (numbers?.[row] ?? row)
  return indices
    ? Float64Array.from(indices, (index) => numberOf(rows[index]!))
    : Float64Array.from(rows, numberOf)
}

/**
 * Examples of one split as every evaluation sees them, `[n, D]`: scaled, and binarised if training binarises
 * afresh at every step. The draw depends on the seed and the example's number alone: all figures share it.
 *
 * @throws RangeError for an index that the split does not have.
 */
export function evaluatedValues(
  data: DataSet,
  split: SplitName,
  indices: ArrayLike<number>,
  seed: number,
): HostTensor<'float32'> {
  requireSeed(seed)
  const scaled = splitValues(data, split, indices)
  if (data.binarize !== 'dynamic') return scaled
  const width = scaled.shape[1]!
  const drawn = scaled.data.slice()
  const randomOf = streams(seed, 'evaluation binarize')
  exampleNumbers(data, split, indices).forEach((number, i) => {
    const { uniform } = randomOf(number)
    for (let at = i * width; at < (i + 1) * width; at++) drawn[at] = uniform() < drawn[at]! ? 1 : 0
  })
  return hostTensor('float32', scaled.shape, drawn, scaled.scale)
}
