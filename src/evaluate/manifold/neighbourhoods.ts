import type { Runtime } from '../../runtime/session.ts'
import { requireMatrix, requireRuntime, requireWatching } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts'
import { partOf } from '../neighbours/partial-progress.ts'
import { ranksOf } from './ranks.ts'

/** How well codes preserve the neighbourhoods of examples: one value for each example `[n]`, at most 1. */
export interface NeighbourhoodPreservation {
  readonly k: number
  /** Less than 1 if neighbours by code are not neighbours by example. */
  readonly trustworthiness: Float64Array
  /** Less than 1 if neighbours by example are not neighbours by code. */
  readonly continuity: Float64Array
  /** Share of the k nearest by example that are among the k nearest by code. */
  readonly overlap: Float64Array
}

/**
 * Trustworthiness and continuity (Venna and Kaski 2001, "Neighborhood preservation in nonlinear projection
 * methods") of codes z `[n, L]` of examples x `[n, D]`, and the share of neighbours in common. With r(i, j) the
 * rank of j by its distance to i in the space of examples, and U those of the k nearest by code that are not among
 * the k nearest by example, an example's trustworthiness is 1 - 2 / (k (2n - 3k - 1)) Σ_U (r - k); its continuity
 * is the same with the spaces exchanged. The means over examples are the published figures. Takes time n² (D + L)
 * in the runtime and n² k on the host.
 *
 * @throws RangeError unless k ≥ 1 is less than half of n, as the normalisation of both requires, and there is one
 * code for each example; the signal's reason if it is aborted
 */
export async function neighbourhoodPreservation(
  runtime: Runtime,
  x: Floats,
  z: Floats,
  options: ReadOptions & { readonly k: number },
): Promise<NeighbourhoodPreservation> {
  requireRuntime(runtime)
  requireMatrix(x, 'x')
  requireMatrix(z, 'z')
  requireWatching(options)
  const { k, ...watched } = options
  const [n = 0] = x.shape
  if (z.shape[0] !== n) throw new RangeError(`${z.shape[0]} codes of ${n} examples`)
  if (!Number.isInteger(k) || k < 1 || 2 * k >= n)
    throw new RangeError(
      `k: expected 1 or more neighbours, less than half of ${n}, got ${described(k)}`,
    )
  const quarter = (which: number) => partOf(watched, which / 4, (which + 1) / 4)
  const near = (points: Floats, which: number) =>
    nearestNeighbours(runtime, points, points, { k, withoutSelf: true, ...quarter(which) })
  const byExample = neighbourSets(await near(x, 0))
  const byCode = neighbourSets(await near(z, 1))
  const intruders = byCode.map((set, i) => missingFrom(set, byExample[i]!))
  const lost = byExample.map((set, i) => missingFrom(set, byCode[i]!))
  const kept = (ranks: readonly number[][]) =>
    Float64Array.from(ranks, (some) => {
      const excess = some.reduce((sum, rank) => sum + rank - k, 0)
      return 1 - (2 * excess) / (k * (2 * n - 3 * k - 1))
    })
  return {
    k,
    trustworthiness: kept(await ranksOf(runtime, x, intruders, quarter(2))),
    continuity: kept(await ranksOf(runtime, z, lost, quarter(3))),
    overlap: Float64Array.from(lost, ({ length }) => 1 - length / k),
  }
}

function neighbourSets({ k, indices }: { k: number; indices: Int32Array }): Set<number>[] {
  return Array.from(
    { length: indices.length / k },
    (_, i) => new Set(indices.subarray(i * k, (i + 1) * k)),
  )
}

const missingFrom = (set: ReadonlySet<number>, other: ReadonlySet<number>): number[] =>
  [...set].filter((j) => !other.has(j))
