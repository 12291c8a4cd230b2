import { cellText } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor, sizeOf } from '../tensor/host.ts'
import { channelsFirst, type Layout, layoutOf, layoutText } from './layout.ts'
import type { PictureForm } from './pictures/reading.ts'
import { columnsText, type TableForm } from './table/form.ts'

/**
 * How a stored value becomes a value of an example. The training data fixes it, and it belongs to the model:
 * later input is read in the same way, or refused.
 */
export interface ExampleForm extends Layout {
  /** Pixels in bytes stay bytes; everything else is float32. */
  readonly storage: 'uint8' | 'float32'
  /** What a stored value is multiplied by. */
  readonly scale: number
  /** Smallest and largest stored value: for pixels what the type allows, else those of the training data. */
  readonly range: readonly [low: number, high: number]
  /** How pictures of any size become such examples, if the training data was pictures. */
  readonly picture?: PictureForm | undefined
  /** The columns of a table with kinds, whose rows become cells. */
  readonly table?: TableForm | undefined
}

/** Examples as rows `[N, D]` in the storage type of a form. */
export type Store = HostTensor<'uint8'> | HostTensor<'float32'>

/** What one example is: an image of `[channels, height, width]`, or a row of a table. */
export type ExampleKind = 'image' | 'table'

export const kindOf = ({ order }: Pick<ExampleForm, 'order'>): ExampleKind =>
  order === 'table' ? 'table' : 'image'

/** Number of stored values of one example, D. */
export const widthOf = ({ exampleShape }: Pick<ExampleForm, 'exampleShape'>): number =>
  sizeOf(exampleShape)

/**
 * The form of an array that a model will be trained on. Pixels stored as uint8 are divided by 255, unless all
 * are 0 or 1 (as bool always is). Numbers in tables, and numbers of any other type, are taken as they are, in
 * float32.
 *
 * @param layout how to read the array, in the syntax of the option `layout`; by its shape if absent
 * @throws UserError for a shape that is not a set of examples, and for no rows or columns
 */
export function readForm(array: HostTensor, name: string, layout?: string): ExampleForm {
  const read = layoutOf(array.shape, name, layout)
  requireSome(array, name)
  return { ...read, ...storageOf(array, read.order) }
}

/** Throws UserError for an array without examples, or with empty ones. */
export function requireSome({ shape }: HostTensor, name: string): void {
  if (sizeOf(shape) > 0) return
  throw new UserError(
    `${name}: shape [${shape.join(', ')}] has no ${shape[0] === 0 ? 'rows' : 'columns'}; expected at least one`,
  )
}

type Stored = Pick<ExampleForm, 'storage' | 'scale' | 'range'>

function storageOf({ dtype, data }: HostTensor, order: Layout['order']): Stored {
  if (order === 'table' || !isBytes(dtype)) return { storage: 'float32', scale: 1, range: [0, 0] }
  const binary = dtype === 'bool' || (data as Uint8Array).every((value) => value <= 1)
  return { storage: 'uint8', scale: binary ? 1 : 1 / 255, range: [0, binary ? 1 : 255] }
}

const isBytes = (dtype: HostTensor['dtype']): boolean => dtype === 'uint8' || dtype === 'bool'

/** The form of rows that are in memory already, channels first, in `[0, 1]` once scaled. */
export function storedForm(
  exampleShape: readonly number[],
  { dtype }: Pick<Store, 'dtype'>,
  scale: number,
): ExampleForm {
  return {
    order: exampleShape.length === 1 ? 'table' : 'chw',
    stored: exampleShape,
    exampleShape,
    storage: dtype,
    scale,
    range: [0, 1 / scale],
  }
}

/**
 * An array as rows of a form `[N, D]`, channels first, in the form's storage type and not yet scaled. It is
 * copied only if its type or order differs.
 *
 * @param name of the array in messages
 * @throws UserError if shape, layout or storage type differ from the form's, and for values that it cannot
 * hold, naming the first by row and column
 */
export function storeOf(array: HostTensor, form: ExampleForm, name: string): Store {
  const values = asStored(array, form, name)
  return values.dtype === 'uint8'
    ? hostTensor('uint8', values.shape, channelsFirst(values.data, form))
    : hostTensor('float32', values.shape, channelsFirst(values.data, form))
}

/**
 * The same in the order in which values are stored, rows `[N, D]`.
 *
 * @throws UserError as `storeOf`
 */
export function asStored(array: HostTensor, form: ExampleForm, name: string): Store {
  requireShape(array, form, name)
  const shape = [array.shape[0]!, widthOf(form)]
  if (form.storage === 'uint8') return hostTensor('uint8', shape, pixelsOf(array, form, name))
  if (kindOf(form) === 'image' && isBytes(array.dtype))
    throw new UserError(
      `${name}: holds ${array.dtype}; expected ${storageText(form)}: convert it as the training data was converted`,
    )
  return hostTensor('float32', shape, finiteFloats(array, widthOf(form), name))
}

function requireShape({ shape }: HostTensor, form: ExampleForm, name: string): void {
  const { stored, exampleShape } = form
  const [rows, ...found] = shape
  const flat = exampleShape[0] === 1 && found.length === 1 && found[0] === widthOf(form)
  if (rows !== undefined && (String(found) === String(stored) || flat)) return
  throw new UserError(
    `${name}: its examples have shape [${found.join(', ')}]; expected [${stored.join(', ')}], ${layoutText(form)}`,
  )
}

function pixelsOf({ dtype, data }: HostTensor, form: ExampleForm, name: string): Uint8Array {
  const [, high] = form.range
  if (dtype !== 'uint8' && !(dtype === 'bool' && high === 1))
    throw new UserError(`${name}: holds ${dtype}; expected ${storageText(form)}`)
  const pixels = data as Uint8Array
  const bad = high === 255 ? -1 : pixels.findIndex((value) => value > high)
  if (bad >= 0)
    throw new UserError(
      `${name}: ${cellText(bad, widthOf(form))} is ${pixels[bad]}; expected ${storageText(form)}`,
    )
  return pixels
}

/** Values of any type as finite float32. Throws UserError naming the first that is not. */
export function finiteFloats(
  { data }: Pick<HostTensor, 'data'>,
  width: number,
  name: string,
): Float32Array {
  const floats = data instanceof Float32Array ? data : new Float32Array(data.length)
  if (floats !== data) for (let i = 0; i < data.length; i++) floats[i] = Number(data[i])
  const bad = floats.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0)
    throw new UserError(
      `${name}: ${cellText(bad, width)} is ${data[bad]}; expected a finite float32 number: remove or fill such rows`,
    )
  return floats
}

/** How values are stored and scaled: `uint8 from 0 to 255, divided by 255`. */
export function storageText({ storage, scale, range: [, high] }: ExampleForm): string {
  if (storage === 'float32') return 'numbers, taken as they are'
  if (high === 1) return 'uint8 of 0 and 1, taken as they are'
  return `uint8 from 0 to ${high}, divided by ${Math.round(1 / scale)}`
}

/** Describes a form, for `inspect` and the start of training. */
export const formText = (form: ExampleForm): string =>
  form.table ? columnsText(form.table) : `${layoutText(form)}; ${storageText(form)}`
