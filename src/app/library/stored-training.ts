import type { DataSet } from '../../data/dataset.ts'
import { type AnyDefinition, ownDefinition } from '../../models/definition.ts'
import { modelNamed } from '../../models/registry.ts'
import type { Device, Runtime, RuntimeOptions } from '../../runtime/session.ts'
import { requireOneOf, requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import type { BuiltModel } from '../../train/build.ts'
import { build } from '../../train/build.ts'
import { type RunConfig, resolveConfig } from '../config.ts'
import { infoOf } from '../model-for-data.ts'
import { changedConfig } from '../run/changed-config.ts'
import { requireParameters } from '../run/checkpoint-checks.ts'
import { type RunFiles, readRunFiles } from '../run/run-files.ts'
import { controlNames, controlOf } from './control-options.ts'
import { heldModel } from './held-model.ts'
import { startInMemory } from './in-memory.ts'
import type { Model } from './model.ts'
import type { TrainingHooks } from './options.ts'
import type { Training, TrainingControlOptions } from './training.ts'

/** What differs between Node and a page. */
export interface Platform<D extends object> {
  openRuntime(options: RuntimeOptions): Promise<Runtime>
  /** What a run records of where it is computed. */
  environmentOf(runtime: Runtime): Promise<object>
  /** Throws where the machine is too small. */
  requireRoom?(config: RunConfig, model: BuiltModel): void
  /** Names of the options that are data. */
  readonly dataNames: readonly string[]
  /**
   * The data of a run.
   *
   * @throws UserError where it has changed, and where it is needed and not given
   */
  openData(config: RunConfig, given: D): Promise<DataSet>
}

/** What a run is computed with, in place of what its configuration says. */
interface StoredOptions {
  /** The definition of the run's model, where it is one of your own. */
  readonly model?: AnyDefinition | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
}

export interface ResumeTrainingOptions
  extends StoredOptions,
    TrainingHooks,
    TrainingControlOptions {
  /** The files of the run, as `keep` and `files` give them. */
  readonly files: RunFiles
}

export interface OpenRunOptions extends StoredOptions {
  /** By default the best where there is one, else the last. */
  readonly checkpoint?: 'best' | 'last' | undefined
}

const storedNames = ['model', 'threads', 'device']

/** See `resumeTraining`. */
export async function resumeStored<D extends object>(
  options: ResumeTrainingOptions & D,
  platform: Platform<D>,
): Promise<Training> {
  const names = ['files', ...storedNames, ...controlNames, ...platform.dataNames]
  requireOptions(options, 'resumeTraining', names, UserError)
  const { hooks, rest } = controlOf(options as ResumeTrainingOptions)
  const { files, threads, device } = rest
  resolveConfig({ threads, device })
  const model = ownDefinition(options.model)
  const stored = await readRunFiles(files, model)
  const others = { threads, device }
  const config = changedConfig(stored.config, stored.last?.progress, { others }, model)
  const data = await platform.openData(config, options)
  const runtime = await platform.openRuntime(config.compute)
  const { environmentOf, requireRoom } = platform
  return startInMemory(config, data, runtime, {
    ...hooks,
    model,
    from: { ...stored, config },
    environmentOf,
    requireRoom,
  })
}

/** See `openRun`. */
export async function openStored<D extends object>(
  files: RunFiles,
  options: OpenRunOptions & D,
  platform: Platform<D>,
): Promise<Model> {
  const names = ['checkpoint', ...storedNames, ...platform.dataNames]
  requireOptions(options, 'openRun', names, UserError)
  const { checkpoint: wanted, threads, device } = options
  if (wanted !== undefined) requireOneOf(wanted, 'checkpoint', ['best', 'last'], UserError)
  resolveConfig({ threads, device })
  const definition = ownDefinition(options.model)
  const { config, ...checkpoints } = await readRunFiles(files, definition)
  const kind = wanted ?? (checkpoints.best ? 'best' : 'last')
  const checkpoint = checkpoints[kind]
  if (!checkpoint)
    throw new UserError(
      `files: the run has no ${wanted ? `${wanted} ` : ''}checkpoint yet; train it first, with resumeTraining`,
    )
  let opened: Promise<DataSet> | undefined
  const data = () => (opened ??= platform.openData(config, options))
  const info = infoOf(config.example ?? (await data()))
  const model = build(definition ?? modelNamed(config.model), config.options, info)
  requireParameters('files', config, model, checkpoint)
  const { compute } = config
  const runtime = await platform.openRuntime({
    ...compute,
    device: device ?? compute.device,
    threads: threads ?? compute.threads,
  })
  return heldModel({ config, model, checkpoint, kind, runtime, data })
}
