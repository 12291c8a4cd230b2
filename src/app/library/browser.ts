import { assemble, labelled, labelledTest, type Source, testReading } from '../../data/assemble.ts'
import type { DataSet } from '../../data/dataset.ts'
import type { Reading } from '../../data/examples.ts'
import { type ExampleArray, exampleArray, type LabelArray, labelArray } from '../../data/given.ts'
import { isPictures, type Pictures } from '../../data/pictures/pictures-of.ts'
import { partsOfPictures } from '../../data/pictures/source.ts'
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

/** Examples with their labels: arrays, or pictures. */
export interface BrowserData {
  /** Arrays, or what `picturesOf` returns, which may have labels of its own. */
  readonly data: ExampleArray | Pictures
  /** The label of each example's class, a whole number. */
  readonly labels?: LabelArray | undefined
  /** A test set of its own, instead of cutting one off. */
  readonly testData?: ExampleArray | Pictures | undefined
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
  const { layout, validation, test, binarize, size, fit, colour, ground } = config.data
  const arrays = { data, labels, testData, testLabels }
  const { seed } = config.train
  const split = { layout, validation, test, binarize, size, fit, colour, ground, seed }
  const opened = await openDataSet({ ...arrays, ...split })
  const runtime = await openRuntime(config.compute)
  return trainInMemory(config, opened, runtime, { model: definition, chosen, onEvent, signal })
}

/**
 * Makes a data set of arrays or pictures: splits it by seed, binarises it, and hashes it, as in Node.
 *
 * @throws UserError for arrays that are not examples, and for labels that do not fit
 */
export async function openDataSet(
  options: BrowserData & DataSplitOptions & { readonly seed?: number | undefined },
): Promise<DataSet> {
  const arrays = ['data', 'labels', 'testData', 'testLabels']
  requireOptions(options, 'openDataSet', [...arrays, ...splitOptionNames], UserError)
  const { data, labels, testData, testLabels } = options
  const { layout, validation, test: cut, binarize, seed } = splitOptions(options)
  const split = { validation, test: cut, binarize, seed }
  if (testLabels !== undefined && testData === undefined)
    throw new UserError('testLabels: labels of a test set, but no testData is given; give both')
  if (testData !== undefined && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be set aside for testing, but testData is a test set already; leave one of them out`,
    )
  for (const field of ['size', 'fit', 'colour', 'ground'] as const)
    if (options[field] !== undefined)
      throw new UserError(
        `${field}: is an option of picturesOf; give it there, and leave it out here`,
      )
  const name = isPictures(data) ? 'pictures' : 'array'
  const main = partOf('data', data, 'labels', labels, { layout })
  if (main.test && (testData !== undefined || options.test !== undefined))
    throw new UserError(
      `${testData === undefined ? 'test' : 'testData'}: the pictures have a test set of their own; leave this out`,
    )
  if (testData === undefined) return assemble({ name, ...main }, split, sha256)
  const reading = testReading(main.main, { layout })
  const test = partOf('testData', testData, 'testLabels', testLabels, reading).main
  return assemble({ name, main: main.main, test }, split, sha256)
}

/** Arrays or pictures with their labels, which may be given beside them. */
function partOf(
  name: 'data' | 'testData',
  data: ExampleArray | Pictures,
  labelsName: string,
  given: LabelArray | undefined,
  reading: Reading,
): Pick<Source, 'main' | 'test'> {
  const labels = given === undefined ? undefined : labelArray(given, labelsName)
  if (isPictures(data)) {
    if (reading.layout !== undefined)
      throw new UserError(
        'layout: is for arrays, and the layout of pictures is known; leave this out',
      )
    return partsOfPictures(data, name, data.options, reading, labels && { labels, labelsName })
  }
  const array = { name, array: exampleArray(data, name), labelsName, labels }
  return { main: name === 'data' ? labelled(array, reading) : labelledTest(array, reading) }
}
