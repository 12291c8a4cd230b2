import type { DataSet, SplitName } from '../../data/dataset.ts'
import { splitValues } from '../../data/rows.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import { stream } from '../../tensor/random.ts'

/**
 * Up to `most` places of a split, drawn without replacement, always the same: a data set need not be in
 * random order, and the first half of MNIST's test set is easier than the second. Fewer are the first of more.
 */
export const sampledPlaces = (data: DataSet, split: SplitName, most: number): Int32Array =>
  stream(0, `sample of ${split}`).permutation(data.splits[split].rows.length).subarray(0, most)

/** The examples at these places, `[n, D]`. */
export const sampledValues = (data: DataSet, split: SplitName, most: number): Floats =>
  splitValues(data, split, sampledPlaces(data, split, most))

/** Examples of 0 and 1, each drawn with the grey value as its probability; a function of the seed. */
export function binarised({ shape, data }: Floats, seed: number): Floats {
  const random = stream(seed, 'binarised examples')
  return hostTensor(
    'float32',
    shape,
    data.map((grey) => (random.uniform() < grey ? 1 : 0)),
  )
}
