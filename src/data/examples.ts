import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import type { ExampleKind, Split } from './dataset.ts'

/** An array read as examples: what one is, and all of them as rows. */
export interface Examples {
  readonly kind: ExampleKind
  readonly exampleShape: readonly number[]
  /** `[rows, D]` */
  readonly store: Split['store']
  readonly scale: number
}

/** Labels beyond this are taken for something else than classes. */
const maximumClasses = 65536

interface Layout {
  readonly kind: ExampleKind
  readonly exampleShape: readonly number[]
  /** Stored `[N, H, W, C]`, so that the channels must be moved to the front. */
  readonly channelsLast: boolean
}

/**
 * Reads an array as examples. `[N, H, W]`, `[N, C, H, W]` and `[N, H, W, C]` (C of 1 or 3) are images, and so
 * is uint8 `[N, D]` with a square D; other `[N, D]` are tables. uint8 stays uint8 with scale 1/255, or scale
 * 1 where all values are 0 or 1, as for bool; everything else becomes float32 with scale 1. Nothing is
 * copied that already has its final type and order.
 *
 * @throws UserError for other shapes, no rows or columns, and values that are not finite.
 */
export function examplesOf(tensor: HostTensor, name: string): Examples {
  const { kind, exampleShape, channelsLast } = layoutOf(tensor, name)
  const rows = tensor.shape[0]!
  const width = sizeOf(exampleShape)
  if (rows === 0 || width === 0)
    throw new UserError(
      `${name}: shape [${tensor.shape.join(', ')}] has no ${rows === 0 ? 'rows' : 'columns'}; expected at least one`,
    )
  if (tensor.dtype === 'uint8' || tensor.dtype === 'bool') {
    const data = tensor.data as Uint8Array
    const moved = channelsLast ? channelsFirst(data, exampleShape) : data
    const binary = tensor.dtype === 'bool' || data.every((value) => value <= 1)
    const store = hostTensor('uint8', [rows, width], moved)
    return { kind, exampleShape, store, scale: binary ? 1 : 1 / 255 }
  }
  const data = finiteFloats(tensor, width, name)
  const moved = channelsLast ? channelsFirst(data, exampleShape) : data
  return { kind, exampleShape, store: hostTensor('float32', [rows, width], moved), scale: 1 }
}

function layoutOf({ shape, dtype }: HostTensor, name: string): Layout {
  const [, first = 0, second = 0, third = 0] = shape
  if (shape.length === 4) {
    const isChannels = (size: number) => size === 1 || size === 3
    const channelsLast = isChannels(third) && !isChannels(first)
    const exampleShape = channelsLast ? [third, first, second] : [first, second, third]
    return { kind: 'image', exampleShape, channelsLast }
  }
  if (shape.length === 3)
    return { kind: 'image', exampleShape: [1, first, second], channelsLast: false }
  if (shape.length === 2) {
    const side = Math.round(Math.sqrt(first))
    return dtype === 'uint8' && side > 0 && side * side === first
      ? { kind: 'image', exampleShape: [1, side, side], channelsLast: false }
      : { kind: 'table', exampleShape: [first], channelsLast: false }
  }
  throw new UserError(
    `${name}: shape [${shape.join(', ')}] is no set of examples; expected [rows, columns], [rows, height, width] or [rows, channels, height, width]`,
  )
}

/** Moves the channels of `[N, H, W, C]` to `[N, C, H, W]`; one channel needs no move. */
function channelsFirst<A extends Uint8Array | Float32Array>(
  data: A,
  [channels = 1, height = 1, width = 1]: readonly number[],
): A {
  if (channels === 1) return data
  const pixels = height * width
  const moved = data.slice() as A
  for (let image = 0; image < data.length; image += channels * pixels)
    for (let pixel = 0; pixel < pixels; pixel++)
      for (let channel = 0; channel < channels; channel++)
        moved[image + channel * pixels + pixel] = data[image + pixel * channels + channel]!
  return moved
}

function finiteFloats(tensor: HostTensor, width: number, name: string): Float32Array {
  const { data } = tensor
  const floats = data instanceof Float32Array ? data : new Float32Array(data.length)
  if (floats !== data) for (let i = 0; i < data.length; i++) floats[i] = Number(data[i])
  const bad = floats.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new UserError(
      `${name}: row ${Math.floor(bad / width)}, column ${bad % width} (counted from 0) is ${data[bad]}; expected a finite float32 number: remove or fill such rows`,
    )
  return floats
}

/**
 * Reads one class label for each of `rows` rows: whole numbers from 0, shape `[rows]` or `[rows, 1]`.
 *
 * @param of names the rows that are labelled, for messages
 * @throws UserError for another length or shape, and for values that are no such number.
 */
export function labelsOf(tensor: HostTensor, name: string, rows: number, of: string): Int32Array {
  const { shape, data } = tensor
  const isColumn = shape.length === 1 || (shape.length === 2 && shape[1] === 1)
  if (!isColumn)
    throw new UserError(
      `${name}: labels of shape [${shape.join(', ')}]; expected one whole number a row, shape [${rows}]`,
    )
  if (data.length !== rows)
    throw new UserError(
      `${name}: ${data.length} labels for the ${rows} rows of ${of}; expected one label a row`,
    )
  const labels = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const label = Number(data[i])
    if (!Number.isInteger(label) || label < 0 || label >= maximumClasses)
      throw new UserError(
        `${name}: the label of row ${i} (counted from 0) is ${data[i]}; expected a whole number from 0 to ${maximumClasses - 1}`,
      )
    labels[i] = label
  }
  return labels
}
