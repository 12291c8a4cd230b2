import type { Runtime } from '../../runtime/session.ts'
import type { Floats } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { type DistanceRow, forDistanceRows, squaredDistance } from '../neighbours/distance-rows.ts'

/** A point j that is asked for as a neighbour of point i. */
interface Asked {
  readonly j: number
  readonly squared: number
  rank: number
}

/**
 * The rank of points among all others by their distance to point i, 1 being the nearest, for `others[i]` of
 * each of the points `[n, D]`; equally near ones are in the order of the rows. As exact as distances in
 * float64: those that float32 cannot tell from the one asked for are computed again.
 */
export async function ranksOf(
  runtime: Runtime,
  points: Floats,
  others: readonly (readonly number[])[],
  options: ReadOptions = {},
): Promise<number[][]> {
  const asked = others.map((some, i) =>
    some.map((j): Asked => ({ j, squared: squaredDistance(points, i, points, j), rank: 1 })),
  )
  const count = ({ query, first, scores, offset, error }: DistanceRow, one: Asked) => {
    const [surely, perhaps] = [one.squared - error - offset, one.squared + error - offset]
    let nearer = 0
    for (let at = 0; at < scores.length; at++) {
      if (scores[at]! > perhaps || first + at === query || first + at === one.j) continue
      if (scores[at]! < surely || isNearer(points, query, first + at, one)) nearer++
    }
    one.rank += nearer
  }
  const visit = (row: DistanceRow) => {
    for (const one of asked[row.query]!) count(row, one)
  }
  await forDistanceRows(runtime, points, points, visit, options)
  return asked.map((some) => some.map(({ rank }) => rank))
}

function isNearer(points: Floats, query: number, other: number, { j, squared }: Asked): boolean {
  const distance = squaredDistance(points, query, points, other)
  return distance < squared || (distance === squared && other < j)
}
