import { UserError } from '../../tensor/errors.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { firstBytes } from '../elements.ts'
import { formatIn, headerOf, otherFormatIn, type PictureHeader } from './format.ts'
import { decodePng, isDecodedHere } from './png.ts'
import type { Raster } from './raster.ts'

/** Most pixels of a picture: about 400 MB while it is decoded. */
export const MOST_PIXELS = 100_000_000

/** The formats that can be read, for messages. */
export const formatsText = 'PNG, JPEG, WebP, GIF or TIFF'

/** What the platform decodes: everything but PNG. Its errors are those of the decoder, for a damaged file. */
export type PlatformDecoder = (
  bytes: Uint8Array,
  header: PictureHeader,
  name: string,
) => Promise<Raster>

/**
 * The header of a picture.
 *
 * @param name of the file, for messages
 * @throws UserError for what is no picture, is cut short or has too many pixels, before anything is decoded
 */
export function checkedHeader(bytes: Uint8Array, name: string): PictureHeader {
  const format = formatIn(bytes)
  if (!format) {
    const other = otherFormatIn(bytes)
    throw new UserError(
      `${name}: is ${other ?? `no picture that can be read: it begins with ${firstBytes(bytes, 4)}`}; expected ${formatsText}`,
    )
  }
  const header = headerOf(bytes, format)
  if (header.size) requirePixels(header.size, name)
  if (header.fault)
    throw new UserError(`${name}: the ${format} ${header.fault}; save it again, in RGB or grey`)
  return header
}

/**
 * Decodes a picture.
 *
 * @param name of the file, for messages
 * @throws UserError as `checkedHeader`, and for a damaged file
 */
export async function decoded(
  bytes: Uint8Array,
  name: string,
  platform: PlatformDecoder,
): Promise<{ raster: Raster; header: PictureHeader }> {
  const header = checkedHeader(bytes, name)
  try {
    const raster = isDecodedHere(header) ? decodePng(bytes) : await platform(bytes, header, name)
    return { raster, header }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${name}: the ${header.format} is damaged (${reasonOf(error)})`)
  }
}

/** Throws UserError for a picture without pixels, or with too many. */
export function requirePixels([width, height]: readonly [number, number], name: string): void {
  if (width * height === 0) throw new UserError(`${name}: has no pixels (${width} × ${height})`)
  if (width * height > MOST_PIXELS)
    throw new UserError(
      `${name}: has ${grouped(width)} × ${grouped(height)} pixels, ${counted(width * height, 'pixel')} in all; expected at most ${grouped(MOST_PIXELS)}: make it smaller`,
    )
}

/** The first line of a decoder's message. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!.trim()
