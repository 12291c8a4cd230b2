import type { Runtime } from '../../runtime/session.ts'
import { requireMatrix, requireRuntime, requireWatching } from '../../tensor/checks.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { nearestNeighbours } from '../neighbours/nearest-neighbours.ts'
import { ranksOf } from './ranks.ts'

/** How far codes keep the neighbourhoods of examples, one value for each example `[n]`, 1 being wholly. */
export interface NeighbourhoodPreservation {
  readonly k: number
  /** Less than 1 where neighbours by code are no neighbours by example. */
  readonly trustworthiness: Float64Array
  /** Less than 1 where neighbours by example are no neighbours by code. */
  readonly continuity: Float64Array
  /** Share of the k nearest by example that are among the k nearest by code. */
  readonly overlap: Float64Array
}

/**
 * Trustworthiness and continuity (Venna and Kaski 2001, "Neighborhood preservation in nonlinear projection
 * methods") of codes z `[n, L]` of examples x `[n, D]`, and the share of neighbours that are common. With
 * r(i, j) the rank of j by its distance to i in the space of examples, and U the k nearest by code that are
 * none of the k nearest by example, an example's trustworthiness is 1 - 2 / (k (2n - 3k - 1)) Σ_U (r - k);
 * its continuity is the same with the spaces exchanged. The means over examples are the published figures.
 * Takes time n² (D + L) in the runtime and n² k on the host.
 *
 * @throws RangeError unless k ≥ 1 is less than half of n, as the scale of both demands, and there is one
 * code for each example; the signal's reason where it is aborted
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
    throw new RangeError(`k: expected 1 or more neighbours, less than half of ${n}, got ${k}`)
  const part = (which: number) => quarter(watched, which)
  const near = (points: Floats, which: number) =>
    nearestNeighbours(runtime, points, points, { k, withoutSelf: true, ...part(which) })
  const byExample = neighbourSets(await near(x, 0))
  const byCode = neighbourSets(await near(z, 1))
  const intruders = byCode.map((set, i) => lacking(set, byExample[i]!))
  const lost = byExample.map((set, i) => lacking(set, byCode[i]!))
  const kept = (ranks: readonly number[][]) =>
    Float64Array.from(ranks, (some) => {
      const excess = some.reduce((sum, rank) => sum + rank - k, 0)
      return 1 - (2 * excess) / (k * (2 * n - 3 * k - 1))
    })
  return {
    k,
    trustworthiness: kept(await ranksOf(runtime, x, intruders, part(2))),
    continuity: kept(await ranksOf(runtime, z, lost, part(3))),
    overlap: Float64Array.from(lost, ({ length }) => 1 - length / k),
  }
}

function neighbourSets({ k, indices }: { k: number; indices: Int32Array }): Set<number>[] {
  return Array.from(
    { length: indices.length / k },
    (_, i) => new Set(indices.subarray(i * k, (i + 1) * k)),
  )
}

const lacking = (set: ReadonlySet<number>, from: ReadonlySet<number>): number[] =>
  [...set].filter((j) => !from.has(j))

/** The progress of one of four equal parts of the work. */
function quarter({ onProgress, signal }: ReadOptions, which: number): ReadOptions {
  return {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (share: number) => onProgress((which + share) / 4) }),
  }
}
