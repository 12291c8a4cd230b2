import { definitionOf } from '../../models/definition.ts'
import { requireOptions } from '../../tensor/checks.ts'
import { UserError } from '../../tensor/errors.ts'
import type { StopReason } from '../../train/events.ts'
import { likelihoodUse } from '../model-for-data.ts'
import { ARRAY } from '../run/recorded-data.ts'
import type { RunFiles } from '../run/run-files.ts'
import { type BrowserData, openData } from './browser-data.ts'
import { page } from './browser-platform.ts'
import { controlOf } from './control-options.ts'
import { givenSchema, requireHooks, trainingOf } from './given-options.ts'
import { startInMemory } from './in-memory.ts'
import type { Model } from './model.ts'
import type {
  ChosenModel,
  ModelChoice,
  ModelName,
  TrainingHooks,
  TrainingOptions,
  WithoutSchema,
} from './options.ts'
import {
  type OpenRunOptions,
  openStored,
  type ResumeTrainingOptions,
  resumeStored,
} from './stored-training.ts'
import type { Training, TrainingControlOptions } from './training.ts'

export type BrowserTrainOptions<M extends ModelChoice = ModelName> = WithoutSchema<
  TrainingOptions<M>
> &
  BrowserData

/**
 * Trains a model on a table, arrays or pictures in a worker, in WebAssembly or on WebGPU, and keeps it in memory. The options are
 * those of the command line, without files.
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
  const { onEvent, signal, ...rest } = options
  requireHooks({ onEvent, signal })
  const training = await started(rest as typeof options, { onEvent, signal })
  return training.done
}

/**
 * Starts a training as `train` does, and returns as soon as its options and data are accepted: it goes on by itself, and
 * can be paused, stepped, changed, looked at and kept.
 *
 *     const training = await startTraining({ data: images, latent: 2, keep: save })
 *     await training.adjust({ beta: 4 })
 *     const model = await training.snapshot()
 *
 * @throws UserError for an option or data that cannot be used
 */
export async function startTraining<M extends ModelChoice = 'vae'>(
  options: ChosenModel<M> & BrowserTrainOptions<M> & TrainingControlOptions,
): Promise<Training> {
  requireOptions(options, 'startTraining', undefined, UserError)
  const { hooks, rest } = controlOf(options)
  return started(rest as typeof options, hooks)
}

/**
 * Continues a training from the files of its run, to the same parameters, bit for bit, as if it had not been interrupted;
 * without a checkpoint among them from the start, with all changes that its configuration records.
 *
 * @throws UserError for files that are damaged or not those of a run, and for data that has changed
 */
export const resumeTraining = (options: ResumeTrainingOptions & BrowserData): Promise<Training> =>
  resumeStored(options, page)

/**
 * Opens the model of a run from its files, in memory.
 *
 * @param options.data for what needs the data that it was trained on, such as `score` and `evaluate`
 * @throws UserError for files that are damaged or not those of a run
 */
export const openRun = (
  files: RunFiles,
  options: OpenRunOptions & Partial<BrowserData> = {},
): Promise<Model> => openStored(files, options, page)

async function started<M extends ModelChoice>(
  options: ChosenModel<M> & BrowserTrainOptions<M>,
  hooks: TrainingHooks & TrainingControlOptions,
): Promise<Training> {
  const { data, labels, testData, testLabels, schema, ...rest } = options
  const { model = 'vae' } = options
  const given = { data, labels, testData, testLabels }
  const definition = definitionOf(model)
  const recorded = Object.entries(given).flatMap(([name, one]) =>
    one === undefined ? [] : [[name, ARRAY]],
  )
  const { config, chosen } = trainingOf(rest, definition, {
    ...Object.fromEntries(recorded),
    data: ARRAY,
  })
  const settings = {
    ...config.data,
    ...given,
    schema: givenSchema(schema),
    seed: config.train.seed,
  }
  const opened = await openData(settings, likelihoodUse(config, chosen))
  const runtime = await page.openRuntime(config.compute)
  const { environmentOf } = page
  const others = { model: definition, chosen, environmentOf }
  return startInMemory(config, opened, runtime, { ...hooks, ...others })
}
