import type { PictureShape } from '../protocol/api.ts'

/** Bytes of a picture in four channels, as a canvas takes them. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/** How pictures are laid out: by rows of `columns`, with `gap` transparent pixels between them. */
export interface GridLayout {
  readonly columns: number
  readonly gap: number
}

/**
 * Pictures side by side.
 *
 * @param values `[n, C, H, W]` in [0, 1], of 1 channel (grey) or 3 (RGB)
 */
export function gridPixels(
  values: Float32Array,
  shape: PictureShape,
  { columns, gap }: GridLayout,
): Pixels {
  const { width, height, channels } = shape
  const count = Math.floor(values.length / (width * height * channels))
  const across = Math.max(1, Math.min(columns, count))
  const down = Math.ceil(count / across)
  const totalWidth = Math.max(1, across * (width + gap) - gap)
  const totalHeight = Math.max(1, down * (height + gap) - gap)
  const data = new Uint8ClampedArray(totalWidth * totalHeight * 4)
  for (let n = 0; n < count; n++) {
    const left = (n % across) * (width + gap)
    const top = Math.floor(n / across) * (height + gap)
    drawPicture(values, n, shape, { data, start: top * totalWidth + left, stride: totalWidth })
  }
  return { width: totalWidth, height: totalHeight, data }
}

interface Target {
  readonly data: Uint8ClampedArray
  /** The pixel where the picture begins, and how many there are from row to row. */
  readonly start: number
  readonly stride: number
}

function drawPicture(
  values: Float32Array,
  n: number,
  { width, height, channels }: PictureShape,
  { data, start, stride }: Target,
): void {
  const area = width * height
  const from = n * channels * area
  const [red, green, blue] = channels >= 3 ? [0, area, 2 * area] : [0, 0, 0]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = from + y * width + x
      const to = 4 * (start + y * stride + x)
      // Clamped and rounded by the array.
      data[to] = 255 * values[at + red]!
      data[to + 1] = 255 * values[at + green]!
      data[to + 2] = 255 * values[at + blue]!
      data[to + 3] = 255
    }
}

/**
 * What contributes to each pixel of a picture `[C, H, W]`, summed over channels, as a share of the largest: `[H · W]` in
 * [0, 1]. What lowers the score counts as nothing.
 */
export function heatOf(
  shares: Float32Array,
  { width, height, channels }: PictureShape,
): Float32Array {
  const area = width * height
  const heat = new Float32Array(area)
  for (let c = 0; c < channels; c++)
    for (let i = 0; i < area; i++) heat[i]! += Math.max(0, shares[c * area + i] ?? 0)
  const most = heat.reduce((a, b) => Math.max(a, b), 0)
  return most > 0 ? heat.map((value) => value / most) : heat
}

/** A picture in grey, dimmed, with heat in a colour over it. */
export function heatPixels(
  values: Float32Array,
  heat: Float32Array,
  shape: PictureShape,
  colour: readonly [number, number, number],
): Pixels {
  const pixels = gridPixels(values, shape, { columns: 1, gap: 0 })
  const { data } = pixels
  for (let i = 0; i < heat.length; i++) {
    const at = 4 * i
    const grey = DIMMED * (0.3 * data[at]! + 0.59 * data[at + 1]! + 0.11 * data[at + 2]!)
    for (let c = 0; c < 3; c++) data[at + c] = grey + heat[i]! * (colour[c]! - grey)
  }
  return pixels
}

/** How bright the picture under the heat is. */
const DIMMED = 0.55
