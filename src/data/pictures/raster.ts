/** Pixels in rows from the top, 8 bits a channel, channels of a pixel side by side: grey or RGB, and then opacity. */
export interface Raster {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly data: Uint8Array
}

/** A picture without opacity. */
export interface OpaqueRaster extends Raster {
  readonly channels: 1 | 3
}

export type Rgb = readonly [red: number, green: number, blue: number]

/** Whether the pictures are grey or coloured. */
export type Colour = 'grey' | 'rgb'

/** Values of 16 bits in 8: round(v / 257), which maps 0 to 0 and 65535 to 255. */
export function eightBits(values: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(values.length)
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round(values[i]! / 257)
  return bytes
}

/**
 * Lays a picture over a ground: round((a·c + (255 − a)·ground) / 255) for a value c of opacity a. A grey picture
 * stays grey over a grey ground.
 */
export function over(raster: Raster, ground: Rgb): OpaqueRaster {
  const { channels, width, height, data } = raster
  if (channels === 1 || channels === 3) return raster as OpaqueRaster
  const colours = channels - 1
  const isGreyGround = ground[0] === ground[1] && ground[1] === ground[2]
  if (colours === 1 && !isGreyGround) return over(withColours(raster), ground)
  const opaque = new Uint8Array(width * height * colours)
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = data[pixel * channels + colours]!
    for (let c = 0; c < colours; c++)
      opaque[pixel * colours + c] = Math.round(
        (alpha * data[pixel * channels + c]! + (255 - alpha) * ground[c]!) / 255,
      )
  }
  return { width, height, channels: colours as 1 | 3, data: opaque }
}

/** Grey and opacity as RGB and opacity. */
function withColours({ width, height, data }: Raster): Raster {
  const rgba = new Uint8Array(width * height * 4)
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba.fill(data[2 * pixel]!, 4 * pixel, 4 * pixel + 3)
    rgba[4 * pixel + 3] = data[2 * pixel + 1]!
  }
  return { width, height, channels: 4, data: rgba }
}

/** Whether red, green and blue are equal in every pixel. */
export function isGrey({ channels, data }: OpaqueRaster): boolean {
  if (channels === 1) return true
  for (let at = 0; at < data.length; at += 3)
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false
  return true
}

/** A value of grey by the weights of ITU-R BT.601, in whole numbers: (299 R + 587 G + 114 B) / 1000, rounded. */
export const luma = (red: number, green: number, blue: number): number =>
  Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000)

/** A picture in grey, by `luma`. */
export function inGrey(raster: OpaqueRaster): OpaqueRaster {
  const { width, height, channels, data } = raster
  if (channels === 1) return raster
  const grey = new Uint8Array(width * height)
  for (let pixel = 0; pixel < grey.length; pixel++)
    grey[pixel] = luma(data[3 * pixel]!, data[3 * pixel + 1]!, data[3 * pixel + 2]!)
  return { width, height, channels: 1, data: grey }
}
