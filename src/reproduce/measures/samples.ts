import type { DataSet, SplitName } from '../../data/dataset.ts'
import { splitValues } from '../../data/rows.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'

/**
 * Indices of up to `most` examples of a split, drawn without replacement, always the same: a data set need not be
 * in random order, and the first half of MNIST's test set is easier than the second. Smaller samples are prefixes of
 * larger ones.
 */
export const sampledIndices = (data: DataSet, split: SplitName, most: number): Int32Array =>
  stream(0, `sample of ${split}`).permutation(data.splits[split].rows.length).subarray(0, most)

/** The examples at these indices, `[n, D]`. */
export const sampledValues = (data: DataSet, split: SplitName, most: number): Floats =>
  splitValues(data, split, sampledIndices(data, split, most))

/** Binary examples, each value drawn with the grey value as its probability; a function of the seed. */
export function binarised({ shape, data }: Floats, seed: number): Floats {
  const random = stream(seed, 'binarised examples')
  return hostTensor(
    'float32',
    shape,
    data.map((grey) => (random.uniform() < grey ? 1 : 0)),
  )
}
