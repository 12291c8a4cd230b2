import { encode } from 'fast-png'
import { described } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import type { FileBytes } from '../tensor/host.ts'
import {
  type GridOptions,
  type Picture,
  requireGap,
  requireGrid,
  requirePicture,
} from './picture.ts'

/** The width of the report's text column in CSS pixels: no default grid is wider. */
export const PAGE_WIDTH = 928

const DEFAULT_GAP = 1
const DEFAULT_GAP_COLOUR = 204

/** What a value that is not finite is painted with, in the order R, G, B: magenta, which no grey image has. */
const NOT_FINITE = [255, 0, 255] as const

/**
 * Lays examples out in rows of `columns`, left to right and top to bottom.
 *
 * `values` are `[N, C, H, W]` or `[N, H, W]` in row-major order; `exampleShape` is one example's shape.
 * 0 is black, 1 is white, and what lies outside is clamped. A value that is not finite is painted
 * magenta, and a grid that has one is RGB even where the examples are grey.
 *
 * @throws UserError for a shape that is not an image of one or three channels.
 * @throws RangeError when `values` is not a whole number of examples, or there is nothing to draw.
 */
export function imageGrid(
  values: ArrayLike<number>,
  exampleShape: readonly number[],
  options: GridOptions,
): Picture {
  requireGrid(values, exampleShape, options)
  const shape = imageShape(exampleShape)
  const size = shape.channels * shape.height * shape.width
  const available = values.length / size
  const count = Math.min(options.count ?? available, available)
  if (!Number.isInteger(available) || !(count >= 1)) {
    throw new RangeError(
      `imageGrid: ${values.length} values are not one or more examples of ${size}`,
    )
  }
  const columns = Math.min(positive('columns', options.columns), count)
  const gap = options.gap ?? DEFAULT_GAP
  const scale = positive('scale', options.scale ?? readableScale(shape, columns, gap))
  const cellWidth = shape.width * scale + gap
  const cellHeight = shape.height * scale + gap
  const channels = shape.channels === 3 || hasNonFinite(values, count * size) ? 3 : 1
  const grid = filled(
    columns * cellWidth - gap,
    Math.ceil(count / columns) * cellHeight - gap,
    channels,
    options.gapColour ?? DEFAULT_GAP_COLOUR,
  )
  for (let n = 0; n < count; n++) {
    const left = (n % columns) * cellWidth
    const top = Math.floor(n / columns) * cellHeight
    paintExample(grid, values, n * size, shape, { left, top, scale })
  }
  return grid
}

/**
 * Puts pictures under each other, flush left. Narrower ones are filled up on the right, and grey ones
 * become RGB where another is RGB.
 *
 * @param options.gap pixels between neighbours, default 1
 * @param options.gapColour grey level of the gaps and of what is filled up, default 204
 */
export function stackPictures(
  pictures: readonly Picture[],
  options: { readonly gap?: number; readonly gapColour?: number } = {},
): Picture {
  requirePictures(pictures, 'stackPictures')
  requireGap(options)
  const gap = options.gap ?? DEFAULT_GAP
  const stack = filled(
    Math.max(...pictures.map((picture) => picture.width)),
    pictures.reduce((height, picture) => height + picture.height + gap, -gap),
    pictures.some((picture) => picture.channels === 3) ? 3 : 1,
    options.gapColour ?? DEFAULT_GAP_COLOUR,
  )
  let top = 0
  for (const picture of pictures) {
    copyInto(stack, picture, { left: 0, top })
    top += picture.height + gap
  }
  return stack
}

/**
 * Puts pictures beside each other, flush at the top. Lower ones are filled up below, and grey ones become
 * RGB where another is RGB.
 *
 * @param options as for `stackPictures`
 */
export function placeBeside(
  pictures: readonly Picture[],
  options: { readonly gap?: number; readonly gapColour?: number } = {},
): Picture {
  requirePictures(pictures, 'placeBeside')
  const gap = options.gap ?? DEFAULT_GAP
  const row = filled(
    pictures.reduce((width, picture) => width + picture.width + gap, -gap),
    Math.max(...pictures.map((picture) => picture.height)),
    pictures.some((picture) => picture.channels === 3) ? 3 : 1,
    options.gapColour ?? DEFAULT_GAP_COLOUR,
  )
  let left = 0
  for (const picture of pictures) {
    copyInto(row, picture, { left, top: 0 })
    left += picture.width + gap
  }
  return row
}

