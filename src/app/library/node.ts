import type { DataSet } from '../../data/dataset.ts'
import type { ExampleArray } from '../../data/given.ts'
import { openDataSet as openSource } from '../../data/open.ts'
import { openTableRecords } from '../../data/open-table.ts'
import { type AnyDefinition, ownDefinition } from '../../models/definition.ts'
import { models } from '../../models/registry.ts'
import { asMemoryError } from '../../runtime/memory-error.ts'
import type { Device } from '../../runtime/session.ts'
import { requireOneOf, requireOptions, requireText } from '../../tensor/checks.ts'
import { described, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { adjustableNames } from '../adjustable.ts'
import { scoringOfRun } from '../answers/stored-scoring.ts'
import { resolveConfig } from '../config.ts'
import type { FolderDiagnosis } from '../doctor/examine-run.ts'
import type { ReportOptions as RunReportOptions, WrittenReport } from '../report/report.ts'
import { loadRun, type Run } from '../run/load.ts'
import { resumeRun, type TrainResult, trainRun } from '../run/train.ts'
import {
  type DescribeTableOptions,
  describeTable as describeInMemory,
  describeRecords,
  requireDescribing,
  type TableDescription,
} from './describe-table.ts'
import {
  givenSchema,
  requireFolder,
  requireHooks,
  splitOptionNames,
  splitOptions,
} from './given-options.ts'
import type { Model } from './model.ts'
import {
  type DataOptions,
  newTraining,
  requireGivenData,
  type SchemaOption,
  sourceNames,
  sourceOf,
} from './node-data.ts'
import type { AdjustableOptions } from './option-types.ts'
import type {
  ChosenModel,
  DataSplitOptions,
  ModelChoice,
  ModelName,
  TrainingHooks,
  TrainingOptions,
  WithoutSchema,
} from './options.ts'
import { publicModel } from './public-model.ts'

export type TrainOptions<M extends ModelChoice = ModelName> = WithoutSchema<TrainingOptions<M>> &
  DataOptions &
  SchemaOption & {
    /** The run's folder, which must not exist. */
    readonly out: string
  }

/**
 * Trains a model into a new run folder: configuration, metrics, checkpoints. The options are those of the
 * command line.
 *
 *     const { folder } = await train({ data: 'mnist', hidden: [500, 500], latent: 2, out: 'runs/x' })
 *
 * @throws UserError for an option or data that cannot be used, and where the folder exists
 */
export async function train<M extends ModelChoice = 'vae'>(
  options: ChosenModel<M> & TrainOptions<M>,
): Promise<TrainResult> {
  requireOptions(options, 'train', undefined, UserError)
  requireGivenData(options)
  const { out, onEvent, signal, ...rest } = options
  requireText(out, 'out', 'the name of a new folder', UserError)
  requireHooks({ onEvent, signal })
  const { config, definition, chosen, arrays } = newTraining(rest)
  return trainRun({ config, out, model: definition, chosen, arrays, onEvent, signal })
}

/** The data where it has moved since, or the arrays that the run was trained on. */
export interface ResumeOptions extends TrainingHooks, DataOptions, AdjustableOptions {
  /** The definition of the run's model, where it is one of your own. */
  readonly model?: AnyDefinition | undefined
  /** A new total of epochs. */
  readonly epochs?: number | undefined
  /** Learning rate of the steps from here on; its schedule and warm-up continue unchanged. */
  readonly lr?: number | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  /** What computes the steps from here on; `auto` for native kernels where this machine can run them. */
  readonly kernels?: 'auto' | 'onnx' | undefined
}

/**
 * Continues a run that was stopped, to the same parameters, bit for bit, as if it had not been; or for
 * more epochs than it was started with, or with other options of those that may change during a training. Changes are
 * recorded in `config.json`.
 *
 * @throws UserError if the folder is not a run, or its data has changed
 */
export async function resume(folder: string, options: ResumeOptions = {}): Promise<TrainResult> {
  const model = ownDefinition(isRecord(options) ? options.model : undefined)
  const adjustable = [...models, ...(model ? [model] : [])].flatMap(adjustableNames)
  const others = ['model', 'threads', 'device', 'kernels', ...sourceNames, ...hookNames]
  requireFolder(folder, 'resume', options, [...new Set([...others, ...adjustable])])
  requireHooks(options)
  const { epochs, lr, threads, device, kernels, onEvent, signal } = options
  resolveConfig({ epochs, lr, threads, device, kernels })
  const adjusted = Object.fromEntries(
    Object.entries(options).filter(([name]) => adjustable.includes(name)),
  )
  const changes = { epochs, lr, adjusted, threads, device, kernels, source: sourceOf(options) }
  return resumeRun({ folder, model, ...changes, onEvent, signal })
}

/** The data where it has moved since, or the arrays that the run was trained on: read when it is needed. */
export interface LoadOptions extends DataOptions {
  /** The definition of the run's model, where it is one of your own. */
  readonly model?: AnyDefinition | undefined
  /** By default the best where there is one, else the last. */
  readonly checkpoint?: 'best' | 'last' | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
}

/**
 * Loads a run's model.
 *
 *     const model = await load('runs/x')
 *     const codes = await model.encode(examples)
 *
 * @throws UserError where there is no checkpoint, or one that does not fit
 */
export async function load(
  folder: string,
  options: LoadOptions = {},
): Promise<Model & { readonly folder: string }> {
  const run = await loadRun(folder, loading(folder, 'load', options))
  const model = {
    ...publicModel({
      ...run,
      trained: run,
      scoring: (names) => scoringOfRun(run, names),
    }),
    folder,
  }
  runs.set(model, run)
  return model
}

/** The options of `load`, checked. */
function loading(folder: string, of: string, options: LoadOptions) {
  const known = ['model', ...sourceNames, 'checkpoint', 'threads', 'device']
  requireFolder(folder, of, options, known)
  const { checkpoint, threads, device } = options
  if (checkpoint !== undefined) requireOneOf(checkpoint, 'checkpoint', ['best', 'last'], UserError)
  resolveConfig({ threads, device })
  const model = ownDefinition(options.model)
  return { model, checkpoint, threads, device, source: sourceOf(options) }
}

/**
 * Examines a run as `latentlab doctor` does, and reports what is wrong with it. Each finding has evidence, in numbers,
 * and one suggestion. A run without a checkpoint is examined too.
 *
 *     const { findings } = await examine('runs/x')
 *
 * @throws UserError if the folder is not a run, or holds neither an epoch nor a checkpoint; and where its data is
 * gone or changed
 */
export async function examine(folder: string, options: LoadOptions = {}): Promise<FolderDiagnosis> {
  const wanted = loading(folder, 'examine', options)
  const { examineRun } = await import('../doctor/examine-run.ts')
  return examineRun(folder, wanted)
}

/** The run behind each model that was loaded. */
const runs = new WeakMap<object, Run>()

export interface ReportOptions extends Pick<RunReportOptions, 'onStage'> {
  /** Another model, drawn in the same figures where that is of use; its examples must have the same shape. */
  readonly beside?: Model | undefined
}

/**
 * Writes the `report.html` of a run, which needs nothing beside it, and each of its figures to `samples/`. The
 * same run gives the same bytes. Figures that would make the page larger than 3 MB are in `samples/` only.
 *
 * @param model as `load` returns it
 * @throws UserError where the run's data is gone or changed, the model beside it is for examples of another
 * shape, or the folder cannot be written
 */
export async function writeReport(
  model: Model,
  options: ReportOptions = {},
): Promise<WrittenReport> {
  const run = runOf(model, 'model')
  requireOptions(options, 'writeReport', ['onStage', 'beside'], UserError)
  const { onStage, beside } = options
  const other = beside === undefined ? undefined : runOf(beside, 'beside')
  // A third of all modules, and of the time to load them.
  const { writeReport: writeRunReport } = await import('../report/report.ts')
  return writeRunReport(run, { onStage, beside: other })
}

function runOf(model: Model, name: string): Run {
  const run = typeof model === 'object' && model !== null && runs.get(model)
  if (run) return run
  throw new UserError(`${name}: expected a model, as load returns it, got ${described(model)}`)
}

const hookNames = ['onEvent', 'signal']

/**
 * Opens a data set: reads it, splits it by seed, binarises it, and hashes it.
 *
 *     const mnist = await openDataSet({ data: 'mnist', validation: 0 })
 *     const digits = splitValues(mnist, 'test', [0, 1, 2])
 *
 * @throws UserError for a file or array that is not a set of examples, and for options that do not fit it
 */
export async function openDataSet(
  options: DataOptions &
    WithoutSchema<DataSplitOptions> &
    SchemaOption & { readonly seed?: number | undefined },
): Promise<DataSet> {
  requireOptions(options, 'openDataSet', [...sourceNames, ...splitOptionNames], UserError)
  requireGivenData(options)
  const { data = 'mnist', labels, testData, testLabels, schema, ...rest } = options
  const split = splitOptions(typeof schema === 'string' ? { ...rest, schema } : rest)
  const stated = typeof schema === 'object' ? { schema: givenSchema(schema) } : {}
  const source = sourceOf({ data, labels, testData, testLabels })
  try {
    return await openSource({ ...split, ...stated, ...source, data: source.data! })
  } catch (error) {
    throw asMemoryError(error)
  }
}

/**
 * Describes a table by its first rows, before anything is trained on it: each column with its kind, what led to it, and
 * what training does with it. Its `schema` can be changed and given to `train`.
 *
 *     const { columns, schema } = await describeTable('sensors.csv')
 *
 * @param data the path of a file, a `File` or `Blob`, or an object for each row
 * @throws UserError for what is not a table, and for a schema that does not fit it
 */
export async function describeTable(
  data: string | Blob | readonly object[] | ExampleArray,
  options: DescribeTableOptions = {},
): Promise<TableDescription> {
  if (typeof data !== 'string') return describeInMemory(data, options)
  requireText(data, 'data', 'the name of a file', UserError)
  requireDescribing(options)
  return describeRecords(await openTableRecords(data, data, options), options)
}
