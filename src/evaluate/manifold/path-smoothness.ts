import { requireMatrix, requireWatching } from '../../tensor/checks.ts'
import { described } from '../../tensor/described.ts'
import { type Floats, hostTensor } from '../../tensor/host.ts'
import type { ReadOptions } from '../../tensor/row-source.ts'
import { squaredDistance } from '../neighbours/distance-rows.ts'

/** How smoothly the decoded points change along straight lines between codes, for each pair of codes `[p]`. */
export interface PathSmoothness {
  /**
   * Length of the path of decoded points divided by the distance between its ends: 1 on a straight line, more on a
   * detour, infinite if it ends where it began.
   */
  readonly detour: Float64Array
  /**
   * The largest step divided by the mean step: 1 if all are equal, `steps` if a single one covers the whole path.
   */
  readonly jump: Float64Array
}

export interface PathOptions extends ReadOptions {
  /** Equal steps that each line is divided into; 32 by default. */
  readonly steps?: number | undefined
}

/** Codes decoded at once, unless a single path is longer. */
const CODES_AT_ONCE = 1000

/**
 * Decodes evenly spaced codes on the straight line between `from` and `to`, `[p, L]` each, both ends included, and
 * measures the Euclidean lengths of the steps between the decoded points: in pixels, or in features if `decode`
 * computes these. If nothing changes on the whole line, both figures are 1.
 *
 * @param decode codes `[n, L]` to points `[n, D]`
 * @throws RangeError for fewer than two steps, because a single one is always even, and for ends of different
 * shapes; the signal's reason if it is aborted
 */
export async function pathSmoothness(
  decode: (codes: Floats) => Promise<Floats>,
  from: Floats,
  to: Floats,
  options: PathOptions = {},
): Promise<PathSmoothness> {
  if (typeof decode !== 'function')
    throw new RangeError(`decode: expected a function of codes, got ${described(decode)}`)
  requireMatrix(from, 'from')
  requireMatrix(to, 'to')
  requireWatching(options)
  const { steps = 32, onProgress, signal } = options
  if (!Number.isInteger(steps) || steps < 2)
    throw new RangeError(`steps: expected a whole number, 2 or more, got ${described(steps)}`)
  if (from.shape.length !== 2 || String(from.shape) !== String(to.shape))
    throw new RangeError(
      `paths join codes [p, L] and [p, L], got [${from.shape.join(', ')}] and [${to.shape.join(', ')}]`,
    )
  const pairs = from.shape[0]!
  const detour = new Float64Array(pairs)
  const jump = new Float64Array(pairs)
  const atOnce = Math.max(1, Math.floor(CODES_AT_ONCE / (steps + 1)))
  for (let start = 0; start < pairs; start += atOnce) {
    signal?.throwIfAborted()
    const end = Math.min(pairs, start + atOnce)
    const points = await decode(lines(from, to, steps, start, end))
    for (let pair = start; pair < end; pair++) {
      const first = (pair - start) * (steps + 1)
      const lengths = Array.from({ length: steps }, (_, step) =>
        distance(points, first + step, first + step + 1),
      )
      const length = lengths.reduce((sum, one) => sum + one, 0)
      detour[pair] = length === 0 ? 1 : length / distance(points, first, first + steps)
      jump[pair] = length === 0 ? 1 : (Math.max(...lengths) * steps) / length
    }
    onProgress?.(end / pairs)
  }
  return { detour, jump }
}

const distance = (points: Floats, i: number, j: number): number =>
  Math.sqrt(squaredDistance(points, i, points, j))

/** The lines of pairs `start` to `end`, one after the other, steps + 1 codes each. */
function lines(from: Floats, to: Floats, steps: number, start: number, end: number): Floats {
  const width = from.shape[1]!
  const codes = new Float32Array((end - start) * (steps + 1) * width)
  let at = 0
  for (let pair = start; pair < end; pair++)
    for (let step = 0; step <= steps; step++) {
      const t = step / steps
      for (let l = pair * width; l < (pair + 1) * width; l++)
        codes[at++] = (1 - t) * from.data[l]! + t * to.data[l]!
    }
  return hostTensor('float32', [(end - start) * (steps + 1), width], codes)
}
