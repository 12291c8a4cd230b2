import { assemble, labelled } from '../data/assemble.ts'
import type { DataSet } from '../data/dataset.ts'
import { openRuntime } from '../runtime/web.ts'
import { sha256 } from '../tensor/digest.ts'
import { UserError } from '../tensor/errors.ts'
import type { HostTensor } from '../tensor/host.ts'
import { resolveConfig } from './config.ts'
import { exampleArray, labelArray } from './example-array.ts'
import { type FittedModel, trainInMemory } from './in-memory.ts'
import type {
  ComputeOptions,
  DataSplitOptions,
  ExampleArray,
  FitOptions,
  ModelOptions,
  TrainingHooks,
} from './train-options.ts'

/** Examples with their labels, as arrays. */
export interface BrowserData {
  readonly data: ExampleArray
  /** One class for each example, from 0. */
  readonly labels?: HostTensor | ArrayLike<number> | undefined
  /** A test set of its own, instead of cutting one off. */
  readonly testData?: ExampleArray | undefined
  readonly testLabels?: HostTensor | ArrayLike<number> | undefined
}

export type BrowserTrainOptions = ModelOptions &
  FitOptions &
  ComputeOptions &
  DataSplitOptions &
  BrowserData &
  TrainingHooks

/**
 * Trains a model on arrays, in WebAssembly in a worker, and keeps it in memory. The options are those of
 * the command line, without files.
 *
 *     const model = await train({ data: images, hidden: [200], latent: 2, epochs: 5 })
 *     const codes = await model.encode(hostTensor('float32', [1, 784], digit))
 *
 * @throws UserError for an option or data that cannot be used
 */
export async function train(options: BrowserTrainOptions): Promise<FittedModel> {
  const { data, labels, testData, testLabels, onEvent, signal, ...rest } = options
  const config = resolveConfig({ ...rest, data: 'array' })
  const { validation, test, binarize } = config.data
  const arrays = { data, labels, testData, testLabels }
  const { seed } = config.train
  const opened = await openDataSet({ ...arrays, validation, test, binarize, seed })
  const runtime = await openRuntime(config.compute)
  return trainInMemory(config, opened, runtime, { onEvent, signal })
}

/**
 * Makes a data set of arrays: splits it by seed, binarises it, and hashes it, as in Node.
 *
 * @throws UserError for arrays that are no examples, and for labels that do not fit
 */
export async function openDataSet(
  options: BrowserData & DataSplitOptions & { readonly seed?: number | undefined },
): Promise<DataSet> {
  const { data, labels, testData, testLabels, binarize = 'none', seed = 0 } = options
  if (testData && options.test !== undefined)
    throw new UserError(
      `test: ${options.test} rows were to be cut for the test, but testData is a test set already; leave one of them out`,
    )
  const read = (name: string, array: ExampleArray, classes: BrowserData['labels']) =>
    labelled(name, exampleArray(array), `${name}, labels`, classes && labelArray(classes))
  const main = read('array', data, labels)
  const test = testData && read('test array', testData, testLabels)
  const { validation, test: cut } = options
  return assemble(
    { name: 'array', main, ...(test ? { test } : {}) },
    { validation, test: cut, binarize, seed },
    sha256,
  )
}
