import { UserError } from '../../tensor/errors.ts'
import type { PlatformDecoder } from './decoded.ts'

/**
 * Decodes a picture by the browser, without its colour profile; the rotation in its EXIF data is applied. A canvas
 * keeps colours multiplied by their opacity, so those of half transparent pixels are rounded twice.
 */
export const decodeInBrowser: PlatformDecoder = async (bytes, { format }, name) => {
  if (format === 'TIFF')
    throw new UserError(`${name}: is a TIFF, which browsers do not decode; save it as PNG`)
  const type = { PNG: 'image/png', JPEG: 'image/jpeg', GIF: 'image/gif', WebP: 'image/webp' }[
    format
  ]
  const bitmap = await createImageBitmap(new Blob([bytes as BlobPart], { type }), {
    colorSpaceConversion: 'none',
    premultiplyAlpha: 'none',
    imageOrientation: 'from-image',
  })
  try {
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    })
    if (!context) throw new Error('the browser has no canvas for it')
    context.drawImage(bitmap, 0, 0)
    const { data } = context.getImageData(0, 0, width, height)
    return { width, height, channels: 4, data: new Uint8Array(data.buffer) }
  } finally {
    bitmap.close()
  }
}
