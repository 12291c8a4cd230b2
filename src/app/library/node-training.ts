import { requireRoom } from '../../data/memory-limit.ts'
import { openRuntime } from '../../runtime/node.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import { openData, openRunData, requireFiles, withRecordedSource } from '../run/data-source.ts'
import { environmentOf } from '../run/environment.ts'
import type { RunFiles } from '../run/run-files.ts'
import { requireMemory } from '../run/training-memory.ts'
import { controlOf } from './control-options.ts'
import { startInMemory } from './in-memory.ts'
import type { Model } from './model.ts'
import {
  type DataOptions,
  newTraining,
  type SchemaOption,
  sourceNames,
  sourceOf,
} from './node-data.ts'
import type {
  ChosenModel,
  ModelChoice,
  ModelName,
  TrainingOptions,
  WithoutSchema,
} from './options.ts'
import {
  type OpenRunOptions,
  openStored,
  type Platform,
  type ResumeTrainingOptions,
  resumeStored,
} from './stored-training.ts'
import type { Training, TrainingControlOptions } from './training.ts'

export type StartOptions<M extends ModelChoice = ModelName> = WithoutSchema<TrainingOptions<M>> &
  DataOptions &
  SchemaOption &
  TrainingControlOptions

/** What a run in memory needs of Node. */
const node: Platform<DataOptions> = {
  openRuntime: async (options) => openRuntime(options),
  environmentOf,
  requireRoom: (config, model) => requireMemory(config, model),
  dataNames: sourceNames,
  openData: (config, given) => openRunData(config, 'the run', sourceOf(given)),
}

/**
 * Starts a training in memory, and returns as soon as its options and data are accepted: it goes on by itself, and can be
 * paused, stepped, changed, looked at and kept. The options are those of `train` without `out`.
 *
 *     const training = await startTraining({ data: 'mnist', latent: 2, keep: save })
 *     await training.adjust({ beta: 4 })
 *     const model = await training.snapshot()
 *
 * @throws UserError for an option or data that cannot be used
 */
export async function startTraining<M extends ModelChoice = 'vae'>(
  options: ChosenModel<M> & StartOptions<M>,
): Promise<Training> {
  requireOptions(options, 'startTraining', undefined, UserError)
  const { hooks, rest } = controlOf(options)
  const { config, definition, chosen, arrays } = newTraining(rest)
  requireFiles(config, arrays)
  const data = await openData(config, arrays, chosen)
  requireRoom(data.splits.train.store.array?.data.byteLength ?? 0, data.name)
  const runtime = openRuntime(config.compute)
  return startInMemory(withRecordedSource(config, arrays), data, runtime, {
    ...hooks,
    model: definition,
    chosen,
    environmentOf,
    requireRoom: requireMemory,
  })
}

/**
 * Continues a training in memory from the files of its run, to the same parameters, bit for bit, as if it had not been
 * interrupted; without a checkpoint among them from the start, with all changes that its configuration records.
 *
 * @throws UserError for files that are damaged or not those of a run, and for data that has changed
 */
export const resumeTraining = (options: ResumeTrainingOptions & DataOptions): Promise<Training> =>
  resumeStored(options, node)

/**
 * Opens the model of a run from its files, in memory.
 *
 * @param options.data for what needs the data that it was trained on, such as `score` and `evaluate`, where it is not where
 * the run says
 * @throws UserError for files that are damaged or not those of a run
 */
export const openRun = (
  files: RunFiles,
  options: OpenRunOptions & DataOptions = {},
): Promise<Model> => openStored(files, options, node)
