import type { PictureMeasures, PictureShape } from '../protocol/api.ts'

/** Ink is what is at least half as bright as the brightest pixel. */
const INK = 0.5

/**
 * The thickness of strokes, the slant and the width of the ink, which Castro et al. 2019, "Morpho-MNIST", measure of a digit.
 * The slant is theirs: of the line about which the ink is balanced. The thickness is that of the bar that has the area of the
 * ink and its mean distance to the edge: exact for a bar of any length, and near it for strokes that bend.
 *
 * @param values pictures `[n, C, H, W]` in [0, 1]; of several channels the brightest counts
 */
export function measured(values: Float32Array, picture: PictureShape): PictureMeasures[] {
  const area = picture.width * picture.height
  const size = area * picture.channels
  return Array.from({ length: values.length / size }, (_, n) =>
    measuresOf(brightest(values.subarray(n * size, (n + 1) * size), area), picture),
  )
}

function brightest(values: Float32Array, area: number): Float64Array {
  const ink = new Float64Array(area)
  for (let i = 0; i < values.length; i++) ink[i % area] = Math.max(ink[i % area]!, values[i]!)
  return ink
}

function measuresOf(ink: Float64Array, { width, height }: PictureShape): PictureMeasures {
  const peak = ink.reduce((a, b) => Math.max(a, b), 0)
  if (peak === 0) return { thickness: 0, slant: 0, width: 0 }
  const isInk = Uint8Array.from(ink, (value) => Number(value >= INK * peak))
  return {
    thickness: thicknessOf(ink, INK * peak, width, height),
    slant: slantOf(ink, width),
    width: extentOf(isInk, width),
  }
}

/**
 * A bar of thickness w and area A is w / 4 - w³ / (12 A) from its edge on average: the first term for a long bar, the second for
 * its ends. On pixels of half the size, whose brightness is interpolated, so that there are two in the middle of every bar.
 */
function thicknessOf(ink: Float64Array, least: number, width: number, height: number): number {
  const finer = twice(ink, width, height)
  const distance = distances(
    Uint8Array.from(finer, (value) => Number(value >= least)),
    2 * width,
    2 * height,
  )
  let [sum, area] = [0, 0]
  for (const here of distance) {
    if (here === 0) continue
    // From the middle of a pixel to its edge is half of one.
    sum += here - 0.5
    area++
  }
  const long = (4 * sum) / area
  let thickness = long
  for (let round = 0; round < 30; round++) thickness = long + thickness ** 3 / (3 * area)
  return Math.min(thickness, Math.sqrt(area)) / 2
}

/** A picture of twice the size, between whose pixels the brightness is linear. */
function twice(ink: Float64Array, width: number, height: number): Float64Array {
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : ink[y * width + x]!
  return Float64Array.from({ length: 4 * ink.length }, (_, i) => {
    const [x, y] = [i % (2 * width), Math.floor(i / (2 * width))]
    const [a, b] = [x >> 1, y >> 1]
    const [dx, dy] = [x % 2 === 0 ? -1 : 1, y % 2 === 0 ? -1 : 1]
    const [near, beside] = [at(a, b), at(a + dx, b)]
    const [above, across] = [at(a, b + dy), at(a + dx, b + dy)]
    return (9 * near + 3 * beside + 3 * above + across) / 16
  })
}

/** From each pixel of ink to the nearest without, by their middles, in pixels; 0 for those without. All around is none. */
function distances(isInk: Uint8Array, width: number, height: number): Float64Array {
  const inColumn = new Float64Array(isInk.length)
  for (let x = 0; x < width; x++) {
    for (let y = 0, run = 0; y < height; y++) {
      run = isInk[y * width + x] ? run + 1 : 0
      inColumn[y * width + x] = run
    }
    for (let y = height - 1, run = 0; y >= 0; y--) {
      run = isInk[y * width + x] ? run + 1 : 0
      inColumn[y * width + x] = Math.min(run, inColumn[y * width + x]!)
    }
  }
  return Float64Array.from(isInk, (ink, i) => {
    if (!ink) return 0
    const [x, row] = [i % width, i - (i % width)]
    let nearest = Math.min(x + 1, width - x) ** 2
    for (let other = 0; other < width; other++)
      nearest = Math.min(nearest, (other - x) ** 2 + inColumn[row + other]! ** 2)
    return Math.sqrt(nearest)
  })
}

/** By the moments of the ink, in degrees: the shear that makes it upright; positive where the top lies to the right. */
function slantOf(ink: Float64Array, width: number): number {
  let [mass, sumX, sumY] = [0, 0, 0]
  ink.forEach((value, i) => {
    mass += value
    sumX += value * (i % width)
    sumY += value * Math.floor(i / width)
  })
  const [meanX, meanY] = [sumX / mass, sumY / mass]
  let [across, down] = [0, 0]
  ink.forEach((value, i) => {
    const [dx, dy] = [(i % width) - meanX, Math.floor(i / width) - meanY]
    across += value * dx * dy
    down += value * dy * dy
  })
  return down === 0 ? 0 : (Math.atan2(-across, down) * 180) / Math.PI
}

function extentOf(isInk: Uint8Array, width: number): number {
  let [left, right] = [width, -1]
  isInk.forEach((ink, i) => {
    if (!ink) return
    left = Math.min(left, i % width)
    right = Math.max(right, i % width)
  })
  return right < left ? 0 : right - left + 1
}
