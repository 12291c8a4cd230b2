import { Tensor } from '../../graph/tensor.ts'
import type { Runtime } from '../../runtime/session.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'

/**
 * Squared Euclidean distances of one query to consecutive references, in float32: the distance to reference `first
 * + j` is `offset + scores[j]`, with an error of at most `error`.
 */
export interface DistanceRow {
  readonly query: number
  readonly first: number
  readonly scores: Float32Array
  readonly offset: number
  readonly error: number
}

/** Most numbers in one feed, and most rows. */
const QUERIES = { numbers: 2 ** 23, rows: 1000 }
const REFERENCES = { numbers: 2 ** 24, rows: 8192 }

/** Squared lengths below this keep the sums within float32, which ends at 3.4e38. */
const LARGEST = 1e36

/** Half the distance from 1 to the next float32: the relative error of rounding. */
const UNIT = 2 ** -24

/** Smallest float32 that is not denormal; products below it may become 0. */
const TINY = 2 ** -126

/**
 * Calls `visit` for every query `[n, D]` with its distances to the references `[m, D]`, in blocks of references:
 * |x - y|² = |x|² + |y|² - 2 x·y, with the matrix products computed by the runtime. Both are first centred on the
 * mean of the references, which reduces cancellation.
 *
 * `error` is a bound, not an estimate. With u = 2⁻²⁴, a sum of D products in any order errs by D u |x||y| (Higham
 * 2002, Accuracy and Stability of Numerical Algorithms, section 3.1), rounding the centred rows changes a squared
 * distance by 2 u (|x| + |y|)², and storing |y|² and adding it by u (|x| + |y|)² each; 4|x||y| ≤ (|x| + |y|)².
 *
 * @throws RangeError if the widths differ, or numbers are not finite or too large for float32; the signal's reason
 * if it is aborted
 */
export async function forDistanceRows(
  runtime: Runtime,
  queries: Floats,
  references: Floats,
  visit: (row: DistanceRow) => void,
  { onProgress, signal }: ReadOptions = {},
): Promise<void> {
  const [n, m, width] = sizes(queries, references)
  if (n === 0 || m === 0) return
  const centre = columnMeans(references)
  const x = Tensor.input('x', ['n', width])
  const y = Tensor.input('y', ['m', width])
  const norms = Tensor.input('norms', ['m']) // |y|²
  const session = await runtime.compile({ scores: x.dot(y, false, true).mul(-2).add(norms) })
  try {
    const [queriesAtOnce, referencesAtOnce] = [atOnce(QUERIES, width), atOnce(REFERENCES, width)]
    for (let first = 0; first < m; first += referencesAtOnce) {
      const block = centred(references, first, Math.min(m, first + referencesAtOnce), centre)
      const largest = Math.sqrt(block.norms.reduce((most, norm) => Math.max(most, norm), 0))
      await session.bind({
        y: block.rows,
        norms: hostTensor('float64', [block.norms.length], block.norms),
      })
      for (let start = 0; start < n; start += queriesAtOnce) {
        signal?.throwIfAborted()
        const some = centred(queries, start, Math.min(n, start + queriesAtOnce), centre)
        const { scores } = await session.run({ x: some.rows })
        const all = scores!.data as Float32Array
        some.norms.forEach((offset, i) => {
          const error =
            (width / 2 + 5) * UNIT * (Math.sqrt(offset) + largest) ** 2 + (width + 5) * TINY
          const row = all.subarray(i * block.norms.length, (i + 1) * block.norms.length)
          visit({ query: start + i, first, scores: row, offset, error })
        })
        const done = first * n + (start + some.norms.length) * block.norms.length
        onProgress?.(done / (n * m))
      }
    }
  } finally {
    await session.close()
  }
}

/** Σ (x - y)² of row i of x and row j of y, in float64: the distance that decides. */
export function squaredDistance(x: Floats, i: number, y: Floats, j: number): number {
  const width = x.shape[1]!
  const [a, b] = [x.data, y.data]
  let sum = 0
  for (let d = 0, p = i * width, q = j * width; d < width; d++, p++, q++)
    sum += (a[p]! - b[q]!) ** 2
  return sum
}

function sizes(queries: Floats, references: Floats): [number, number, number] {
  const [n = 0, width = 0] = queries.shape
  const [m = 0, other = 0] = references.shape
  if (queries.shape.length !== 2 || references.shape.length !== 2 || width !== other)
    throw new RangeError(
      `distances are between rows [n, D] and [m, D], got [${queries.shape.join(', ')}] and [${references.shape.join(', ')}]`,
    )
  return [n, m, width]
}

const atOnce = ({ numbers, rows }: { numbers: number; rows: number }, width: number): number =>
  Math.max(1, Math.min(rows, Math.floor(numbers / width)))

function columnMeans({ shape, data }: Floats): Float32Array {
  const [count, width] = shape as readonly [number, number]
  const sums = new Float64Array(width)
  for (let i = 0; i < data.length; i += width)
    for (let d = 0; d < width; d++) sums[d]! += data[i + d]!
  return Float32Array.from(sums, (sum) => sum / count)
}

/** Rows `start` to `end` minus the centre, with their squared norms. */
function centred({ shape, data }: Floats, start: number, end: number, centre: Float32Array) {
  const width = shape[1]!
  const values = data.slice(start * width, end * width)
  const norms = new Float64Array(end - start)
  for (let i = 0, at = 0; i < norms.length; i++) {
    let norm = 0
    for (let d = 0; d < width; d++, at++) {
      const value = Math.fround(values[at]! - centre[d]!)
      values[at] = value
      norm += value * value
    }
    if (!(norm < LARGEST))
      throw new RangeError('distances need rows of finite numbers, of a length below 1e18')
    norms[i] = norm
  }
  return { rows: hostTensor('float32', [end - start, width], values), norms }
}
