import type { Floats } from '../tensor/host.ts'
import type { ExampleForm } from './form.ts'
import { type ExampleArray, exampleArray } from './given.ts'
import { asTrained } from './given-examples.ts'
import { tableCells } from './table/given-cells.ts'

/**
 * Examples of a caller as the network sees them, `[n, D]`: objects as rows of a table, arrays in the form of the training
 * data. What it returns can be given again.
 *
 * @param form absent if a run did not record it
 * @param name of the examples in messages
 * @throws UserError for what is unlike the training data, naming row and column
 */
export async function trainedValues(
  x: ExampleArray | readonly object[],
  form: ExampleForm | undefined,
  dimension: number,
  name: string,
): Promise<Floats> {
  return form?.table
    ? tableCells(x, form.table, name)
    : asTrained(exampleArray(x as ExampleArray, name), form, dimension, name)
}
