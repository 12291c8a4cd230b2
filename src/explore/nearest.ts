import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitValues } from '../data/rows.ts'
import type { HostTensor } from '../tensor/host.ts'

/** For each of some examples, the one of a split that is most like it. */
export interface Nearest {
  /** Indices within the split, `[n]`. */
  readonly indices: Int32Array
  /** Σ (x - t)² of each pair, `[n]`, in units of the network's input. */
  readonly distances: Float64Array
}

const ROWS_AT_ONCE = 1000

/**
 * The examples of a split nearest to the rows of x `[n, D]` by squared Euclidean distance, the first of
 * those equally near; in time n times the split.
 *
 * @throws RangeError where the split is empty, or its examples have another width.
 */
export function nearestExamples(
  data: DataSet,
  split: SplitName,
  x: HostTensor<'float32'>,
): Nearest {
  const { store, rows } = data.splits[split]
  const [count = 0, width = 0] = x.shape
  if (rows.length === 0 || width !== store.shape[1])
    throw new RangeError(
      `the nearest of ${rows.length} examples of width ${store.shape[1]} to an array [${x.shape.join(', ')}]`,
    )
  const indices = new Int32Array(count)
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const length = Math.min(ROWS_AT_ONCE, rows.length - start)
    const block = Array.from({ length }, (_, i) => start + i)
    const { data: examples } = splitValues(data, split, block)
    for (const index of block) {
      const example = examples.subarray((index - start) * width, (index - start + 1) * width)
      for (let i = 0; i < count; i++) {
        const distance = squaredDistance(x.data, i * width, example, distances[i]!)
        if (distance >= distances[i]!) continue
        distances[i] = distance
        indices[i] = index
      }
    }
  }
  return { indices, distances }
}

const BLOCK = 64

/** Σ (a - b)², given up where it is no longer below a limit. */
function squaredDistance(a: Float32Array, start: number, b: Float32Array, limit: number): number {
  let sum = 0
  for (let from = 0; from < b.length && sum < limit; from += BLOCK) {
    const to = Math.min(b.length, from + BLOCK)
    for (let d = from; d < to; d++) sum += (a[start + d]! - b[d]!) ** 2
  }
  return sum
}
