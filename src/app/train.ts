import { resolve } from 'node:path'
import type { DataSet } from '../data/dataset.ts'
import { openDataSet } from '../data/open.ts'
import { sources } from '../data/sources.ts'
import { evaluator, formOf } from '../evaluate/terms.ts'
import { type BuiltModel, build } from '../models/model.ts'
import { modelNamed } from '../models/registry.ts'
import { openRuntime } from '../runtime/node.ts'
import type { Device, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import type { Checkpoint } from '../train/checkpoint.ts'
import type { StopReason, TrainingEvent } from '../train/events.ts'
import { fit, type TrainerOptions } from '../train/trainer.ts'
import type { RunConfig } from './config.ts'
import { environmentOf } from './environment.ts'
import { requireResumable } from './fitting-checkpoint.ts'
import { lockRun } from './lock.ts'
import {
  createRun,
  openStore,
  readCheckpoint,
  readConfig,
  removeBarrenRun,
  requireNewRun,
  writeConfig,
  writeEnvironment,
} from './run-folder.ts'

export interface TrainHooks {
  readonly onEvent?: (event: TrainingEvent) => void
  /** Aborting finishes the call under way, saves, and returns. */
  readonly signal?: AbortSignal
  /** Steps of every call to the runtime; by default as many as take a fraction of a second. */
  readonly stepsPerCall?: number
  /** Seconds between checkpoints. */
  readonly saveEvery?: number
}

export interface TrainResult {
  readonly folder: string
  readonly reason: StopReason
  readonly config: RunConfig
}

/** Opens a run's data, checking that it is what the run was started on. */
export async function openRunData(config: RunConfig, given?: DataSet): Promise<DataSet> {
  const data = given ?? (await openDataSet({ ...config.data, seed: config.train.seed }))
  if (config.dataHash && config.dataHash !== data.hash)
    throw new UserError(
      `${config.data.data}: the data has changed since the run was started (hash ${data.hash.slice(0, 12)}, was ${config.dataHash.slice(0, 12)})`,
    )
  return data
}

/** Builds the configured model for a data set. */
export function buildFor(config: RunConfig, data: DataSet): BuiltModel {
  const { exampleShape, classes } = data
  const dimension = exampleShape.reduce((a, b) => a * b, 1)
  const info = { exampleShape, dimension, ...(classes === undefined ? {} : { classes }) }
  const definition = modelNamed(config.model)
  const choice = String(config.options.likelihood ?? '')
  requireFittingLikelihood(choice, data)
  return build(definition, config.options, info)
}

/** A Bernoulli or categorical likelihood is about values in [0, 1]; others would have no likelihood. */
function requireFittingLikelihood(likelihood: string, data: DataSet): void {
  if (!/^(bernoulli|categorical)/.test(likelihood)) return
  const { dtype, data: values } = data.splits.train.store
  if (dtype === 'uint8') return
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low * data.scale < 0 || high * data.scale > 1)
    throw new UserError(
      `likelihood: ${likelihood} is for values from 0 to 1, but ${data.name} has values from ${low} to ${high}; use --likelihood gaussian`,
    )
}

/**
 * Trains a model into a new folder. Of a run that fails before its first checkpoint nothing is left.
 *
 * @throws UserError where the folder exists or cannot be written, the options do not fit the data, or the
 * loss becomes infinite
 */
export async function trainRun(
  options: {
    readonly config: RunConfig
    readonly out: string
    /** A data set that is open already, instead of the configured one. */
    readonly data?: DataSet
  } & TrainHooks,
): Promise<TrainResult> {
  const { out } = options
  await requireNewRun(out)
  const data = await openRunData(options.config, options.data)
  const config = withData(options.data ? options.config : withPaths(options.config), data)
  const model = buildFor(config, data)
  requireBatch(config, data)
  return withRuntime(config, async (runtime) => {
    const validate = await validation(runtime, model, data, config)
    await createRun(out, config, environmentOf(runtime))
    return locked(out, async () => {
      try {
        return await run(out, config, { model, data, runtime, ...validate }, options, undefined)
      } catch (error) {
        await removeBarrenRun(out)
        throw error
      }
    })
  })
}

/**
 * Continues a run from its last checkpoint, or from the start where there is none.
 *
 * @throws UserError where the folder is not that of a run, another process works on it, its data has
 * changed, or its checkpoint is damaged or not of its configuration
 */
