import type { HostTensor } from '../tensor/host.ts'
import { type ExampleForm, readForm, type Store, storeOf } from './form.ts'
import { unrecordedForm } from './unrecorded-form.ts'

/** An array read as examples: what one is, and all of them as rows. */
export interface Examples {
  readonly form: ExampleForm
  /** `[rows, D]` */
  readonly store: Store
  /** What a value of the store is multiplied by: the form's scale, but for draws of 0 and 1. */
  readonly scale: number
}

/** What a run has recorded of the examples that it was trained on. */
export interface KnownExamples {
  readonly exampleShape: readonly number[]
  /** Absent in runs of versions that did not record it. */
  readonly form?: ExampleForm
  readonly classes?: number
  /** The label of each class; 0, 1, … in runs of versions that did not record them. */
  readonly classLabels?: readonly number[]
}

/** How to read examples: as a model has been trained on them, or, before one has been, as the option `layout` says. */
export interface Reading {
  readonly known?: KnownExamples | undefined
  readonly layout?: string | undefined
}

/**
 * Reads an array as examples.
 *
 * @throws UserError where it is none, where it is unlike what is known, and for values that are not finite
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
