import type { Runtime } from '../../runtime/session.ts'
import {
  requireMatrix,
  requireOptions,
  requireRuntime,
  requireWatching,
  requireWhole,
} from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { forDistanceRows, squaredDistance } from '../neighbours/distance-rows.ts'
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts'
import { partOf } from '../neighbours/partial-progress.ts'

/** Features of examples `[n, D]`, and of samples that are compared with them, `[m, D]`. */
export interface FeatureSets {
  readonly real: Floats
  readonly samples: Floats
}

export interface BallOptions extends ReadOptions {
  /** The ball around a row of features reaches to its k-th nearest other row of the same set. */
  readonly k?: number | undefined
}

/** Throws RangeError unless these are sets of features that can be compared. */
export function requireSets(runtime: Runtime, sets: FeatureSets, options: BallOptions): void {
  requireRuntime(runtime)
  requireOptions(sets, 'sets')
  requireMatrix(sets.real, 'real')
  requireMatrix(sets.samples, 'samples')
  requireWatching(options)
  if (options.k !== undefined) requireWhole(options.k, 'k', { low: 1 })
}

/** Balls around the rows of a set, and the points of another set that lie in them. */
export interface CountedBalls {
  /** Squared radius of each ball, `[n]`. */
  readonly squaredRadii: Float64Array
  /** How many of the balls each point lies in, `[m]`. */
  readonly counts: Int32Array
}

/**
 * How many of the balls around the centres `[n, D]` each of the points `[m, D]` lies in.
 *
 * @throws RangeError if there are fewer than k + 1 centres, or k is below 1
 */
export async function countedBalls(
  runtime: Runtime,
  { centres, points, k }: { readonly centres: Floats; readonly points: Floats; readonly k: number },
  options: ReadOptions,
): Promise<CountedBalls> {
  const radii = await squaredRadii(runtime, centres, k, partOf(options, 0, 0.5))
  const balls = { centres, squaredRadii: radii }
  const counts = await ballsAround(runtime, points, balls, partOf(options, 0.5, 1))
  return { squaredRadii: radii, counts }
}

/**
 * Squared radius of the ball around each row of x `[n, D]`, `[n]`: the squared distance to its k-th nearest other
 * row.
 *
 * @throws RangeError if there are fewer than k other rows, or k is below 1
 */
export async function squaredRadii(
  runtime: Runtime,
  x: Floats,
  k: number,
  options: ReadOptions,
): Promise<Float64Array> {
  if (!(k >= 1)) throw new RangeError(`k: expected 1 or more, got ${described(k)}`)
  const { squaredDistances } = await nearestNeighbours(runtime, x, x, {
    ...options,
    k,
    withoutSelf: true,
  })
  return squaredDistances.filter((_, at) => at % k === k - 1)
}

/**
 * How many of the balls each of the points `[n, D]` lies in, their borders included, `[n]`. What float32 leaves
 * undecided is decided in float64.
 */
async function ballsAround(
  runtime: Runtime,
  points: Floats,
  balls: { readonly centres: Floats; readonly squaredRadii: Float64Array },
  options: ReadOptions,
): Promise<Int32Array> {
  const counts = new Int32Array(points.shape[0]!)
  const { centres, squaredRadii: radii } = balls
  await forDistanceRows(
    runtime,
    points,
    centres,
    ({ query, first, scores, offset, error }) => {
      let count = 0
      for (let j = 0; j < scores.length; j++) {
        const beyond = offset + scores[j]! - radii[first + j]!
        if (beyond > error) continue
        const inside =
          beyond < -error || squaredDistance(points, query, centres, first + j) <= radii[first + j]!
        if (inside) count++
      }
      counts[query]! += count
    },
    options,
  )
  return counts
}
