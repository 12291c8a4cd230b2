import type { PictureShape } from '../../protocol/api.ts'

export type Rgb = readonly [red: number, green: number, blue: number]

/**
 * Writes a picture's pixels. With an ink, the value of a grey pixel is how much of it there is, on nothing; else pixels are as
 * bright as their values.
 *
 * @param values channel by channel, in [0, 1], from `from` on
 */
export function writePicture(
  pixels: Uint8ClampedArray,
  values: Float32Array,
  from: number,
  { width, height, channels }: PictureShape,
  ink?: Rgb,
): void {
  const area = width * height
  for (let i = 0; i < area; i++) {
    const first = values[from + i]!
    if (ink && channels === 1) {
      pixels.set(ink, 4 * i)
      pixels[4 * i + 3] = 255 * first
      continue
    }
    for (let c = 0; c < 3; c++)
      pixels[4 * i + c] = 255 * (channels === 1 ? first : values[from + c * area + i]!)
    pixels[4 * i + 3] = 255
  }
}

/** The values of bytes `[n, H, W, C]`, channel by channel. */
export function valuesOfBytes(
  bytes: Uint8Array,
  { width, height, channels }: PictureShape,
): Float32Array {
  const area = width * height
  const values = new Float32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const within = i % (area * channels)
    const pixel = Math.floor(within / channels)
    values[i - within + (within % channels) * area + pixel] = bytes[i]! / 255
  }
  return values
}

/** Whether grey pictures are strokes on nothing: their borders hold next to no ink. */
export function isInk(values: Float32Array, { width, height, channels }: PictureShape): boolean {
  if (channels !== 1) return false
  const area = width * height
  let sum = 0
  let count = 0
  for (let i = 0; i < values.length; i++) {
    const x = i % width
    const y = Math.floor((i % area) / width)
    if (x > 0 && x < width - 1 && y > 0 && y < height - 1) continue
    sum += values[i]!
    count++
  }
  return sum / Math.max(1, count) < 0.08
}
