import { UserError } from '../../tensor/errors.ts'
import { MOST_PIXELS, type PlatformDecoder, requirePixels } from './decoded.ts'
import { eightBits, type Raster } from './raster.ts'

/** sharp, loaded at the first picture that needs it. */
async function load() {
  const { default: sharp } = await import('sharp')
  // Nothing is kept between pictures, and a picture is decoded by one thread: several are decoded at a time.
  sharp.cache(false)
  sharp.concurrency(1)
  return sharp
}

let loaded: ReturnType<typeof load> | undefined

/** Decodes a picture by sharp, without its colour profile; the rotation in its EXIF data is applied. */
export const decodeInNode: PlatformDecoder = async (bytes, header, name) => {
  loaded ??= load()
  const sharp = await loaded
  const options = {
    failOn: 'error',
    limitInputPixels: MOST_PIXELS,
    sequentialRead: true,
    ignoreIcc: true,
  } as const
  if (header.format === 'TIFF') {
    const {
      width,
      height,
      space = 'none',
      depth,
    } = await sharp(bytes, {
      ...options,
      limitInputPixels: false,
    }).metadata()
    requirePixels([width, height], name)
    if (!['srgb', 'b-w', 'rgb16', 'grey16'].includes(space) || !/^u(char|short)$/.test(depth ?? ''))
      throw new UserError(
        `${name}: the TIFF holds ${space} values of type ${depth}; expected grey or RGB of 8 or 16 bits: save it again so`,
      )
    if (depth === 'ushort') return sixteenBits(sharp(bytes, options).autoOrient())
  }
  // A browser ignores the rotation in a PNG.
  const picture = sharp(bytes, { ...options, autoOrient: header.format !== 'PNG' })
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true })
  return rasterOf(data, info)
}

type Sharp = ReturnType<Awaited<ReturnType<typeof load>>>

async function sixteenBits(picture: Sharp): Promise<Raster> {
  const { data, info } = await picture
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(new Uint8Array(data).buffer)
  return rasterOf(eightBits(values), info)
}

const rasterOf = (
  data: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
): Raster => ({
  width,
  height,
  channels: channels as Raster['channels'],
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
})
