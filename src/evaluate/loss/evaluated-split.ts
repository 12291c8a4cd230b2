import type { DataSet, SplitName } from '../../data/dataset.ts'
import { evaluatedValues, exampleNumbers } from '../../data/evaluated.ts'
import { splitLabels } from '../../data/rows.ts'
import type { Arrays } from '../../runtime/session.ts'
import { type HostTensor, hostTensor } from '../../tensor/host.ts'
import { labelFeed } from '../../train/labels.ts'
import { rowKey } from './row-noise.ts'

/** Examples of a split for one call. */
export interface EvaluatedBatch {
  /** Their indices in the split; the last is repeated if fewer are left than a call takes. */
  readonly indices: readonly number[]
  /** How many of them count. */
  readonly count: number
  /** `x` `[B, D]`, `keys`, `population places` and, if requested, `labels`. */
  feeds(): Arrays
}

/**
 * A split as evaluation reads it: what is drawn or chosen for an example depends on its number, not on its index.
 */
export interface EvaluatedSplit {
  readonly count: number
  /** The rank of each example in the order of the examples' numbers. */
  readonly ranks: Int32Array
  readonly batches: readonly EvaluatedBatch[]
  /** All examples in the order of their numbers, `[N, D]`. */
  ordered(): HostTensor<'float32'>
  /** Indices of `most` examples chosen by their keys, or of all, in the order of their numbers. */
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
  order.forEach((index, rank) => {
    ranks[index] = rank
  })
  const column = <D extends 'int64' | 'float32'>(dtype: D, values: HostTensor<D>['data']) =>
    hostTensor(dtype, [values.length, 1], values)
  const feedsOf = (indices: readonly number[]): Arrays => ({
    x: evaluatedValues(data, split, indices, seed),
    keys: column(
      'int64',
      BigInt64Array.from(indices, (index) => keys[index]!),
    ),
    'population places': column(
      'float32',
      Float32Array.from(indices, (index) => ranks[index]!),
    ),
    ...(withLabels && labelFeed(splitLabels(data, split, indices)!)),
  })
  const isKept = count * data.splits[split].store.width <= KEPT_VALUES
  return {
    count,
    ranks,
    batches: Array.from({ length: Math.ceil(count / size) }, (_, batch) => {
      const start = batch * size
      const indices = Array.from({ length: size }, (_, i) => Math.min(start + i, count - 1))
      let kept: Arrays | undefined
      return {
        indices,
        count: Math.min(size, count - start),
        feeds() {
          const feeds = kept ?? feedsOf(indices)
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
