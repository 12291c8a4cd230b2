import type { Runtime } from '../../runtime/session.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { type DistanceRow, forDistanceRows, squaredDistance } from '../neighbours/distance-rows.ts'

/** A point j and its rank among the neighbours of a point i. */
interface Ranked {
  readonly j: number
  readonly squared: number
  rank: number
}

/**
 * For each of the points i `[n, D]`, the rank of the points `others[i]` among all others by their distance to i, 1
 * being the nearest; ties are in the order of the rows. As exact as float64 distances: those that float32 cannot
 * tell from the distance in question are computed again.
 */
export async function ranksOf(
  runtime: Runtime,
  points: Floats,
  others: readonly (readonly number[])[],
  options: ReadOptions = {},
): Promise<number[][]> {
  const ranked = others.map((some, i) =>
    some.map((j): Ranked => ({ j, squared: squaredDistance(points, i, points, j), rank: 1 })),
  )
  const count = ({ query, first, scores, offset, error }: DistanceRow, one: Ranked) => {
    const [surely, perhaps] = [one.squared - error - offset, one.squared + error - offset]
    let nearer = 0
    for (let at = 0; at < scores.length; at++) {
      if (scores[at]! > perhaps || first + at === query || first + at === one.j) continue
      if (scores[at]! < surely || isNearer(points, query, first + at, one)) nearer++
    }
    one.rank += nearer
  }
  const visit = (row: DistanceRow) => {
    for (const one of ranked[row.query]!) count(row, one)
  }
  await forDistanceRows(runtime, points, points, visit, options)
  return ranked.map((some) => some.map(({ rank }) => rank))
}

function isNearer(points: Floats, query: number, other: number, { j, squared }: Ranked): boolean {
  const distance = squaredDistance(points, query, points, other)
  return distance < squared || (distance === squared && other < j)
}
