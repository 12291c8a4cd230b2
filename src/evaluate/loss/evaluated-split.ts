import type { DataSet, SplitName } from '../../data/dataset.ts'
import { evaluatedValues, exampleNumbers } from '../../data/evaluated.ts'
import { splitLabels } from '../../data/rows.ts'
import type { Arrays } from '../../runtime/session.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { labelFeed } from '../../train/labels.ts'
import { rowKey } from './row-noise.ts'

/** Some examples of a split, as one call takes them. */
export interface EvaluatedBatch {
  /** Where they stand in the split; the last again where fewer are left than a call takes. */
  readonly places: readonly number[]
  /** How many of them count. */
  readonly count: number
  /** `x` `[B, D]`, `keys`, `population places` and, where they are asked for, `labels`. */
  feeds(): Arrays
}

/** A split as evaluation reads it: what is drawn or chosen for an example follows its number, not its place. */
export interface EvaluatedSplit {
  readonly count: number
  /** Where each place stands in the order of the examples' numbers. */
  readonly ranks: Int32Array
  readonly batches: readonly EvaluatedBatch[]
  /** All examples in the order of their numbers, `[N, D]`. */
  ordered(): HostTensor<'float32'>
  /** Places of `most` examples chosen by their keys, or of all, in the order of their numbers. */
  chosen(most: number): Int32Array
}

/** Values of a split that are kept from one evaluation to the next, 64 MB at most. */
const KEPT_VALUES = 2 ** 24

/** @param size examples of a batch */
export function evaluatedSplit(
  data: DataSet,
  split: SplitName,
  { seed, size, withLabels }: { seed: number; size: number; withLabels: boolean },
): EvaluatedSplit {
  const numbers = exampleNumbers(data, split)
  const keys = BigInt64Array.from(numbers, (number) => rowKey(number))
  const count = numbers.length
  const order = Int32Array.from(numbers.keys()).sort((a, b) => numbers[a]! - numbers[b]!)
  const ranks = new Int32Array(count)
  order.forEach((place, rank) => {
    ranks[place] = rank
  })
  const column = <D extends 'int64' | 'float32'>(dtype: D, values: HostTensor<D>['data']) =>
    hostTensor(dtype, [values.length, 1], values)
  const feedsOf = (places: readonly number[]): Arrays => ({
    x: evaluatedValues(data, split, places, seed),
    keys: column(
      'int64',
      BigInt64Array.from(places, (place) => keys[place]!),
    ),
    'population places': column(
      'float32',
      Float32Array.from(places, (place) => ranks[place]!),
    ),
    ...(withLabels && labelFeed(splitLabels(data, split, places)!)),
  })
  const isKept = count * data.splits[split].store.shape[1]! <= KEPT_VALUES
  return {
    count,
    ranks,
    batches: Array.from({ length: Math.ceil(count / size) }, (_, batch) => {
      const start = batch * size
      const places = Array.from({ length: size }, (_, i) => Math.min(start + i, count - 1))
      let kept: Arrays | undefined
      return {
        places,
        count: Math.min(size, count - start),
        feeds() {
          const feeds = kept ?? feedsOf(places)
          if (isKept) kept = feeds
          return feeds
        },
      }
    }),
    ordered: () => evaluatedValues(data, split, order, seed),
    chosen(most) {
      if (count <= most) return order
      const byKey = order.slice().sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1))
      return byKey.subarray(0, most).sort((a, b) => ranks[a]! - ranks[b]!)
    },
  }
}
