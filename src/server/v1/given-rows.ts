import type { ExampleForm } from '../../data/form.ts'
import { labelArray } from '../../data/given.ts'
import { labelsOf } from '../../data/labels.ts'
import { trainedValues } from '../../data/trained-values.ts'
import type { Floats } from '../../tensor/host.ts'
import { conditions } from '../../train/trained.ts'
import type { ServableModel } from '../served-model.ts'
import { stacked } from '../v2/rows-of-arrays.ts'
import { arrayOfRows } from './values.ts'

/** Rows of a request that have been checked and can be computed together with those of others. */
export interface GivenRows {
  /** `[n, D]` as the network sees them, or codes `[n, L]`. */
  readonly values: Floats
  /** One class for each row, of a model that is conditioned on them. */
  readonly labels: readonly number[] | undefined
}

/** How training read a stored value; undefined where an old run does not say. */
export const formOf = ({ config }: Pick<ServableModel, 'config'>): ExampleForm | undefined =>
  config.example?.form

/**
 * Examples of JSON as the network sees them.
 *
 * @throws UserError or HttpError for what is unlike the training data, naming row and column
 */
export function readRows(served: ServableModel, rows: readonly unknown[]): Promise<Floats> {
  const form = formOf(served)
  const { dimension } = served.model.info
  const given =
    form && !form.table ? arrayOfRows(rows, form) : (rows as readonly (readonly number[])[])
  return trainedValues(given, form, dimension, 'rows')
}

/** Rows with their labels. Throws UserError where a model needs labels and is not given one known class for each row. */
export function withLabels(
  { model }: Pick<ServableModel, 'model'>,
  values: Floats,
  labels: readonly number[] | undefined,
): GivenRows {
  if (model.labels !== 'condition') return { values, labels: undefined }
  const checked =
    labels && Array.from(labelsOf(labelArray(labels), 'labels', values.shape[0]!, 'the request'))
  conditions(model, values, checked)
  return { values, labels: checked }
}

/** The rows of several requests, one after the other. */
export function together(requests: readonly GivenRows[]): GivenRows {
  const { values } = stacked(requests.map((request) => ({ values: request.values })))
  const { scale } = requests[0]!.values
  return {
    values: { ...values, scale } as Floats,
    labels: requests[0]!.labels && requests.flatMap(({ labels }) => labels!),
  }
}

/** Where the rows of each request begin and end among all of them. */
export function spans(requests: readonly GivenRows[]): (readonly [start: number, end: number])[] {
  let start = 0
  return requests.map(({ values: { shape } }) => {
    const span = [start, start + shape[0]!] as const
    start = span[1]
    return span
  })
}
