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
  /** The rank of an example, by its index, in the order of the examples' numbers. */
  rankOf(index: number): number
  readonly batches: Iterable<EvaluatedBatch>
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
  const { rows, store } = data.splits[split]
  const count = rows.length
  // In a store, examples are numbered by row: of ascending rows, of which there may be millions, nothing is kept.
  const isSorted = rows.every((row, i) => i === 0 || rows[i - 1]! < row)
  const order = isSorted ? undefined : indicesOf(rows).sort((a, b) => rows[a]! - rows[b]!)
  const ranks = order && inverse(order)
  const rankOf = (index: number) => ranks?.[index] ?? index
  const inOrder = () => order ?? indicesOf(rows)
  const feedsOf = (indices: readonly number[]): Arrays => ({
    x: evaluatedValues(data, split, indices, seed),
    keys: column('int64', keysOf(data, split, indices)),
    'population places': column('float32', Float32Array.from(indices, rankOf)),
    ...(withLabels && labelFeed(splitLabels(data, split, indices)!)),
  })
  const isKept = count * store.width <= KEPT_VALUES
  const made: EvaluatedBatch[] = []
  const batchAt = (start: number): EvaluatedBatch => {
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
  }
  return {
    count,
    rankOf,
    batches: {
      *[Symbol.iterator]() {
        for (let start = 0; start < count; start += size) {
          const batch = made[start / size] ?? batchAt(start)
          if (isKept) made[start / size] = batch
          yield batch
        }
      },
    },
    ordered: () => evaluatedValues(data, split, inOrder(), seed),
    chosen(most) {
      if (count <= most) return inOrder()
      const keys = keysOf(data, split)
      const byKey = indicesOf(rows).sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1))
      return byKey.subarray(0, most).sort((a, b) => rankOf(a) - rankOf(b))
    },
  }
}

const indicesOf = ({ length }: Int32Array): Int32Array => {
  const indices = new Int32Array(length)
  for (let i = 0; i < length; i++) indices[i] = i
  return indices
}

/** The position of each index in an order of all. */
function inverse(order: Int32Array): Int32Array {
  const ranks = new Int32Array(order.length)
  order.forEach((index, rank) => {
    ranks[index] = rank
  })
  return ranks
}

function keysOf(data: DataSet, split: SplitName, indices?: readonly number[]): BigInt64Array {
  const numbers = exampleNumbers(data, split, indices)
  const keys = new BigInt64Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) keys[i] = rowKey(numbers[i]!)
  return keys
}

const column = <D extends 'int64' | 'float32'>(dtype: D, values: HostTensor<D>['data']) =>
  hostTensor(dtype, [values.length, 1], values)
