import type { DataSet, SplitName } from '../../data/dataset.ts'
import { evaluatedValues, exampleNumbers } from '../../data/evaluated.ts'
import { gatherRows } from '../../data/gather-rows.ts'
import { wholeNumbers } from '../../data/indices.ts'
import { splitClasses } from '../../data/rows.ts'
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

/** Examples that are evaluated: what is drawn for each depends on its number alone. */
interface Evaluated {
  readonly count: number
  readonly width: number
  /** Indices in the order of the numbers, where that is not the order of the examples. */
  readonly order?: Int32Array | undefined
  /** As the network sees them. */
  values(indices: ArrayLike<number>): HostTensor<'float32'>
  /** All numbers, or those at indices. */
  numbers(indices?: ArrayLike<number>): ArrayLike<number>
  /** Indices of their classes, where the model uses them. */
  readonly classes?: ((indices: ArrayLike<number>) => ArrayLike<number>) | undefined
}

/** @param size examples of a batch */
export function evaluatedSplit(
  data: DataSet,
  split: SplitName,
  { seed, size, withLabels }: { seed: number; size: number; withLabels: boolean },
): EvaluatedSplit {
  const { rows, store } = data.splits[split]
  // In a store, examples are numbered by row: of ascending rows, of which there may be millions, nothing is kept.
  const isSorted = rows.every((row, i) => i === 0 || rows[i - 1]! < row)
  const of: Evaluated = {
    count: rows.length,
    width: store.width,
    order: isSorted ? undefined : wholeNumbers(0, rows.length).sort((a, b) => rows[a]! - rows[b]!),
    values: (indices) => evaluatedValues(data, split, indices, seed),
    numbers: (indices) => exampleNumbers(data, split, indices),
    ...(withLabels && { classes: (indices) => splitClasses(data, split, indices)! }),
  }
  return inBatches(of, size)
}

/**
 * Given examples `[n, D]`, as the network sees them.
 *
 * @param numbers of the examples, ascending; by default their indices
 * @param classes the index of each example's class, where the model uses them
 */
export function evaluatedRows(
  x: HostTensor<'float32'>,
  size: number,
  {
    numbers = wholeNumbers(0, x.shape[0]!),
    classes,
  }: { numbers?: ArrayLike<number> | undefined; classes?: ArrayLike<number> | undefined } = {},
): EvaluatedSplit {
  const [count, width] = x.shape as [number, number]
  const picked = (from: ArrayLike<number>, indices: ArrayLike<number>) =>
    Array.from(indices, (index) => from[index]!)
  const of: Evaluated = {
    count,
    width,
    values: (indices) => gatherRows(x, indices) as HostTensor<'float32'>,
    numbers: (indices) => (indices ? picked(numbers, indices) : numbers),
    ...(classes && { classes: (indices) => picked(classes, indices) }),
  }
  return inBatches(of, size)
}

function inBatches(
  { count, width, order, values, numbers, classes }: Evaluated,
  size: number,
): EvaluatedSplit {
  const ranks = order && inverse(order)
  const rankOf = (index: number) => ranks?.[index] ?? index
  const inOrder = () => order ?? wholeNumbers(0, count)
  const feedsOf = (indices: readonly number[]): Arrays => ({
    x: values(indices),
    keys: column('int64', keysOf(numbers(indices))),
    'population places': column('float32', Float32Array.from(indices, rankOf)),
    ...(classes && labelFeed(classes(indices))),
  })
  const isKept = count * width <= KEPT_VALUES
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
    ordered: () => values(inOrder()),
    chosen(most) {
      if (count <= most) return inOrder()
      const keys = keysOf(numbers())
      const byKey = wholeNumbers(0, count).sort((a, b) => (keys[a]! < keys[b]! ? -1 : 1))
      return byKey.subarray(0, most).sort((a, b) => rankOf(a) - rankOf(b))
    },
  }
}

/** The position of each index in an order of all. */
function inverse(order: Int32Array): Int32Array {
  const ranks = new Int32Array(order.length)
  order.forEach((index, rank) => {
    ranks[index] = rank
  })
  return ranks
}

function keysOf(numbers: ArrayLike<number>): BigInt64Array {
  const keys = new BigInt64Array(numbers.length)
  for (let i = 0; i < numbers.length; i++) keys[i] = rowKey(numbers[i]!)
  return keys
}

const column = <D extends 'int64' | 'float32'>(dtype: D, values: HostTensor<D>['data']) =>
  hostTensor(dtype, [values.length, 1], values)
