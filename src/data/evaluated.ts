import { requireSeed } from '../tensor/checks.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { streams } from '../tensor/random.ts'
import type { DataSet, SplitName } from './dataset.ts'
import { requireList, splitOf, splitValues } from './rows.ts'

/** Rows of a store are numbered from a multiple of this. */
const STORE_STRIDE = 2 ** 32

/**
 * The number of each example of a split: its row in the store, plus 2³² times the number of the store where
 * splits have stores of their own. It is unique within the data set and says nothing of where the example
 * stands in its split, so what is drawn by it stays the same in any order and in any batch.
 */
export function exampleNumbers(
  data: DataSet,
  split: SplitName,
  indices?: ArrayLike<number>,
): Float64Array {
  const { store, rows } = splitOf(data, split)
  if (indices !== undefined) requireList(indices, 'indices')
  const { splits } = data
  const stores = [splits.train, splits.validation, splits.test].map((one) => one.store)
  const first = stores.indexOf(store) * STORE_STRIDE
  return indices
    ? Float64Array.from(indices, (index) => first + rows[index]!)
    : Float64Array.from(rows, (row) => first + row)
}

/**
 * Examples of one split as every evaluation sees them, `[n, D]`: scaled, and 0 or 1 where training draws them
 * afresh at every step. That draw is a function of the seed and the example's number alone: it is the same in
 * every figure.
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
