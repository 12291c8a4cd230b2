import type { PictureMeasures, PictureShape } from '../protocol/api.ts'

/** Ink is what is at least half as bright as the brightest pixel. */
const INK = 0.5

/**
 * What Castro et al. 2019, "Morpho-MNIST", measure of a digit, by their definitions but on the pixels as they are: the mean
 * thickness of strokes (twice the mean distance to the background along the middle of strokes), the slant (of the line
 * about which the ink is balanced), and the width of the ink.
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
    thickness: thicknessOf(isInk, width, height),
    slant: slantOf(ink, width),
    width: extentOf(isInk, width),
  }
}

/** Twice the mean distance to the background (Euclidean) over ridges of that distance, less the half pixel at either side. */
function thicknessOf(isInk: Uint8Array, width: number, height: number): number {
  const distance = distances(isInk, width, height)
  let [sum, count] = [0, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const here = distance[y * width + x]!
      if (here === 0 || !isRidge(distance, x, y, width, height)) continue
      sum += 2 * here - 1
      count++
    }
  return count === 0 ? 0 : sum / count
}

/** Whether no neighbour across, up, or along a diagonal pair is farther from the background on both sides. */
function isRidge(
  distance: Float64Array,
  x: number,
  y: number,
  width: number,
  height: number,
): boolean {
  const at = (dx: number, dy: number): number => {
    const [a, b] = [x + dx, y + dy]
    return a < 0 || b < 0 || a >= width || b >= height ? 0 : distance[b * width + a]!
  }
  const here = at(0, 0)
  return (here >= at(-1, 0) && here >= at(1, 0)) || (here >= at(0, -1) && here >= at(0, 1))
}

/** From each pixel of ink to the nearest without, in pixels; 0 for those without. */
function distances(isInk: Uint8Array, width: number, height: number): Float64Array {
  const empty: [number, number][] = []
  for (let y = -1; y <= height; y++)
    for (let x = -1; x <= width; x++)
      if (x < 0 || y < 0 || x === width || y === height || !isInk[y * width + x]) empty.push([x, y])
  return Float64Array.from(isInk, (ink, i) => {
    if (!ink) return 0
    const [x, y] = [i % width, Math.floor(i / width)]
    let nearest = Number.POSITIVE_INFINITY
    for (const [a, b] of empty) nearest = Math.min(nearest, (a - x) ** 2 + (b - y) ** 2)
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
