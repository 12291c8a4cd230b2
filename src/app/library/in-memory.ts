import { type DataSet, dataTexts } from '../../data/dataset.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { Runtime } from '../../runtime/session.ts'
import { SharedRuntime } from '../../runtime/shared.ts'
import type { BuiltModel } from '../../train/build.ts'
import type { StopReason } from '../../train/events.ts'
import type { TrainerOptions } from '../../train/trainer-options.ts'
import type { RunConfig } from '../config.ts'
import { networkNote } from '../default-network.ts'
import { buildFor, requireTrainable, withData } from '../model-for-data.ts'
import { requireResumable } from '../run/checkpoint-checks.ts'
import type { StoredRun } from '../run/run-files.ts'
import { validation } from '../validation.ts'
import { ControlledTraining } from './controlled.ts'
import type { Model } from './model.ts'
import type { TrainingHooks } from './options.ts'
import type { Training, TrainingControlOptions } from './training.ts'

/** How a training in memory goes on, and where. */
export interface InMemoryOptions
  extends TrainingHooks,
    TrainingControlOptions,
    Pick<TrainerOptions, 'stepsPerCall'> {
  /** The configured model's definition, if it is not one of the built-in models. */
  readonly model?: ModelDefinition | undefined
  /** Names of the options that somebody chose; others follow the data. */
  readonly chosen?: readonly string[] | undefined
  /** The run that continues. Its configuration is used as it is. */
  readonly from?: StoredRun | undefined
  /** What the run records of where it is computed. */
  readonly environmentOf?: ((runtime: Runtime) => Promise<object>) | undefined
  /** Throws where the machine is too small for it. */
  readonly requireRoom?: ((config: RunConfig, model: BuiltModel) => void) | undefined
}

/**
 * Starts the training of a model that is kept in memory; nothing is written.
 *
 * @param runtime where to compute; closed with all models of the training, or where it fails
 * @throws UserError where options do not fit the data
 */
export async function startInMemory(
  resolved: RunConfig,
  data: DataSet,
  runtime: Runtime,
  options: InMemoryOptions,
): Promise<Training> {
  const { model: definition, chosen, from, environmentOf, requireRoom, onEvent } = options
  const shared = new SharedRuntime(runtime)
  const own = shared.lease()
  try {
    const config = from?.config ?? withData(resolved, data, { chosen, definition })
    const model = buildFor(config, data, definition)
    requireTrainable(config, model, data)
    requireRoom?.(config, model)
    if (from?.last)
      requireResumable('files', config, model, from.last, data.splits.train.rows.length)
    const measuring = await validation(own, model, data, config.train)
    const environment = (await environmentOf?.(own)) ?? {}
    for (const description of dataTexts(data, networkNote(resolved, config)))
      onEvent?.({ type: 'data', description })
    return new ControlledTraining(
      { config, definition, model, data, shared, runtime: own, environment, from, ...measuring },
      options,
    )
  } catch (error) {
    await own.close()
    throw error
  }
}

/**
 * Trains a model and keeps it in memory, of its best epoch where there is a validation split; nothing is written.
 *
 * @param runtime where to compute; closed with the model, or here where the training fails
 * @throws UserError where options do not fit the data, or the loss becomes infinite
 */
export async function trainInMemory(
  ...given: Parameters<typeof startInMemory>
): Promise<Model & { readonly reason: StopReason }> {
  const training = await startInMemory(...given)
  return training.done
}
