import { type Neighbours, nearestNeighbours } from '../../evaluate/neighbours/nearest-neighbours.ts'
import { partOf } from '../../evaluate/neighbours/partial-progress.ts'
import type { Runtime } from '../../runtime/session.ts'
import { requireOptions, requireRuntime, requireWhole } from '../../tensor/checks.ts'
import {
  type AnyFloats,
  type Floats,
  type HostTensor,
  hostTensor,
  rowsBetween,
} from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { type RowScorer, requireRowsOf, requireTrainingRows } from './row-scorer.ts'

export interface NearestRowsOptions {
  /** How many of the nearest training rows: 5 by default. */
  readonly k?: number | undefined
}

export interface NearestRows extends RowScorer {
  /** Scores `[n]` and shares `[n, D]` of one search. */
  explained(
    rows: AnyFloats,
    options?: ReadOptions,
  ): Promise<{ readonly scores: Float64Array; readonly shares: HostTensor<'float64'> }>
}

/**
 * Scores a row by its mean Euclidean distance to the k nearest of the training rows `[n, D]` (Angiulli and Pizzuti 2002),
 * in the unit of the columns, which should be on one scale. Rows are compared as float32.
 *
 * The share of a column is the mean of (x_c - y_c)² / |x - y| over the k neighbours y: each distance is split in proportion
 * to the squared differences, so shares are at least 0 and add up to the score.
 *
 * @throws RangeError for fewer than k training rows, and numbers that are not finite
 */
export function nearestRows(
  runtime: Runtime,
  rows: AnyFloats,
  options: NearestRowsOptions = {},
): NearestRows {
  requireRuntime(runtime)
  requireOptions(options, 'options', ['k'])
  const { k = 5 } = options
  requireWhole(k, 'k', { low: 1 })
  const [, width] = requireTrainingRows(rows, k)
  const references = asFloat32(rows)
  /** Calls `visit` with consecutive rows and their neighbours. */
  const forNeighbours = async (
    given: AnyFloats,
    watching: ReadOptions,
    visit: (queries: Floats, found: Neighbours) => void,
  ) => {
    const count = given.shape[0]!
    const all = asFloat32(given)
    for (let start = 0; start < count; start += ROWS_AT_ONCE) {
      const end = Math.min(count, start + ROWS_AT_ONCE)
      const queries = rowsBetween(all, start, end)
      const part = partOf(watching, start / count, end / count)
      visit(queries, await nearestNeighbours(runtime, queries, references, { ...part, k }))
    }
  }
  const scoresOf = async (
    given: AnyFloats,
    watching: ReadOptions,
    visit: (queries: Floats, found: Neighbours, read: number) => void = () => {},
  ) => {
    const means = new Float64Array(requireRowsOf(width, given))
    let read = 0
    await forNeighbours(given, watching, (queries, found) => {
      const { squaredDistances } = found
      for (let at = 0; at < squaredDistances.length; at++)
        means[read + Math.floor(at / k)]! += Math.sqrt(squaredDistances[at]!) / k
      visit(queries, found, read)
      read += queries.shape[0]!
    })
    return means
  }
  const explained: NearestRows['explained'] = async (given, watching = {}) => {
    const shares = new Float64Array(requireRowsOf(width, given) * width)
    const scores = await scoresOf(given, watching, (queries, found, read) =>
      addShares(queries, references, found, shares.subarray(read * width)),
    )
    return { scores, shares: hostTensor('float64', given.shape, shares) }
  }
  return {
    width,
    unit: 'distance',
    scores: (given, watching = {}) => scoresOf(given, watching),
    explained,
    async shares(given, watching) {
      return (await explained(given, watching)).shares
    },
  }
}

/** Rows whose neighbours are in memory at once. */
const ROWS_AT_ONCE = 2 ** 15

const asFloat32 = ({ shape, data }: AnyFloats): Floats =>
  hostTensor('float32', shape, data instanceof Float32Array ? data : Float32Array.from(data))

/** Adds to each column of each query its part of the mean distance. */
function addShares(
  queries: Floats,
  references: Floats,
  { k, indices, squaredDistances }: Neighbours,
  shares: Float64Array,
): void {
  const width = queries.shape[1]!
  for (let at = 0; at < indices.length; at++) {
    const distance = Math.sqrt(squaredDistances[at]!)
    if (distance === 0) continue
    const [x, y] = [Math.floor(at / k) * width, indices[at]! * width]
    for (let c = 0; c < width; c++)
      shares[x + c]! += (queries.data[x + c]! - references.data[y + c]!) ** 2 / distance / k
  }
}
