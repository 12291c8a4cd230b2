import { type Neighbours, nearestNeighbours } from '../../evaluate/neighbours/nearest-neighbours.ts'
import type { Runtime } from '../../runtime/session.ts'
import { requireOptions, requireRuntime, requireWhole } from '../../tensor/checks.ts'
import { type AnyFloats, type Floats, hostTensor } from '../../tensor/host.ts'
import { type RowScorer, requireRowsOf, requireTrainingRows } from './row-scorer.ts'

export interface NearestRowsOptions {
  /** How many of the nearest training rows: 5 by default. */
  readonly k?: number | undefined
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
): RowScorer {
  requireRuntime(runtime)
  requireOptions(options, 'options', ['k'])
  const { k = 5 } = options
  requireWhole(k, 'k', { low: 1 })
  const [, width] = requireTrainingRows(rows, k)
  const references = asFloat32(rows)
  return {
    width,
    unit: 'distance',
    async scores(given, watching = {}) {
      requireRowsOf(width, given)
      const queries = asFloat32(given)
      return meanDistances(
        await nearestNeighbours(runtime, queries, references, { ...watching, k }),
      )
    },
    async shares(given, watching = {}) {
      requireRowsOf(width, given)
      const queries = asFloat32(given)
      const found = await nearestNeighbours(runtime, queries, references, { ...watching, k })
      return hostTensor('float64', given.shape, distanceShares(queries, references, found))
    },
  }
}

const asFloat32 = ({ shape, data }: AnyFloats): Floats =>
  hostTensor('float32', shape, data instanceof Float32Array ? data : Float32Array.from(data))

function meanDistances({ k, squaredDistances }: Neighbours): Float64Array {
  const means = new Float64Array(squaredDistances.length / k)
  for (let at = 0; at < squaredDistances.length; at++)
    means[Math.floor(at / k)]! += Math.sqrt(squaredDistances[at]!) / k
  return means
}

function distanceShares(
  queries: Floats,
  references: Floats,
  { k, indices, squaredDistances }: Neighbours,
): Float64Array {
  const width = queries.shape[1]!
  const shares = new Float64Array(queries.data.length)
  for (let at = 0; at < indices.length; at++) {
    const distance = Math.sqrt(squaredDistances[at]!)
    if (distance === 0) continue
    const [x, y] = [Math.floor(at / k) * width, indices[at]! * width]
    for (let c = 0; c < width; c++)
      shares[x + c]! += (queries.data[x + c]! - references.data[y + c]!) ** 2 / distance / k
  }
  return shares
}
