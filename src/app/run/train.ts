import { type DataSet, dataTexts } from '../../data/dataset.ts'
import { requireRoom } from '../../data/memory-limit.ts'
import { formOf } from '../../data/training-rows.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { asMemoryError } from '../../runtime/memory-error.ts'
import { openRuntime } from '../../runtime/node.ts'
import type { Runtime } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { given, option, worded } from '../../tensor/wording.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { Checkpoint } from '../../train/checkpoint.ts'
import type { StopReason, TrainingEvent } from '../../train/events.ts'
import { fit } from '../../train/trainer.ts'
import type { TrainerOptions } from '../../train/trainer-options.ts'
import type { RunConfig } from '../config.ts'
import { networkNote } from '../default-network.ts'
import { buildFor, requireTrainable, withData } from '../model-for-data.ts'
import { optionText } from '../option-text.ts'
import { validation } from '../validation.ts'
import { requireResumable } from './checkpoint-checks.ts'
import { createRun, requireNewRun } from './create.ts'
import {
  type DataSource,
  openData,
  openRunData,
  requireFiles,
  withRecordedSource,
} from './data-source.ts'
import { environmentOf, pathChange } from './environment.ts'
import {
  openStore,
  readCheckpoint,
  readConfig,
  readEnvironment,
  runPaths,
  writeConfig,
  writeEnvironment,
} from './folder.ts'
import { lockRun } from './lock.ts'
import { requireSameData } from './recorded-data.ts'
import { type ResumedOptions, resumedConfig } from './resumed-config.ts'
import { withSeconds } from './timings.ts'
import { requireMemory } from './training-memory.ts'

export interface TrainHooks {
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
  /** Aborting finishes the call under way, saves, and returns. */
  readonly signal?: AbortSignal | undefined
  /** Steps of every call to the runtime; by default as many as take a fraction of a second. */
  readonly stepsPerCall?: number | undefined
  /** Seconds between checkpoints. */
  readonly saveEvery?: number | undefined
}

export interface TrainResult {
  readonly folder: string
  readonly reason: StopReason
  readonly config: RunConfig
  /** The data set that it was trained on, open. */
  readonly data: DataSet
}

/**
 * Trains a model into a new folder. A run that fails before its first checkpoint leaves nothing behind.
 *
 * @throws UserError if the folder exists or cannot be written, the options do not fit the data, or the loss
 * becomes infinite
 */
export async function trainRun(
  options: {
    readonly config: RunConfig
    readonly out: string
    /** The definition of the configured model, if it is not one of the built-in models. */
    readonly model?: ModelDefinition | undefined
    /** Names of the options that somebody chose: others follow the data. All of them if absent. */
    readonly chosen?: readonly string[] | undefined
    /** A data set that is open already, instead of the configured one. */
    readonly data?: DataSet | undefined
    /** Arrays, in place of what is configured by name. */
    readonly arrays?: DataSource | undefined
  } & TrainHooks,
): Promise<TrainResult> {
  const { out, arrays, chosen } = options
  if (!options.data) requireFiles(options.config, arrays)
  await requireNewRun(out)
  return withRuntime(options.config, async (runtime) => {
    // Tried while the data is read; what fails is reported where they are used.
    runtime.loops().catch(() => {})
    const data = options.data ?? (await openData(options.config, arrays, chosen))
    const recorded = options.data ? options.config : withRecordedSource(options.config, arrays)
    const config = withData(recorded, data, { chosen, definition: options.model })
    const model = buildFor(config, data, options.model)
    requireTrainable(config, model, data)
    requireMemory(config, model)
    requireRoom(data.splits.train.store.array?.data.byteLength ?? 0, data.name)
    const [environment, validate] = await Promise.all([
      environmentOf(runtime),
      validation(runtime, model, data, config.train),
    ])
    const removeUnfinished = await createRun(out, config, environment)
    return locked(out, async () => {
      try {
        const store = await openStore(out, 0)
        const parts = { model, data, runtime, store, ...validate }
        return await run(out, config, parts, options, networkNote(recorded, config))
      } catch (error) {
        await removeUnfinished()
        throw error
      }
    })
  })
}

