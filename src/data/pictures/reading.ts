import { shortened } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import type { Fit, Size } from './fit.ts'
import type { Colour, Rgb } from './raster.ts'

export const fits = ['crop', 'pad', 'stretch'] as const satisfies readonly Fit[]
export const colours = ['grey', 'rgb'] as const satisfies readonly Colour[]

/** How pictures become examples of one size, as options. */
export interface PictureOptions {
  /** `64`, or `WIDTHxHEIGHT`; without it, all pictures must have one size. */
  readonly size?: string | undefined
  readonly fit?: Fit | undefined
  /** Without it grey if all pictures are grey, else in colour. */
  readonly colour?: Colour | undefined
  /** What lies behind transparent pixels and beside padded pictures: `white`, `black` or `#rrggbb`. */
  readonly ground?: string | undefined
}

/** How the pictures that a model was trained on became examples; later pictures are read in the same way. */
export interface PictureForm {
  /** Absent if they were taken in the size that they have. */
  readonly size?: string | undefined
  readonly fit?: Fit | undefined
  readonly colour: Colour
  readonly ground: string
}

/** The same, understood. */
export interface PictureReading {
  readonly size: Size | undefined
  readonly fit: Fit
  readonly colour: Colour | undefined
  readonly ground: Rgb
}

export const groundSyntax = 'white, black or a colour as #rrggbb'
export const sizeSyntax = 'pixels, or WIDTHxHEIGHT such as 64x48'

const MOST_SIDE = 16384

/** The width and height that a size states; undefined for another text. */
export function sizeIn(text: string): Size | undefined {
  const [, width, height = width] = /^(\d{1,5})(?:x(\d{1,5}))?$/.exec(text) ?? []
  const size = [Number(width), Number(height)] as const
  return size.every((side) => side >= 1 && side <= MOST_SIDE) ? size : undefined
}

/** The colour that a ground states; undefined for another text. */
export function groundIn(text: string): Rgb | undefined {
  if (text === 'white') return [255, 255, 255]
  if (text === 'black') return [0, 0, 0]
  const digits = /^#([0-9a-f]{6})$/i.exec(text)?.[1]
  if (digits === undefined) return undefined
  const value = Number.parseInt(digits, 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/**
 * Understands how pictures are to be read.
 *
 * @throws UserError for a size or a ground that is none, and a fit without a size
 */
export function pictureReading(options: PictureOptions): PictureReading {
  const { size, fit, colour, ground = 'white' } = options
  const pixels = size === undefined ? undefined : sizeIn(size)
  if (size !== undefined && !pixels)
    throw new UserError(`size: expected ${sizeSyntax}, got ${shortened(size)}`)
  if (fit !== undefined && !pixels)
    throw new UserError(worded`fit: is used only with ${option('size')}; leave it out`)
  const rgb = groundIn(ground)
  if (!rgb) throw new UserError(`ground: expected ${groundSyntax}, got ${shortened(ground)}`)
  return { size: pixels, fit: fit ?? 'crop', colour, ground: rgb }
}

/** What a model records of the reading of its pictures. */
export const pictureForm = (
  { size, fit = 'crop', ground = 'white' }: PictureOptions,
  colour: Colour,
): PictureForm => ({ ...(size !== undefined && { size, fit }), colour, ground })
