import type { PictureFormat } from './format.ts'
import type { OpaqueRaster } from './raster.ts'

/** JPEG at this quality, without coarser colours, changes a value by a level or two. */
const QUALITY = 95

/**
 * Encodes a picture in a format, in Node: PNG, WebP and TIFF without loss, JPEG in high quality, GIF with the colours
 * that its palette holds.
 */
export async function encodeInNode(
  { width, height, channels, data }: OpaqueRaster,
  format: PictureFormat,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const picture = sharp(data, { raw: { width, height, channels } })
  // A grey picture stays one.
  const same = channels === 1 ? picture.toColourspace('b-w') : picture
  switch (format) {
    case 'PNG':
      return same.png({ compressionLevel: 9, palette: false }).toBuffer()
    case 'JPEG':
      return same.jpeg({ quality: QUALITY, chromaSubsampling: '4:4:4' }).toBuffer()
    case 'WebP':
      return same.webp({ lossless: true }).toBuffer()
    case 'TIFF':
      return same.tiff({ compression: 'deflate' }).toBuffer()
    case 'GIF':
      return same.gif({ dither: 0 }).toBuffer()
  }
}
