import {
  requireNumbers,
  requireOneOf,
  requireOptions,
  requireWhole,
  requireWholes,
} from '../tensor/checks.ts'
import { described } from '../tensor/described.ts'
import type { GridOptions, Picture } from './pixels.ts'

/** Throws RangeError for what is no values, shape and options of a grid of images. */
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

/** Throws RangeError for what is no picture. */
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
