import {
  requireNumbers,
  requireOneOf,
  requireOptions,
  requireWhole,
  requireWholes,
} from '../tensor/checks.ts'
import { described } from '../tensor/described.ts'

/** An image as bytes: rows from the top, pixels from the left, channels interleaved (grey or RGB). */
export interface Picture {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  /** `[height, width, channels]`, 0 … 255. */
  readonly data: Uint8Array
}

export interface GridOptions {
  readonly columns: number
  /** How many of the examples to draw, from the first. Default: all. */
  readonly count?: number
  /**
   * Side of the square that one pixel becomes. Default: the largest that keeps an example within about
   * 64 pixels and the grid within `PAGE_WIDTH`, at least 1.
   */
  readonly scale?: number
  /** Pixels between neighbouring examples, not around the grid. Default 1. */
  readonly gap?: number
  /** Grey level 0 … 255 of the gaps and of places in the last row that have no example. Default 204. */
  readonly gapColour?: number
}

/** Throws RangeError unless the arguments are values, a shape and options of a grid of images. */
export function requireGrid(
  values: ArrayLike<number>,
  exampleShape: readonly number[],
  options: GridOptions,
): void {
  requireNumbers(values, 'values', 'any')
  requireWholes(exampleShape, 'exampleShape')
  requireOptions(options, 'options')
  if (options.count !== undefined) requireWhole(options.count, 'count', { low: 1 })
  requireGap(options)
}

export function requireGap(options: { readonly gap?: number; readonly gapColour?: number }): void {
  requireOptions(options, 'options')
  if (options.gap !== undefined) requireWhole(options.gap, 'gap')
  if (options.gapColour !== undefined) requireWhole(options.gapColour, 'gapColour', { high: 255 })
}

/** Throws RangeError unless the value is a picture. */
export function requirePicture(picture: Picture, name = 'picture'): void {
  requireOptions(picture, name)
  const { width, height, channels, data } = picture
  requireWhole(width, `${name}.width`, { low: 1 })
  requireWhole(height, `${name}.height`, { low: 1 })
  requireOneOf(String(channels), `${name}.channels`, ['1', '3'])
  if (!(data instanceof Uint8Array) || data.length !== width * height * channels)
    throw new RangeError(
      `${name}.data: expected ${width * height * channels} bytes, got ${data instanceof Uint8Array ? data.length : described(data)}`,
    )
}
