import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitValues } from '../data/rows.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { stream } from '../tensor/random.ts'

/**
 * Examples of a split as they are evaluated, `[n, D]`: values as the network sees them. Grey levels that
 * training binarises at every step are drawn once as 0 or 1, each row by a stream of its own: a row's draw
 * is a function of the seed and the row, whatever other rows are asked for.
 *
 * @param indices places within the split
 * @throws RangeError for an index that the split does not have
 */
export function evaluatedExamples(
  data: DataSet,
  split: SplitName,
  indices: ArrayLike<number>,
  seed: number,
): HostTensor<'float32'> {
  const grey = splitValues(data, split, indices)
  if (data.binarize !== 'dynamic') return grey
  const { store, rows } = data.splits[split]
  const width = store.shape[1]!
  const name = `evaluated ${store === data.splits.train.store ? 'train' : 'test'} rows`
  const drawn = new Float32Array(grey.data.length)
  for (let i = 0; i < indices.length; i++) {
    const { uniform } = stream(seed, name, rows[indices[i]!]!)
    for (let at = i * width; at < (i + 1) * width; at++)
      drawn[at] = uniform() < grey.data[at]! ? 1 : 0
  }
  return hostTensor('float32', grey.shape, drawn)
}
