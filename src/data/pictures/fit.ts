import type { OpaqueRaster, Rgb } from './raster.ts'
import { luma } from './raster.ts'

/** Width and height in pixels. */
export type Size = readonly [width: number, height: number]

/** What is done with a picture of another shape: its margins are cut off, ground is added, or it is stretched. */
export type Fit = 'crop' | 'pad' | 'stretch'

/**
 * A picture in another size. `crop` takes the largest part of the wanted shape from the centre, `pad` the whole
 * picture with ground above and below or on both sides, and `stretch` changes its shape.
 */
export function fitted(raster: OpaqueRaster, size: Size, fit: Fit, ground: Rgb): OpaqueRaster {
  const [width, height] = size
  if (raster.width === width && raster.height === height) return raster
  const whole: Box = [0, 0, raster.width, raster.height]
  if (fit === 'stretch') return resampled(raster, whole, size)
  const ratios = [raster.width / width, raster.height / height] as const
  if (fit === 'crop') {
    const scale = Math.min(...ratios)
    const part = [width * scale, height * scale] as const
    const corner = [(raster.width - part[0]) / 2, (raster.height - part[1]) / 2] as const
    return resampled(raster, [...corner, ...part], size)
  }
  const scale = Math.max(...ratios)
  const inner: Size = [
    Math.min(width, Math.max(1, Math.round(raster.width / scale))),
    Math.min(height, Math.max(1, Math.round(raster.height / scale))),
  ]
  return padded(resampled(raster, whole, inner), size, ground)
}

/** A part of a picture, in pixels that need not be whole. */
type Box = readonly [left: number, top: number, width: number, height: number]

/**
 * A part of a picture in another size, by a triangle filter as wide as two pixels of the coarser of both grids: it
 * averages where pictures shrink and interpolates where they grow. Sums are in float64; both passes share one
 * rounding at the end.
 */
function resampled(raster: OpaqueRaster, box: Box, [width, height]: Size): OpaqueRaster {
  const { channels, data } = raster
  const across = weightsOf(raster.width, box[0], box[2], width)
  const down = weightsOf(raster.height, box[1], box[3], height)
  const first = down[0]!.first
  const rows = down.at(-1)!.first + down.at(-1)!.weights.length - first
  const narrow = new Float64Array(rows * width * channels)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) {
      const { first: left, weights } = across[x]!
      const from = ((first + y) * raster.width + left) * channels
      for (let c = 0; c < channels; c++) {
        let sum = 0
        for (let i = 0; i < weights.length; i++) sum += weights[i]! * data[from + i * channels + c]!
        narrow[(y * width + x) * channels + c] = sum
      }
    }
  const line = width * channels
  const result = new Uint8Array(height * line)
  for (let y = 0; y < height; y++) {
    const { first: top, weights } = down[y]!
    for (let x = 0; x < line; x++) {
      let sum = 0
      for (let i = 0; i < weights.length; i++)
        sum += weights[i]! * narrow[(top - first + i) * line + x]!
      result[y * line + x] = Math.min(255, Math.floor(sum + 0.5))
    }
  }
  return { width, height, channels, data: result }
}

/** Which pixels of a line make a pixel of the new one, and with which weights; they add up to 1. */
interface Weights {
  readonly first: number
  readonly weights: Float64Array
}

function weightsOf(pixels: number, start: number, length: number, count: number): Weights[] {
  const scale = length / count
  const reach = Math.max(1, scale)
  return Array.from({ length: count }, (_, i) => {
    const centre = start + (i + 0.5) * scale
    const first = Math.max(0, Math.floor(centre - reach + 0.5))
    const end = Math.max(first + 1, Math.min(pixels, Math.floor(centre + reach + 0.5)))
    const weights = Float64Array.from({ length: end - first }, (_, j) =>
      Math.max(0, 1 - Math.abs(first + j + 0.5 - centre) / reach),
    )
    const sum = weights.reduce((total, weight) => total + weight, 0)
    return { first, weights: weights.map((weight) => weight / sum) }
  })
}

/** A picture in the middle of a ground; where a margin is odd, its larger half is below or on the right. */
function padded(inner: OpaqueRaster, [width, height]: Size, ground: Rgb): OpaqueRaster {
  const { channels } = inner
  const data = new Uint8Array(width * height * channels)
  const colour = channels === 1 ? [luma(...ground)] : ground
  for (let at = 0; at < data.length; at++) data[at] = colour[at % channels]!
  const left = Math.floor((width - inner.width) / 2)
  const top = Math.floor((height - inner.height) / 2)
  const line = inner.width * channels
  for (let y = 0; y < inner.height; y++)
    data.set(inner.data.subarray(y * line, (y + 1) * line), ((top + y) * width + left) * channels)
  return { width, height, channels, data }
}
