import { requireMethod, requireOneOf, requireTensor, requireWhole } from './checks.ts'
import { described } from './described.ts'
import type { ElementArrays, HostTensor } from './host.ts'
import { pause } from './turns.ts'

type RowType = 'uint8' | 'float32' | 'float64'

export type RowValues = ElementArrays[RowType]

/** Rows of numbers, read in pieces: they need not be in memory at once, or be an array at all. */
export interface RowSource {
  readonly count: number
  readonly dimension: number
  readonly dtype: RowType
  /** A stored number x stands for x · scale; 1 by default. */
  readonly scale?: number | undefined
  /** Rows `start` (included) to `end` (excluded), one after the other. */
  chunk(start: number, end: number): RowValues | Promise<RowValues>
}

/** The rows of an array `[n, D]`. */
export function arrayRows(array: HostTensor<RowType>, scale = 1): RowSource {
  const { shape } = requireTensor(array, 'array')
  const { dtype, data } = array
  requireOneOf(dtype, 'array of type', rowTypes)
  requireScale(scale)
  const [count, dimension] = shape
  if (shape.length !== 2) throw new RangeError(`rows are [n, D], got [${shape.join(', ')}]`)
  return {
    count: count!,
    dimension: dimension!,
    dtype,
    scale,
    chunk: (start, end) => data.subarray(start * dimension!, end * dimension!),
  }
}

const rowTypes: readonly RowType[] = ['uint8', 'float32', 'float64']

/** Throws RangeError unless `rows` is a source of rows. */
export function requireRows(rows: RowSource, name = 'rows'): void {
  requireMethod(rows, name, 'chunk', 'a source of rows, such as arrayRows makes')
  requireWhole(rows.count, `${name}.count`)
  requireWhole(rows.dimension, `${name}.dimension`, { low: 1 })
  requireOneOf(rows.dtype, `${name}.dtype`, rowTypes)
  requireScale(rows.scale ?? 1)
}

function requireScale(scale: unknown): void {
  if (typeof scale !== 'number' || !Number.isFinite(scale))
    throw new RangeError(`scale: expected a finite number, got ${described(scale)}`)
}

/** How to follow and stop a computation that reads rows several times. */
export interface ReadOptions {
  /** Called after every chunk with the share of the reading that is done, up to 1. */
  readonly onProgress?: ((share: number) => void) | undefined
  /** Checked between chunks; if it is aborted, its reason is thrown. */
  readonly signal?: AbortSignal | undefined
}

/** Numbers per chunk: enough to make the overhead small, few enough to stop soon. */
const CHUNK_NUMBERS = 2 ** 20

/** Calls `visit` with chunk after chunk, from the first row on. */
export type Pass = (visit: (rows: RowValues) => void) => Promise<void>

/**
 * A function that reads all rows once, to be called `passes` times. It yields to the event loop between
 * chunks.
 *
 * @throws RangeError where a chunk does not have the size that was asked for
 */
export function passesOver(
  { count, dimension, chunk }: RowSource,
  passes: number,
  { onProgress, signal }: ReadOptions = {},
): Pass {
  const rowsAtOnce = Math.max(1, Math.floor(CHUNK_NUMBERS / dimension))
  let read = 0
  return async (visit) => {
    for (let start = 0; start < count; start += rowsAtOnce) {
      await pause()
      signal?.throwIfAborted()
      const end = Math.min(count, start + rowsAtOnce)
      const rows = await chunk(start, end)
      if (rows.length !== (end - start) * dimension)
        throw new RangeError(
          `rows ${start} to ${end} are ${(end - start) * dimension} numbers, got ${rows.length}`,
        )
      visit(rows)
      read += end - start
      onProgress?.(read / (passes * count))
    }
  }
}

/**
 * The mean of every column, from one pass over the rows.
 *
 * @throws RangeError where a column has a number that is not finite
 */
export async function columnMeans(
  pass: Pass,
  { count, dimension }: RowSource,
): Promise<Float64Array> {
  const sums = new Float64Array(dimension)
  await pass((values) => addSums(sums, values))
  const unusable = sums.findIndex((sum) => !Number.isFinite(sum))
  if (unusable >= 0)
    throw new RangeError(`column ${unusable} of the rows has numbers that are not finite`)
  return sums.map((sum) => sum / count)
}

/** Adds rows to the sums of their columns. */
export function addSums(sums: Float64Array, values: RowValues): void {
  const width = sums.length
  for (let start = 0; start < values.length; start += width)
    for (let p = 0; p < width; p++) sums[p]! += values[start + p]!
}