export async function resumeRun(
  options: {
    readonly folder: string
    /** The data set, where it is not one that can be opened by its name. */
    readonly data?: DataSet
    /** A new total of epochs. */
    readonly epochs?: number
    readonly threads?: number
    readonly device?: Device
  } & TrainHooks,
): Promise<TrainResult> {
  const { folder } = options
  // Read for what it throws: in a folder that holds no run, no lock is left.
  await readConfig(folder)
  return locked(folder, async () => {
    const config = changed(await readConfig(folder), options)
    const from = await readCheckpoint(folder, 'last')
    const finished = from?.progress.epoch ?? 0
    if (options.epochs !== undefined && options.epochs < finished)
      throw new UserError(
        `--epochs ${options.epochs}: ${folder} has done ${finished} epochs already`,
      )
    const data = await openRunData(config, options.data)
    const model = buildFor(config, data)
    requireBatch(config, data)
    if (from) requireResumable(folder, config, model, from, data.splits.train.rows.length)
    return withRuntime(config, async (runtime) => {
      const validate = await validation(runtime, model, data, config)
      await writeConfig(folder, config)
      await writeEnvironment(folder, environmentOf(runtime))
      return run(folder, config, { model, data, runtime, ...validate }, options, from)
    })
  })
}

/** Keeps other processes from a run while it is worked on. */
async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const unlock = await lockRun(folder)
  try {
    return await work()
  } finally {
    await unlock()
  }
}

function changed(
  config: RunConfig,
  { epochs, threads, device }: { epochs?: number; threads?: number; device?: Device },
): RunConfig {
  return {
    ...config,
    train: { ...config.train, ...(epochs === undefined ? {} : { epochs }) },
    compute: {
      threads: threads ?? config.compute.threads,
      device: device ?? config.compute.device,
    },
  }
}

/** The configuration with full paths of its data files: a run can be resumed from any folder. */
function withPaths(config: RunConfig): RunConfig {
  const { data, labels, testData, testLabels, ...others } = config.data
  const path = (given: string) => (isFile(given) ? resolve(given) : given)
  return {
    ...config,
    data: {
      ...others,
      data: path(data),
      ...(labels === undefined ? {} : { labels: path(labels) }),
      ...(testData === undefined ? {} : { testData: path(testData) }),
      ...(testLabels === undefined ? {} : { testLabels: path(testLabels) }),
    },
  }
}

const isFile = (name: string) => !sources.some((source) => source.name === name)

/** The configuration with what identifies the data, and the sizes of the splits as they came out. */
function withData(config: RunConfig, { hash, exampleShape, classes, splits }: DataSet): RunConfig {
  const example = { exampleShape, ...(classes === undefined ? {} : { classes }) }
  const validation = splits.validation.rows.length
  return { ...config, data: { ...config.data, validation }, dataHash: hash, example }
}

function requireBatch({ train }: RunConfig, { splits }: DataSet): void {
  const { length } = splits.train.rows
  if (train.batch > length)
    throw new UserError(
      `batch: ${train.batch} examples are more than the ${length} that there are for training`,
    )
}

async function withRuntime<T>(
  { compute }: RunConfig,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = openRuntime(compute)
  try {
    return await use(runtime)
  } finally {
    await runtime.close()
  }
}

/**
 * Compiles what measures the validation split. That is done where there is none, too: it shows that the
 * device is there and takes the model before anything is written.
 */
async function validation(
  runtime: Runtime,
  model: BuiltModel,
  data: DataSet,
  config: RunConfig,
): Promise<Pick<TrainerOptions, 'validate'>> {
  const split = data.splits.validation
  const compiled = await evaluator(runtime, model, data, config.train.seed)
  if (split.rows.length === 0) {
    await compiled.release()
    return {}
  }
  return { validate: (parameters) => compiled.evaluate(parameters, split) }
}

async function run(
  folder: string,
  config: RunConfig,
  parts: Pick<TrainerOptions, 'model' | 'data' | 'runtime' | 'validate'>,
  hooks: TrainHooks,
  from: Checkpoint | undefined,
): Promise<TrainResult> {
  const { data } = parts
  const reason = await fit({
    ...parts,
    form: formOf(data, data.splits.train.store.shape[0]!),
    config: config.train,
    store: await openStore(folder, from?.progress.metricsBytes ?? 0),
    ...(from ? { from } : {}),
    ...(hooks.onEvent ? { onEvent: hooks.onEvent } : {}),
    ...(hooks.signal ? { signal: hooks.signal } : {}),
    ...(hooks.stepsPerCall === undefined ? {} : { stepsPerCall: hooks.stepsPerCall }),
    ...(hooks.saveEvery === undefined ? {} : { saveEvery: hooks.saveEvery }),
  })
  return { folder, reason, config }
}
