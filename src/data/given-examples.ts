import { UserError } from '../tensor/errors.ts'
import { type HostTensor, hostTensor } from '../tensor/host.ts'
import { type ExampleForm, finiteFloats, storageText, storeOf } from './form.ts'
import { scaled } from './rows.ts'

/** Scales are quotients of small numbers; two that differ only by rounding are equal. */
const SAME = 1e-6

/**
 * Input of a trained model as the network sees it, `[n, D]`: read in the form of the training data. Values that
 * carry a scale, as all do that this library returns, are already scaled, channels first; they are taken as
 * they are.
 *
 * @param form absent if a run did not record it and its data cannot be read; then only rows `[n, D]` of floats
 * are accepted, and taken as they are
 * @param name of the array in messages
 * @throws UserError for another shape, layout, type or scale than that of the training data, and for values that
 * are not finite
 */
export function asTrained(
  array: HostTensor,
  form: ExampleForm | undefined,
  width: number,
  name: string,
): HostTensor<'float32'> {
  if (array.scale !== undefined) return alreadyScaled(array, form, width, name)
  if (form) {
    const { data, shape } = storeOf(array, form, name)
    const floats =
      form.scale === 1 && data instanceof Float32Array ? data : scaled(data, form.scale)
    return hostTensor('float32', shape, floats, form.scale)
  }
  if (!array.dtype.startsWith('float'))
    throw new UserError(
      `${name}: holds ${array.dtype}, and the run did not record how its data was stored; give float32 values as the network sees them`,
    )
  return flatFloats(array, width, name)
}

function alreadyScaled(
  array: HostTensor,
  form: ExampleForm | undefined,
  width: number,
  name: string,
): HostTensor<'float32'> {
  const { scale, dtype } = array
  if (!(dtype === 'float32' || dtype === 'float64'))
    throw new UserError(`${name}: holds ${dtype} with a scale; scaled values are float32`)
  if (form && !(Math.abs(scale! / form.scale - 1) <= SAME))
    throw new UserError(
      `${name}: its values have been multiplied by ${scale}; expected ${form.scale}, as the model was trained on ${storageText(form)}`,
    )
  return flatFloats(array, width, name, scale, form?.exampleShape)
}

function flatFloats(
  array: HostTensor,
  width: number,
  name: string,
  scale?: number,
  exampleShape: readonly number[] = [width],
): HostTensor<'float32'> {
  const [rows = 0, ...found] = array.shape
  if (String(found) !== String([width]) && String(found) !== String(exampleShape))
    throw new UserError(
      `${name}: its examples have shape [${found.join(', ')}]; expected rows of ${width} values${exampleShape.length > 1 ? ` or [${exampleShape.join(', ')}]` : ''}`,
    )
  return hostTensor('float32', [rows, width], finiteFloats(array, width, name), scale)
}

/** One example, `[D]` or in the shape of a training example, as an array of one row. */
export function asRow(array: HostTensor, form: ExampleForm | undefined, width: number): HostTensor {
  const { shape } = array
  const alone =
    (shape.length === 1 && shape[0] === width) ||
    (form !== undefined && shape.length > 1 && isOne(shape, form))
  return alone ? { ...array, shape: [1, ...shape] } : array
}

const isOne = (shape: readonly number[], { stored, exampleShape }: ExampleForm): boolean =>
  String(shape) === String(stored) || String(shape) === String(exampleShape)
