import type { Picture } from './picture.ts'

/** From nothing to the most: black, violet, orange, light yellow. */
const COLOURS = [
  [0, 0, 0],
  [87, 20, 105],
  [200, 60, 70],
  [248, 150, 50],
  [255, 250, 190],
] as const

/**
 * Values of pixels as colours: black for 0 and below, the brightest for the largest.
 *
 * @param values `[height, width]`
 */
export function heatMap(values: ArrayLike<number>, height: number, width: number): Picture {
  const data = new Uint8Array(3 * height * width)
  let most = 0
  for (let at = 0; at < values.length; at++) most = Math.max(most, values[at]!)
  for (let at = 0; at < height * width; at++) {
    const share = most > 0 ? Math.max(0, values[at]!) / most : 0
    data.set(colourOf(Number.isFinite(share) ? share : 0), 3 * at)
  }
  return { width, height, channels: 3, data }
}

function colourOf(share: number): number[] {
  const position = share * (COLOURS.length - 1)
  const below = Math.min(COLOURS.length - 2, Math.floor(position))
  const [from, to] = [COLOURS[below]!, COLOURS[below + 1]!]
  return from.map((level, i) => Math.round(level + (position - below) * (to[i]! - level)))
}
