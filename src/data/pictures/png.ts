import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png'
import { Unzlib } from 'fflate'
import { chunksOf, type PictureHeader } from './format.ts'
import { eightBits, type Raster } from './raster.ts'

/** A PNG that unpacks to more than this is checked against its header before it is decoded. */
const LARGE = 2 ** 26

/** Deflate packs at most 1032 bytes into one. */
const MOST_PACKED = 1032

/** Whether `decodePng` reads such a PNG: any but one of less than 8 bits a value in seven passes. */
export const isDecodedHere = ({ format, depth, interlaced }: PictureHeader): boolean =>
  format === 'PNG' && !(interlaced && depth < 8)

/**
 * Decodes a PNG, in Node and in a browser to the same values: 16 bits become 8, palettes become colours, fewer bits
 * are spread over 0 to 255. Colour profiles and gamma are ignored.
 *
 * @throws Error if it is damaged
 */
export function decodePng(bytes: Uint8Array): Raster {
  const needed = withoutExtras(bytes)
  requireBounded(needed)
  return rasterOf(decode(needed, { checkCrc: true }))
}

/** The file without texts, profiles and frames, of which none is used and each could be large once unpacked. */
function withoutExtras(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const kept = [...chunksOf(view)].filter(({ name }) =>
    ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(name),
  )
  const parts = [
    bytes.subarray(0, 8),
    ...kept.map(({ start, length }) => bytes.subarray(start - 8, start + length + 4)),
  ]
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Refuses a file whose data unpacks to more than its header states, before memory is taken for it. */
function requireBounded(bytes: Uint8Array): void {
  if (bytes.length * MOST_PACKED <= LARGE) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  // 8 bytes a pixel at most; seven passes add a byte to each of at most twice as many lines, and to those of a pixel.
  const most = width * height * 8 + 2 * height + 8 + 7 * height
  let length = 0
  const stream = new Unzlib((piece) => {
    length += piece.length
  })
  for (const { name, start, length: size } of chunksOf(view)) {
    if (name !== 'IDAT') continue
    for (let at = start; at < start + size; at += 4096) {
      stream.push(bytes.subarray(at, Math.min(at + 4096, start + size)), false)
      if (length > most) throw new Error('its data unpacks to more pixels than its header states')
    }
  }
}

function rasterOf(png: DecodedPng): Raster {
  const { width, height, depth, channels, transparency } = png
  if (png.palette && channels === 1) {
    const data = convertIndexedToRgb(png)
    return { width, height, channels: (data.length / (width * height)) as 3 | 4, data }
  }
  const values = depth < 8 ? spread(png) : (png.data as Uint8Array | Uint16Array)
  const clear = transparency && [...transparency]
  const data = values instanceof Uint16Array ? eightBits(values) : values
  const raster = { width, height, channels: channels as Raster['channels'], data }
  if (!clear || channels === 2 || channels === 4) return raster
  // The transparent colour is stated in the bits of the file.
  const key = depth < 8 ? clear.map((value) => value * (255 / (2 ** depth - 1))) : clear
  return withClear(raster, values, key)
}

/** Values of 1, 2 or 4 bits, packed into bytes row by row, as 0 to 255. */
function spread({ width, height, depth, data }: DecodedPng): Uint8Array {
  const line = Math.ceil((width * depth) / 8)
  const most = 2 ** depth - 1
  const values = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const bit = x * depth
      const byte = data[y * line + (bit >> 3)]!
      values[y * width + x] = ((byte >> (8 - depth - (bit & 7))) & most) * (255 / most)
    }
  return values
}

/** A picture in which one colour is transparent, with an opacity of 0 there and of 255 elsewhere. */
function withClear(
  { width, height, channels, data }: Raster,
  values: Uint8Array | Uint16Array,
  clear: readonly number[],
): Raster {
  const wide = channels + 1
  const result = new Uint8Array(width * height * wide)
  for (let pixel = 0; pixel < width * height; pixel++) {
    let isClear = true
    for (let c = 0; c < channels; c++) {
      result[pixel * wide + c] = data[pixel * channels + c]!
      isClear &&= values[pixel * channels + c] === clear[c]
    }
    result[pixel * wide + channels] = isClear ? 0 : 255
  }
  return { width, height, channels: wide as 2 | 4, data: result }
}
