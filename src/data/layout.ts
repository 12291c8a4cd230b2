import { shortened } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { option, worded } from '../tensor/wording.ts'

/** The order of the values of a stored example: a row of a table, or height, width and channels of an image. */
export type Order = 'table' | 'hw' | 'chw' | 'hwc'

/** A layout as text: an order of axes, or sizes for flat rows. */
export type LayoutName =
  | Order
  | `${'' | 'hw:'}${number}x${number}`
  | `${'chw' | 'hwc'}:${number}x${number}x${number}`

/** How the values of one stored example are laid out. */
export interface Layout {
  readonly order: Order
  /** Shape of one stored example: `[28, 28]`, `[784]`, `[32, 32, 3]`. */
  readonly stored: readonly number[]
  /** Shape of one example as the networks have it: `[channels, height, width]`, or `[columns]`. */
  readonly exampleShape: readonly number[]
}

/** The syntax of the option `layout`, for help and messages. */
export const layoutSyntax =
  'table, hw, chw or hwc; with sizes for flat rows, such as 28x28, chw:3x32x32 or hwc:32x32x3'

/** Numbers of channels: grey, colours, colours and opacity. */
const isChannels = (size: number): boolean => size === 1 || size === 3 || size === 4

interface Asked {
  readonly order: Order
  /** Sizes in that order, where rows are flat. */
  readonly sizes?: readonly number[]
}

/**
 * Reads a layout as the option `layout` takes it: `table`, `hw`, `chw`, `hwc`, or one of the last three with sizes,
 * `28x28` being short for `hw:28x28`.
 *
 * @throws UserError for anything else
 */
export function parseLayout(text: string): Asked {
  const match = /^(?:(table|hw|chw|hwc)|(?:(hw|chw|hwc):)?(\d+(?:x\d+){1,2}))$/.exec(text)
  const [, bare, named, sized] = match ?? []
  if (bare) return { order: bare as Order }
  const sizes = sized?.split('x').map(Number) ?? []
  const order = (named ?? 'hw') as Order
  if (!match || sizes.length !== order.length || !sizes.every((size) => size >= 1 && size <= 65536))
    throw new UserError(`layout: expected ${layoutSyntax}, got ${shortened(text)}`)
  return { order, sizes }
}

/**
 * How to read an array of examples `[N, …]`: as `asked`, or else by its shape. `[N, D]` is a table and
 * `[N, H, W]` are images; in `[N, A, B, C]` the channels are the axis of 1, 3 or 4 entries, A or C, and A if
 * neither has so many.
 *
 * @param shape of the whole array
 * @throws UserError for a shape that is not a set of examples, for an ambiguous shape, and for a layout that
 * does not fit it
 */
export function layoutOf(shape: readonly number[], name: string, asked?: string): Layout {
  const stored = shape.slice(1)
  if (stored.length < 1 || stored.length > 3)
    throw new UserError(
      `${name}: an array of shape [${shape.join(', ')}] is not a set of examples; expected [rows, columns], [rows, height, width] or [rows, channels, height, width]`,
    )
  if (asked === undefined) return laidOut(orderOf(shape, name), stored)
  const { order, sizes } = parseLayout(asked)
  const fits = sizes
    ? stored.length === 1 && stored[0] === sizes.reduce((product, size) => product * size, 1)
    : stored.length === axes(order)
  if (!fits)
    throw new UserError(
      `${name}: layout ${asked} does not fit an array of shape [${shape.join(', ')}]; expected ${layoutSyntax}`,
    )
  return { ...laidOut(order, sizes ?? stored), stored }
}

const axes = (order: Order): number => (order === 'table' ? 1 : order.length)

function orderOf(shape: readonly number[], name: string): Order {
  const [, first = 0, , last = 0] = shape
  if (shape.length === 2) return 'table'
  if (shape.length === 3) return 'hw'
  // An axis of one entry is a single channel: read otherwise, images would be lines of pixels.
  if (first === 1 || !isChannels(last)) return 'chw'
  if (last === 1 || !isChannels(first)) return 'hwc'
  throw new UserError(
    worded`${name}: an array of shape [${shape.join(', ')}] could hold its channels first or last; say which with ${option('layout', 'chw')} or ${option('layout', 'hwc')}`,
  )
}

function laidOut(order: Order, sizes: readonly number[]): Layout {
  const [a = 1, b = 1, c = 1] = sizes
  const exampleShape = { table: [a], hw: [1, a, b], chw: [a, b, c], hwc: [c, a, b] }[order]
  return { order, stored: sizes, exampleShape }
}

/**
 * Brings stored examples into the order of the networks, channels first. Copies only if needed.
 */
export function channelsFirst<A extends Uint8Array | Float32Array | Float64Array>(
  data: A,
  { order, exampleShape }: Pick<Layout, 'order' | 'exampleShape'>,
): A {
  const [channels = 1, height = 1, width = 1] = exampleShape
  if (order !== 'hwc' || channels === 1) return data
  const pixels = height * width
  const moved = data.slice() as A
  for (let image = 0; image < data.length; image += channels * pixels)
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let channel = 0; channel < channels; channel++)
        moved[image + channel * pixels + pixel] = data[image + pixel * channels + channel]!
  return moved
}

/** The inverse of `channelsFirst`. */
export function channelsLast<A extends Float32Array | Float64Array>(
  data: A,
  { order, exampleShape }: Pick<Layout, 'order' | 'exampleShape'>,
): A {
  const [channels = 1, height = 1, width = 1] = exampleShape
  if (order !== 'hwc' || channels === 1) return data
  // As if the channels were the pixels of an image with a channel for each pixel.
  return channelsFirst(data, { order, exampleShape: [height * width, channels, 1] })
}

/** Describes a layout: `images 28 high and 28 wide, 1 channel`, `rows of a table with 12 columns`. */
export function layoutText({ order, stored, exampleShape }: Layout): string {
  if (order === 'table') return `rows of a table with ${counted(exampleShape[0]!, 'column')}`
  const [channels = 1, height = 1, width = 1] = exampleShape
  const where = order === 'hw' || channels === 1 ? '' : order === 'chw' ? ' first' : ' last'
  const flat = stored.length === 1 ? `, from flat rows of ${stored[0]}` : ''
  return `images ${height} high and ${width} wide, ${counted(channels, 'channel')}${where}${flat}`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`