/**
 * Signed values as grey levels, for examples of `size` values each: 0 is the middle grey, and each
 * example's largest magnitude is black or white. An example of zeros is grey all over.
 */
export function aroundGrey(values: ArrayLike<number>, size: number): Float32Array {
  const levels = new Float32Array(values.length)
  for (let start = 0; start < values.length; start += size) {
    let most = 0
    for (let i = start; i < start + size; i++) most = Math.max(most, Math.abs(values[i]!))
    for (let i = start; i < start + size; i++)
      levels[i] = most === 0 ? 0.5 : 0.5 + values[i]! / (2 * most)
  }
  return levels
}

/** The picture as a PNG file, 8 bits a channel, without loss. */
export function encodePng(picture: Picture): FileBytes {
  requirePicture(picture)
  const { width, height, channels, data } = picture
  return encode({ width, height, channels, data, depth: 8 }, { zlib: { level: 9 } }) as FileBytes
}

function requirePictures(pictures: readonly Picture[], of: string): void {
  if (!Array.isArray(pictures) || pictures.length === 0)
    throw new RangeError(`${of}: expected a list of one or more pictures, got no picture`)
  pictures.forEach((picture, i) => {
    requirePicture(picture, `pictures[${i}]`)
  })
}

interface ImageShape {
  readonly channels: 1 | 3
  readonly height: number
  readonly width: number
}

function imageShape(shape: readonly number[]): ImageShape {
  const [channels, height, width] = shape.length === 2 ? [1, ...shape] : shape
  const isImage = shape.length === 2 || shape.length === 3
  if (!isImage || (channels !== 1 && channels !== 3) || !(height! > 0) || !(width! > 0)) {
    throw new UserError(
      `Examples of shape [${shape.join(', ')}] cannot be drawn as images: expected [height, width] ` +
        'or [channels, height, width] with 1 or 3 channels. Write them as .npy or .csv instead.',
    )
  }
  return { channels, height: height!, width: width! }
}

function readableScale(shape: ImageShape, columns: number, gap: number): number {
  const exampleLimit = Math.round(64 / Math.max(shape.width, shape.height))
  const gridLimit = Math.floor((PAGE_WIDTH - (columns - 1) * gap) / (columns * shape.width))
  return Math.max(1, Math.min(exampleLimit, gridLimit))
}

function positive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(
      `imageGrid: ${name} is ${described(value)}, expected a whole number of at least 1`,
    )
  }
  return value
}

function hasNonFinite(values: ArrayLike<number>, length: number): boolean {
  for (let i = 0; i < length; i++) if (!Number.isFinite(values[i]!)) return true
  return false
}

function filled(width: number, height: number, channels: 1 | 3, grey: number): Picture {
  return { width, height, channels, data: new Uint8Array(width * height * channels).fill(grey) }
}

/** Paints the example that starts at `values[start]` with its corner at (left, top). */
function paintExample(
  grid: Picture,
  values: ArrayLike<number>,
  start: number,
  shape: ImageShape,
  position: { left: number; top: number; scale: number },
): void {
  const { scale } = position
  const plane = shape.height * shape.width
  for (let row = 0; row < shape.height * scale; row++) {
    const source = start + Math.floor(row / scale) * shape.width
    let target = ((position.top + row) * grid.width + position.left) * grid.channels
    for (let column = 0; column < shape.width * scale; column++) {
      const pixel = source + Math.floor(column / scale)
      for (let channel = 0; channel < grid.channels; channel++) {
        // A grey example in an RGB grid repeats its one plane.
        const value = values[pixel + (shape.channels === 3 ? channel * plane : 0)]!
        grid.data[target++] = Number.isFinite(value) ? toByte(value) : NOT_FINITE[channel]!
      }
    }
  }
}

function toByte(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 255)
}

function copyInto(
  target: Picture,
  picture: Picture,
  { left, top }: { left: number; top: number },
): void {
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      const from = (row * picture.width + column) * picture.channels
      const to = ((top + row) * target.width + left + column) * target.channels
      for (let channel = 0; channel < target.channels; channel++) {
        target.data[to + channel] = picture.data[from + (picture.channels === 3 ? channel : 0)]!
      }
    }
  }
}
