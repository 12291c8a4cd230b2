import { assemble, type NamedArray, sourceOf } from '../../data/assemble.ts'
import type { DataSet } from '../../data/dataset.ts'
import { type ExampleArray, exampleArray, type LabelArray, labelArray } from '../../data/given.ts'
import { definitionOf } from '../../models/definition.ts'
import { openRuntime } from '../../runtime/web.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { sha256 } from '../../tensor/digest.ts'
import { UserError } from '../../tensor/errors.ts'
import type { StopReason } from '../../train/events.ts'
import { requireHooks, splitOptionNames, splitOptions, trainingOf } from './given-options.ts'
import { trainInMemory } from './in-memory.ts'
import type { Model } from './model.ts'
import type {
  ChosenModel,
  DataSplitOptions,
  ModelChoice,
  ModelName,
  TrainingOptions,
} from './options.ts'

/** Examples with their labels, as arrays. */
export interface BrowserData {
  readonly data: ExampleArray
  /** The label of each example's class, a whole number. */
  readonly labels?: LabelArray | undefined
  /** A test set of its own, instead of cutting one off. */
  readonly testData?: ExampleArray | undefined
  readonly testLabels?: LabelArray | undefined
}

export type BrowserTrainOptions<M extends ModelChoice = ModelName> = TrainingOptions<M> &
  BrowserData

/**
 * Trains a model on arrays, in WebAssembly in a worker, and keeps it in memory. The options are those of
 * the command line, without files.
 *
 *     const model = await train({ data: images, hidden: [200], latent: 2, epochs: 5 })
 *     const codes = await model.encode(images)
 *
 * @throws UserError for an option or data that cannot be used
 */
export async function train<M extends ModelChoice = 'vae'>(
  options: ChosenModel<M> & BrowserTrainOptions<M>,
): Promise<Model & { readonly reason: StopReason }> {
  requireOptions(options, 'train', undefined, UserError)
  const { data, labels, testData, testLabels, onEvent, signal, model = 'vae', ...rest } = options
  requireHooks({ onEvent, signal })
  const definition = definitionOf(model)
  const { config, chosen } = trainingOf(rest, definition, { data: 'array' })
  const { layout, validation, test, binarize } = config.data
  const arrays = { data, labels, testData, testLabels }
  const { seed } = config.train
  const opened = await openDataSet({ ...arrays, layout, validation, test, binarize, seed })
  const runtime = await openRuntime(config.compute)
  return trainInMemory(config, opened, runtime, { model: definition, chosen, onEvent, signal })
}

/**
 * Makes a data set of arrays: splits it by seed, binarises it, and hashes it, as in Node.
 *
 * @throws UserError for arrays that are not examples, and for labels that do not fit
 */
export async function openDataSet(
  options: BrowserData & DataSplitOptions & { readonly seed?: number | undefined },
): Promise<DataSet> {
  const arrays = ['data', 'labels', 'testData', 'testLabels']
  requireOptions(options, 'openDataSet', [...arrays, ...splitOptionNames], UserError)
  const { data, labels, testData, testLabels } = options
  const { layout, ...split } = splitOptions(options)
  if (testLabels !== undefined && testData === undefined)
    throw new UserError('testLabels: labels of a test set, but no testData is given; give both')
  if (testData !== undefined && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be set aside for testing, but testData is a test set already; leave one of them out`,
    )
  const read = (
    name: string,
    array: ExampleArray,
    labelsName: string,
    given: LabelArray | undefined,
  ): NamedArray => ({
    name,
    array: exampleArray(array, name),
    labelsName,
    labels: given === undefined ? undefined : labelArray(given, labelsName),
  })
  const main = read('data', data, 'labels', labels)
  const test =
    testData === undefined ? undefined : read('testData', testData, 'testLabels', testLabels)
  return assemble(sourceOf('array', main, test, { layout }), split, sha256)
}
