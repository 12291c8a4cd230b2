import type { DataSet, SplitName } from '../data/dataset.ts'
import { evaluatedValues, exampleNumbers } from '../data/evaluated.ts'
import { splitLabels } from '../data/rows.ts'
import type { Arrays } from '../runtime/session.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { labelFeed } from '../train/labels.ts'
import { rowKey } from './row-noise.ts'

/** Some examples of a split, as one call takes them. */
export interface EvaluatedBatch {
  /** Where they stand in the split; the last again where fewer are left than a call takes. */
  readonly places: readonly number[]
  /** How many of them count. */
  readonly count: number
}

/** A split as evaluation reads it: what is drawn or chosen for an example follows its number, not its place. */
export interface EvaluatedSplit {
  readonly count: number
  /** Places in the order of the examples' numbers. */
  readonly order: Int32Array
  /** Where each place stands in that order. */
  readonly ranks: Int32Array
  batches(size: number): Iterable<EvaluatedBatch>
  /** Feeds `x` `[B, D]`, `keys`, `population places` and, where they are asked for, `labels`. */
  feeds(batch: EvaluatedBatch, withLabels: boolean): Arrays
  /** All examples in the order of their numbers, `[N, D]`. */
  ordered(): HostTensor<'float32'>
  /** Places of `most` examples chosen by their keys, or of all, in the order of their numbers. */
  chosen(most: number): Int32Array
}

export function evaluatedSplit(data: DataSet, split: SplitName, seed: number): EvaluatedSplit {
  const numbers = exampleNumbers(data, split)
  const keys = BigInt64Array.from(numbers, (number) => rowKey(number))
  const count = numbers.length
  const order = Int32Array.from(numbers.keys()).sort((a, b) => numbers[a]! - numbers[b]!)
  const ranks = new Int32Array(count)
  order.forEach((place, rank) => {
    ranks[place] = rank
  })
  return {
    count,
    order,
    ranks,
    *batches(size) {
      for (let start = 0; start < count; start += size)
        yield {
          places: Array.from({ length: size }, (_, i) => Math.min(start + i, count - 1)),
          count: Math.min(size, count - start),
        }
    },
    feeds: ({ places }, withLabels) => ({
      x: evaluatedValues(data, split, places, seed),
      keys: hostTensor(
        'int64',
        [places.length, 1],
        BigInt64Array.from(places, (place) => keys[place]!),
      ),
      'population places': hostTensor(
        'float32',
        [places.length, 1],
        Float32Array.from(places, (place) => ranks[place]!),
      ),
      ...(withLabels && labelFeed(splitLabels(data, split, places)!)),
    }),
    ordered: () => evaluatedValues(data, split, order, seed),
    chosen(most) {
      if (count <= most) return order
      const byKey = order.slice().sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1))
      return byKey.subarray(0, most).sort((a, b) => ranks[a]! - ranks[b]!)
    },
  }
}