/**
 * Continues a run from its last checkpoint, or from the start if there is none.
 *
 * @throws UserError if the folder is not that of a run, another process works on it, its data has changed, or its
 * checkpoint is damaged or does not fit its configuration
 */
export async function resumeRun(
  options: {
    readonly folder: string
    /** The run's data set, where it is open already. */
    readonly data?: DataSet | undefined
  } & ResumedOptions &
    TrainHooks,
): Promise<TrainResult> {
  const { folder } = options
  // Read for what it throws: in a folder that holds no run, no lock is left.
  await readConfig(folder, options.model)
  return locked(folder, async () => {
    const stored = await readConfig(folder, options.model)
    const last = await readCheckpoint(folder, 'last')
    const from = await withSeconds(runPaths(folder).timings, last)
    const { data: opened, lr, epochs, threads, device, kernels, adjusted, source } = options
    const { model: definition } = options
    if (opened) requireSameData(stored, opened)
    const data = opened ?? (await openRunData(stored, folder, source))
    const config = resumedConfig(stored, from?.progress, {
      adjusted,
      lr,
      epochs,
      threads,
      device,
      kernels,
      source,
      model: definition,
    })
    const model = buildFor(config, data, definition)
    requireChangeable(folder, config, model, from, options)
    requireTrainable(config, model, data)
    requireMemory(config, model)
    requireRoom(data.splits.train.store.array?.data.byteLength ?? 0, data.name)
    if (from) requireResumable(folder, config, model, from, data.splits.train.rows.length)
    return withRuntime(config, async (runtime) => {
      const [environment, validate] = await Promise.all([
        environmentOf(runtime),
        validation(runtime, model, data, config.train),
      ])
      const store = await openStore(folder, from?.progress.metricsBytes ?? 0)
      await writeConfig(folder, config)
      const recorded = from && (await readEnvironment(folder))
      const description = recorded && pathChange(recorded, environment)
      await writeEnvironment(folder, environment)
      if (description) options.onEvent?.({ type: 'environment', description })
      const parts = { model, data, runtime, store, ...validate, from }
      return run(folder, config, parts, options)
    })
  })
}

/** Refuses other options if no step is left that they could change. */
function requireChangeable(
  folder: string,
  config: RunConfig,
  model: BuiltModel,
  from: Checkpoint | undefined,
  { epochs, lr, adjusted = {} }: ResumedOptions,
): void {
  const inLast = from?.progress.stage === model.stages.length - 1
  const finished = (inLast && from?.progress.epoch) || 0
  if (epochs !== undefined && epochs < finished)
    throw new UserError(
      worded`${given('epochs', epochs)}: ${folder} has done ${finished} epochs already`,
    )
  if (model.fit && ((epochs !== undefined && epochs > 1) || lr !== undefined))
    throw new UserError(
      worded`${lr === undefined ? given('epochs', epochs!) : given('lr', lr)}: ${config.model} is computed in closed form, in one pass; there is nothing to train on`,
    )
  const [changed] = Object.entries({ lr, ...adjusted }).filter(([, value]) => value !== undefined)
  if (changed && inLast && finished >= config.train.epochs)
    throw new UserError(
      worded`${given(changed[0], typeof changed[1] === 'number' ? changed[1] : optionText(changed[1]))}: ${folder} has done all its ${finished} epochs; give a larger ${option('epochs')}, too`,
    )
}

/** Keeps other processes from a run during some work on it. */
async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const unlock = await lockRun(folder)
  try {
    return await work()
  } finally {
    await unlock()
  }
}

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
 * Trains with what has been compiled.
 *
 * @param note follows the description of the data
 */
async function run(
  folder: string,
  config: RunConfig,
  parts: Pick<
    TrainerOptions,
    'model' | 'data' | 'runtime' | 'store' | 'validate' | 'measureTraining' | 'from'
  >,
  hooks: TrainHooks,
  note = '',
): Promise<TrainResult> {
  const { data } = parts
  const { onEvent, signal, stepsPerCall, saveEvery } = hooks
  for (const description of dataTexts(data, note)) onEvent?.({ type: 'data', description })
  const reason = await fit({
    ...parts,
    form: formOf(data),
    config: config.train,
    history: config.history,
    onEvent,
    signal,
    stepsPerCall,
    saveEvery,
  })
  return { folder, reason, config, data }
}
