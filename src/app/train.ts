import { resolve } from 'node:path'
import { type DataSet, dataText } from '../data/dataset.ts'
import { openDataSet } from '../data/open.ts'
import { sources } from '../data/sources.ts'
import { formOf } from '../data/training-rows.ts'
import { openRuntime } from '../runtime/node.ts'
import type { Device, Runtime } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import type { StopReason, TrainingEvent } from '../train/events.ts'
import { fit } from '../train/trainer.ts'
import type { TrainerOptions } from '../train/trainer-options.ts'
import type { RunConfig } from './config.ts'
import { createRun, requireNewRun } from './create-run.ts'
import { environmentOf } from './environment.ts'
import { requireResumable } from './fitting-checkpoint.ts'
import { lockRun } from './lock.ts'
import { asMemoryError, requireMemory } from './memory.ts'
import { buildFor, requireTrainable, withData } from './model-for-data.ts'
import {
  openStore,
  readCheckpoint,
  readConfig,
  writeConfig,
  writeEnvironment,
} from './run-folder.ts'
import { validation } from './validation.ts'

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
  /** The data set that it was trained on, open. */
  readonly data: DataSet
}

/** Opens a run's data, checking that it is what the run was started on. */
export async function openRunData(config: RunConfig, given?: DataSet): Promise<DataSet> {
  const data =
    given ?? (await openDataSet({ ...config.data, seed: config.train.seed, known: config.example }))
  if (config.dataHash && config.dataHash !== data.hash)
    throw new UserError(
      `${config.data.data}: the data has changed since the run was started (hash ${data.hash.slice(0, 12)}, was ${config.dataHash.slice(0, 12)})`,
    )
  return data
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
  requireTrainable(config, model, data)
  requireMemory(config, model)
  return withRuntime(config, async (runtime) => {
    const validate = await validation(runtime, model, data, config.train)
    const takeBack = await createRun(out, config, environmentOf(runtime))
    return locked(out, async () => {
      try {
        const store = await openStore(out, 0)
        return await run(out, config, { model, data, runtime, store, ...validate }, options)
      } catch (error) {
        await takeBack()
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
    /** A new total of epochs; of the last stage, where there are several. */
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
    const data = await openRunData(config, options.data)
    const model = buildFor(config, data)
    const inLast = from?.progress.stage === model.stages.length - 1
    const finished = (inLast && from?.progress.epoch) || 0
    if (options.epochs !== undefined && options.epochs < finished)
      throw new UserError(
        `--epochs ${options.epochs}: ${folder} has done ${finished} epochs already`,
      )
    requireTrainable(config, model, data)
    requireMemory(config, model)
    if (model.fit && options.epochs !== undefined && options.epochs > 1)
      throw new UserError(
        `--epochs ${options.epochs}: ${config.model} is computed in closed form, in one pass; there is nothing to train on`,
      )
    if (from) requireResumable(folder, config, model, from, data.splits.train.rows.length)
    return withRuntime(config, async (runtime) => {
      const validate = await validation(runtime, model, data, config.train)
      const store = await openStore(folder, from?.progress.metricsBytes ?? 0)
      await writeConfig(folder, config)
      await writeEnvironment(folder, environmentOf(runtime))
      const parts = { model, data, runtime, store, ...validate, ...(from ? { from } : {}) }
      return run(folder, config, parts, options)
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

async function withRuntime<T>(
  { compute }: RunConfig,
  use: (runtime: Runtime) => Promise<T>,
): Promise<T> {
  const runtime = openRuntime(compute)
  try {
    return await use(runtime)
  } catch (error) {
    throw asMemoryError(error)
  } finally {
    await runtime.close()
  }
}

/**
 * Compiles what measures the validation split. That is done where there is none, too: it shows that the
 * device is there and takes the model before anything is written.
 */
async function run(
  folder: string,
  config: RunConfig,
  parts: Pick<
    TrainerOptions,
    'model' | 'data' | 'runtime' | 'store' | 'validate' | 'measureTraining' | 'from'
  >,
  hooks: TrainHooks,
): Promise<TrainResult> {
  const { data } = parts
  const { onEvent, signal, stepsPerCall, saveEvery } = hooks
  onEvent?.({ type: 'data', description: dataText(data) })
  const reason = await fit({
    ...parts,
    form: formOf(data, data.splits.train.store.shape[0]!),
    config: config.train,
    ...(onEvent ? { onEvent } : {}),
    ...(signal ? { signal } : {}),
    ...(stepsPerCall === undefined ? {} : { stepsPerCall }),
    ...(saveEvery === undefined ? {} : { saveEvery }),
  })
  return { folder, reason, config, data }
}
