import type { Runtime } from '../../runtime/session.ts'
import { requireMatrix, requireRuntime, requireWatching } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { pause } from '../../tensor/turns.ts'
import { type DistanceRow, forDistanceRows, squaredDistance } from './distance-rows.ts'

/** The k references nearest to each of n queries, nearest first; among equally near ones, the first. */
export interface Neighbours {
  readonly k: number
  /** Indices of references, `[n, k]`. */
  readonly indices: Int32Array
  /** Σ (x - y)² in float64, `[n, k]`. */
  readonly squaredDistances: Float64Array
}

export interface NeighbourOptions extends ReadOptions {
  readonly k: number
  /** Whether the queries are the references, so that none is its own neighbour. */
  readonly withoutSelf?: boolean | undefined
}

/** Share of the progress for the products; the rest is for the distances of the candidates. */
const PRODUCTS = 0.9

/** Numbers read between two checks of the signal. */
const NUMBERS_BETWEEN_TURNS = 2 ** 24

/**
 * The k nearest of the references `[m, D]` to each of the queries `[n, D]` by Euclidean distance. The runtime's
 * float32 products, whose error is bounded, leave each query the candidates that may be among its nearest.
 * Distances in float64 decide between these, so order and ties do not depend on the runtime. Takes time n m D in
 * the runtime, and n k D on the host.
 *
 * @throws RangeError if there are fewer than k references, k is not a whole number of 0 or more, or the widths
 * differ; the signal's reason if it is aborted
 */
export async function nearestNeighbours(
  runtime: Runtime,
  queries: Floats,
  references: Floats,
  options: NeighbourOptions,
): Promise<Neighbours> {
  requireRuntime(runtime)
  requireMatrix(queries, 'queries')
  requireMatrix(references, 'references')
  requireWatching(options)
  const { k, withoutSelf = false, onProgress, signal } = options
  const [n = 0] = queries.shape
  const [m = 0] = references.shape
  if (withoutSelf && n !== m)
    throw new RangeError(`${n} queries are not the ${m} references: none of them is itself`)
  const available = withoutSelf ? Math.max(0, m - 1) : m
  if (!Number.isInteger(k) || k < 0 || (n > 0 && k > available))
    throw new RangeError(
      `k: expected a whole number from 0 to ${available} references, got ${described(k)}`,
    )
  const found: Neighbours = {
    k,
    indices: new Int32Array(n * k),
    squaredDistances: new Float64Array(n * k),
  }
  if (n === 0 || k === 0) return found
  const candidates = Array.from({ length: n }, () => candidatesFor(k))
  await forDistanceRows(
    runtime,
    queries,
    references,
    (row) => candidates[row.query]!.add(row, withoutSelf ? row.query : -1),
    { signal, onProgress: (share) => onProgress?.(PRODUCTS * share) },
  )
  let read = 0
  for (const [i, some] of candidates.entries()) {
    const near = some
      .remaining()
      .map((j) => ({ j, squared: squaredDistance(queries, i, references, j) }))
      .sort((a, b) => a.squared - b.squared || a.j - b.j)
    for (let rank = 0; rank < k; rank++) {
      found.indices[i * k + rank] = near[rank]!.j
      found.squaredDistances[i * k + rank] = near[rank]!.squared
    }
    read += near.length * queries.shape[1]!
    if (read < NUMBERS_BETWEEN_TURNS) continue
    read = 0
    onProgress?.(PRODUCTS + ((1 - PRODUCTS) * (i + 1)) / n)
    await pause()
    signal?.throwIfAborted()
  }
  onProgress?.(1)
  return found
}

/** The references that may be among the k nearest to one query. */
interface Candidates {
  /** Adds references, except `self`. */
  add(row: DistanceRow, self: number): void
  remaining(): number[]
}

/**
 * A reference is out if its distance minus the error exceeds the k-th smallest of the distances plus their errors,
 * which is the top of a heap of the k smallest.
 */
function candidatesFor(k: number): Candidates {
  const heap = new Float64Array(k).fill(Number.POSITIVE_INFINITY)
  const indices: number[] = []
  const least: number[] = []
  return {
    add({ scores, first, offset, error }, self) {
      let limit = heap[0]! + error - offset
      for (let j = 0; j < scores.length; j++) {
        const score = scores[j]!
        if (score > limit || first + j === self) continue
        indices.push(first + j)
        least.push(offset + score - error)
        const most = offset + score + error
        if (most >= heap[0]!) continue
        replaceTop(heap, most)
        limit = heap[0]! + error - offset
      }
    },
    remaining: () => indices.filter((_, at) => least[at]! <= heap[0]!),
  }
}

/** Replaces a heap's largest value by a smaller one, and restores the heap. */
function replaceTop(heap: Float64Array, value: number): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && heap[child + 1]! > heap[child]!) child++
    if (heap[child]! <= value) break
    heap[at] = heap[child]!
    at = child
  }
  heap[at] = value
}
