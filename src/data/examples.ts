import type { HostTensor } from '../tensor/host.ts'
import { type ExampleForm, readForm, type Store, storeOf } from './form.ts'
import { unrecordedForm } from './unrecorded-form.ts'

/** An array read as examples: the form of one, and all of them as rows. */
export interface Examples {
  readonly form: ExampleForm
  /** `[rows, D]` */
  readonly store: Store
  /** What a value of the store is multiplied by: the form's scale, or 1 for binary draws. */
  readonly scale: number
}

/** What a run has recorded about its training examples. */
export interface KnownExamples {
  readonly exampleShape: readonly number[]
  /** Absent in runs of older versions. */
  readonly form?: ExampleForm | undefined
  readonly classes?: number | undefined
  /** The label of each class; in runs of older versions, which did not record them, 0, 1, …. */
  readonly classLabels?: readonly number[] | undefined
  /** What each class is called, where that is not its label. */
  readonly classNames?: readonly string[] | undefined
}

/** How to read examples: in the form that a model was trained on, or, for a new model, by the option `layout`. */
export interface Reading {
  readonly known?: KnownExamples | undefined
  readonly layout?: string | undefined
}

/**
 * Reads an array as examples.
 *
 * @throws UserError if it does not hold examples, or not examples of the known form, and for values that are
 * not finite
 */
export function examplesOf(
  array: HostTensor,
  name: string,
  { known, layout }: Reading = {},
): Examples {
  const form = known
    ? (known.form ?? unrecordedForm(array, name, known.exampleShape))
    : readForm(array, name, layout)
  return { form, store: storeOf(array, form, name), scale: form.scale }
}
