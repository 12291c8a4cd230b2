import type { Factors } from './factors.ts'
import { INVOCATIONS } from './part.ts'

/** How the invocations of a workgroup share a tile of a product. */
export interface Tile {
  /** Invocations along m and n. */
  readonly down: number
  readonly across: number
  /** Results of one invocation along m and n. */
  readonly rows: number
  readonly columns: number
  /** Numbers along k that are in the workgroup's memory at a time. */
  readonly depth: number
}

const tiles: readonly Tile[] = [
  { down: 16, across: 16, rows: 8, columns: 8, depth: 8 },
  { down: 16, across: 16, rows: 4, columns: 4, depth: 16 },
  { down: 16, across: 16, rows: 2, columns: 2, depth: 32 },
  { down: 16, across: 16, rows: 1, columns: 1, depth: 32 },
  { down: 4, across: 64, rows: 4, columns: 2, depth: 16 },
  { down: 4, across: 64, rows: 1, columns: 1, depth: 16 },
  { down: 64, across: 4, rows: 2, columns: 4, depth: 16 },
  { down: 64, across: 4, rows: 1, columns: 1, depth: 16 },
]

/** How a product is divided among workgroups. */
export interface Division {
  readonly tile: Tile
  /** Parts of the sum over k, each computed by workgroups of its own. */
  readonly splits: number
}

/** Workgroups that run side by side on a device of some size; each has fewer registers than it could use. */
const SIDE_BY_SIDE = 185
/**
 * Nanoseconds of an invocation: multiplying two numbers, reading one from the workgroup's memory, bringing one there, and what
 * is waited for between two strips. Fitted to 1072 times of products and convolutions on an NVIDIA H200, which they predict with
 * a relative error of 31 % (root mean square of the logarithm); the choices take 1 % longer than the best ones.
 */
const [MULTIPLYING, READING, BRINGING, STRIP] = [1.6, 3.8, 40, 120]
/** Nanoseconds of the whole device: writing a number of a part and reading it again; another dispatch. */
const [PART, DISPATCH] = [0.0027, 3500]
/** The shortest part of a sum, and the most parts. */
const [SHORTEST, MOST_SPLITS] = [32, 64]

/**
 * The tile and the number of parts that should take least time: long sums of few results are divided, results of many are
 * in large tiles.
 */
export function divisionOf({ z, m, n, k }: Factors): Division {
  let best: { division: Division; time: number } | undefined
  for (const tile of tiles)
    for (
      let splits = 1;
      splits <= MOST_SPLITS && (splits === 1 || k / splits >= SHORTEST);
      splits *= 2
    ) {
      const { down, across, rows, columns } = tile
      const [high, wide] = [down * rows, across * columns]
      const workgroups = z * Math.ceil(m / high) * Math.ceil(n / wide) * splits
      const step =
        MULTIPLYING * rows * columns +
        READING * (rows + columns) +
        (BRINGING * (high + wide)) / INVOCATIONS
      const length = Math.ceil(k / splits)
      const own = length * step + Math.ceil(length / tile.depth) * STRIP
      const parts = splits === 1 ? 0 : PART * splits * z * m * n + DISPATCH
      const time = Math.max(1, workgroups / SIDE_BY_SIDE) * own + parts
      if (!best || time < best.time) best = { division: { tile, splits }, time }
    }
  return best!.division
}
