import { UserError } from '../tensor/errors.ts'
import { type HostTensor, sizeOf } from '../tensor/host.ts'
import type { ExampleForm } from './form.ts'

/**
 * The form of the data of a run that an older version wrote, before runs recorded it, by the rules of that
 * version: bytes were pixels even in a table, and flat rows could be square images, which the shape of an
 * example reveals.
 *
 * @throws UserError if the array does not hold examples of that shape
 */
export function unrecordedForm(
  { dtype, shape, data }: HostTensor,
  name: string,
  exampleShape: readonly number[],
): ExampleForm {
  const stored = shape.slice(1)
  if (sizeOf(stored) !== sizeOf(exampleShape))
    throw new UserError(
      `${name}: its examples have shape [${stored.join(', ')}]; expected ${sizeOf(exampleShape)} values, as the run was trained on`,
    )
  const bytes = dtype === 'uint8' || dtype === 'bool'
  const binary = dtype === 'bool' || (bytes && (data as Uint8Array).every((value) => value <= 1))
  return {
    order: orderOf(stored, exampleShape),
    stored,
    exampleShape,
    storage: bytes ? 'uint8' : 'float32',
    scale: bytes && !binary ? 1 / 255 : 1,
    range: bytes ? [0, binary ? 1 : 255] : [0, 0],
  }
}

function orderOf(stored: readonly number[], exampleShape: readonly number[]): ExampleForm['order'] {
  if (exampleShape.length === 1) return 'table'
  if (stored.length < 3) return 'hw'
  return String(stored) === String(exampleShape) ? 'chw' : 'hwc'
}
