import type { DataSet, SplitName } from '../data/dataset.ts'
import type { KnownExamples } from '../data/examples.ts'
import { type ExampleArray, exampleArray, type LabelArray, labelArray } from '../data/given.ts'
import { openDataSet as openSource } from '../data/open.ts'
import type { Device } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import { type RunConfig, resolveConfig } from './config.ts'
import { type EvaluationOptions, evaluateRun } from './evaluation/evaluate.ts'
import { cachedFeatureSpace } from './evaluation/feature-cache.ts'
import { type LoadedRun, loadRun } from './load.ts'
import { type Model, publicModel } from './model.ts'
import { readConfig } from './run-folder.ts'
import { openRunData, resumeRun, type TrainResult, trainRun } from './train.ts'
import type {
  ComputeOptions,
  DataSplitOptions,
  FitOptions,
  ModelOptions,
  TrainingHooks,
} from './train-options.ts'

/** Where examples come from. */
export interface DataOptions {
  /** `mnist`, a file (IDX, also .gz, .npy or .npz), or an array. By default `mnist`. */
  readonly data?: string | ExampleArray | undefined
  /** A file of labels, or the label of each example's class, a whole number. */
  readonly labels?: string | LabelArray | undefined
  /** File of a test set, instead of cutting one off, and of its labels. */
  readonly testData?: string | undefined
  readonly testLabels?: string | undefined
}

export type TrainOptions = ModelOptions &
  FitOptions &
  ComputeOptions &
  DataSplitOptions &
  DataOptions &
  TrainingHooks & {
    /** The run's folder, which must not exist. */
    readonly out: string
  }

/** Name under which a run's configuration knows data that was given as an array. */
const ARRAY = 'array'

/**
 * Trains a model into a new run folder: configuration, metrics, checkpoints. The options are those of the
 * command line.
 *
 *     const { folder } = await train({ data: 'mnist', hidden: [500, 500], latent: 2, out: 'runs/x' })
 *
 * @throws UserError for an option or data that cannot be used, and where the folder exists
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { out, data = 'mnist', labels, onEvent, signal, ...rest } = options
  if (typeof out !== 'string' || out === '')
    throw new UserError(`out: expected the name of a new folder, got ${JSON.stringify(out)}`)
  const files = {
    data: typeof data === 'string' ? data : ARRAY,
    labels: typeof labels === 'string' ? labels : undefined,
  }
  const config = resolveConfig({ ...rest, ...files })
  const given = typeof data === 'string' && (labels === undefined || typeof labels === 'string')
  const opened = given ? {} : { data: await opening(config, { data, labels }) }
  return trainRun({ config, out, ...opened, ...hooks({ onEvent, signal }) })
}

export interface ResumeOptions extends TrainingHooks {
  /** A new total of epochs. */
  readonly epochs?: number | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  /** The examples and labels, where the run was trained on arrays. */
  readonly data?: ExampleArray | undefined
  readonly labels?: LabelArray | undefined
}

/**
 * Goes on with a run that was stopped, to the same parameters, bit for bit, as if it had not been; or for
 * more epochs than it was started with.
 *
 * @throws UserError where the folder is no run, or its data has changed
 */
export async function resume(folder: string, options: ResumeOptions = {}): Promise<TrainResult> {
  const { epochs, threads, device, data, labels } = options
  const opened = await (data === undefined ? {} : givenData(folder, data, labels))
  return resumeRun({
    folder,
    ...opened,
    ...(epochs === undefined ? {} : { epochs }),
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
    ...hooks(options),
  })
}

export interface LoadOptions {
  /** By default the best where there is one, else the last. */
  readonly checkpoint?: 'best' | 'last' | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  /** The examples and labels, where the run was trained on arrays and is to be evaluated. */
  readonly data?: ExampleArray | undefined
  readonly labels?: LabelArray | undefined
}

/** A trained run, ready for use. */
export type RunModel = Omit<LoadedRun, keyof Model> & Model

/**
 * Loads a run's model.
 *
 *     const model = await load('runs/x')
 *     const codes = await model.encode(examples)
 *
 * @throws UserError where there is no checkpoint, or one that does not fit
 */
export async function load(folder: string, options: LoadOptions = {}): Promise<RunModel> {
  const { checkpoint, threads, device, data: array, labels } = options
  const run = await loadRun(folder, {
    ...(checkpoint ? { checkpoint } : {}),
    ...(threads === undefined ? {} : { threads }),
    ...(device ? { device } : {}),
  })
  const data = dataOf(run, array, labels)
  return {
    ...run,
    ...publicModel(run, run.form),
    data,
    evaluate: async (split: SplitName, options?: EvaluationOptions) =>
      evaluateRun(run, await data(), split, {
        featureSpace: cachedFeatureSpace,
        ...options,
      }),
  }
}

/** The run's data, opened when it is first asked for. */
function dataOf(
  run: LoadedRun,
  array: ExampleArray | undefined,
  labels: LoadOptions['labels'],
): () => Promise<DataSet> {
  const open = async () => {
    if (array !== undefined)
      return openRunData(run.config, await opening(run.config, { data: array, labels }))
    if (run.config.data.data === ARRAY)
      throw new UserError(
        `${run.folder} was trained on an array, which the run does not hold; pass it: load(folder, { data })`,
      )
    return run.data()
  }
  let opened: Promise<DataSet> | undefined
  return () => {
    opened ??= open()
    return opened
  }
}

async function givenData(
  folder: string,
  data: ExampleArray,
  labels: LoadOptions['labels'],
): Promise<{ data: DataSet }> {
  return { data: await opening(await readConfig(folder), { data, labels }) }
}

/** Opens the run's data, of which arrays are given instead of names. */
function opening(
  { data, train, example }: RunConfig,
  given: { readonly data: string | ExampleArray; readonly labels?: DataOptions['labels'] },
): Promise<DataSet> {
  return openDataSet({ ...data, seed: train.seed, known: example, ...given })
}

interface SeedAndKnown {
  readonly seed?: number | undefined
  /** What the run that the data belongs to has recorded of it. */
  readonly known?: KnownExamples | undefined
}

/**
 * Opens a data set: reads it, splits it by seed, binarises it, and hashes it.
 *
 *     const mnist = await openDataSet({ data: 'mnist', validation: 0 })
 *     const digits = splitValues(mnist, 'test', [0, 1, 2])
 *
 * @throws UserError for a file or array that is no set of examples, and for options that do not fit it
 */
export function openDataSet(
  options: DataOptions & DataSplitOptions & SeedAndKnown,
): Promise<DataSet> {
  const { data = 'mnist', labels, binarize = 'none', seed = 0, ...rest } = options
  return openSource({
    ...rest,
    binarize,
    seed,
    data: typeof data === 'string' ? data : exampleArray(data),
    labels: typeof labels === 'string' || labels === undefined ? labels : labelArray(labels),
  })
}

const hooks = ({ onEvent, signal }: TrainingHooks) => ({
  ...(onEvent ? { onEvent } : {}),
  ...(signal ? { signal } : {}),
})
