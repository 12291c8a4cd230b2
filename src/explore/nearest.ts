import type { DataSet, SplitName } from '../data/dataset.ts'
import { splitValues } from '../data/rows.ts'
import type { HostTensor } from '../tensor/host.ts'

/** The nearest example of a split to each of some examples. */
export interface Nearest {
  /** Indices within the split, `[n]`. */
  readonly indices: Int32Array
  /** Σ (x - t)² of each pair, `[n]`, in units of the network's input. */
  readonly distances: Float64Array
}

const ROWS_AT_ONCE = 1000

/**
 * The examples of a split nearest to the rows of x `[n, D]` by squared Euclidean distance, and the first of
 * equally near ones. Time is proportional to n times the size of the split.
 *
 * @throws RangeError if the split is empty, or its examples have another width.
 */
export function nearestExamples(
  data: DataSet,
  split: SplitName,
  x: HostTensor<'float32'>,
): Nearest {
  const { store, rows } = data.splits[split]
  const [count = 0, width = 0] = x.shape
  if (rows.length === 0 || width !== store.width)
    throw new RangeError(
      `the nearest of ${rows.length} examples of width ${store.width} to an array [${x.shape.join(', ')}]`,
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

/** Σ (a - b)², or a partial sum once that reaches the limit. */
function squaredDistance(a: Float32Array, start: number, b: Float32Array, limit: number): number {
  let sum = 0
  for (let from = 0; from < b.length && sum < limit; from += BLOCK) {
    const to = Math.min(b.length, from + BLOCK)
    for (let d = from; d < to; d++) sum += (a[start + d]! - b[d]!) ** 2
  }
  return sum
}
