import { type ExampleArray, exampleRows, type LabelArray, labelArray } from '../../data/given.ts'
import type { TableSchema } from '../../data/table/schema.ts'
import { definitionOf } from '../../models/definition.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { requireText } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import type { RunConfig } from '../config.ts'
import type { DataSource } from '../run/data-source.ts'
import { ARRAY } from '../run/recorded-data.ts'
import { givenSchema, trainingOf } from './given-options.ts'

/** Where examples come from. */
export interface DataOptions {
  /**
   * `mnist`, a file (a table as CSV, Parquet, JSON lines or ARFF; arrays as .npy, .npz or IDX; also gzipped) by its path
   * or as a `Blob`, an array, or an object for each row of a table. A new training without this option is on `mnist`.
   */
  readonly data?: string | Blob | ExampleArray | readonly object[] | undefined
  /** A file of labels, or the label of each example's class, a whole number. */
  readonly labels?: string | LabelArray | undefined
  /** A test set of its own, a file or an array, instead of cutting one off; and its labels. */
  readonly testData?: string | Blob | ExampleArray | readonly object[] | undefined
  readonly testLabels?: string | LabelArray | undefined
}

/** What each column of a table is. */
export interface SchemaOption {
  /** The path of a file, as `inspect --schema-out` writes it, or the `schema` of `describeTable`; inferred if absent. */
  readonly schema?: string | TableSchema | undefined
}

/** Names of the options that are data. */
export const sourceNames = ['data', 'labels', 'testData', 'testLabels']

/** Names and arrays as they were given, arrays in the form of the data layer. */
export function sourceOf({ data, labels, testData, testLabels }: DataOptions): DataSource {
  const named = <G, R>(
    given: G | string | undefined,
    name: string,
    read: (given: G, name: string) => R,
  ): R | string | undefined => {
    if (given === undefined) return undefined
    if (typeof given !== 'string') return read(given, name)
    requireText(given, name, 'the name of a file', UserError)
    return given
  }
  return {
    data: named(data, 'data', exampleRows),
    labels: named(labels, 'labels', labelArray),
    testData: named(testData, 'testData', exampleRows),
    testLabels: named(testLabels, 'testLabels', labelArray),
  }
}

/** The parts of a data source that are arrays, not names. */
const arraysOf = (source: DataSource): DataSource =>
  Object.fromEntries(Object.entries(source).filter(([, given]) => typeof given === 'object'))

/**
 * Refuses data that was to be given and is not. Only a call without the option is about `mnist`: a variable that was
 * never filled must not train on digits.
 */
export function requireGivenData(options: DataOptions): void {
  if (Object.hasOwn(options, 'data') && options.data === undefined)
    throw new UserError(
      "data: is undefined; expected a file, an array made by hostTensor, or rows of numbers (leave it out for 'mnist')",
    )
}

/**
 * A new training as a caller asks for it.
 *
 * @param options without those that say how it is followed, and where it is written
 * @throws UserError for an option that cannot be used
 */
export function newTraining(options: DataOptions & SchemaOption & { readonly model?: unknown }): {
  readonly config: RunConfig
  readonly definition: ModelDefinition
  readonly chosen: readonly string[]
  /** What was given in place of files. */
  readonly arrays: DataSource
} {
  requireGivenData(options)
  const { data = 'mnist', labels, testData, testLabels, schema, ...others } = options
  const source = sourceOf({ data, labels, testData, testLabels })
  const files = Object.entries(source).map(([name, given]) => [
    name,
    typeof given === 'object' ? ARRAY : given,
  ])
  const { model = 'vae' } = options
  const definition = definitionOf(model)
  const named = typeof schema === 'object' ? others : { ...others, schema }
  const { config, chosen } = trainingOf(named, definition, Object.fromEntries(files))
  const stated = typeof schema === 'object' ? { schema: givenSchema(schema) } : {}
  return { config, definition, chosen, arrays: { ...arraysOf(source), ...stated } }
}
