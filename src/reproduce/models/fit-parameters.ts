import type { DataSet } from '../../data/dataset.ts'
import { formOf } from '../../data/training-rows.ts'
import type { Arrays } from '../../runtime/session.ts'
import { UserError } from '../../tensor/errors.ts'
import { type BuiltModel, parametersIn } from '../../train/build.ts'
import { trainConfig } from '../../train/config.ts'
import type { TrainingEvent } from '../../train/events.ts'
import { initialParameters } from '../../train/initial-state.ts'
import { memoryStore } from '../../train/memory-store.ts'
import { FRESH, fit } from '../../train/trainer.ts'
import type { Laboratory } from '../laboratory.ts'

export interface FittingOptions {
  /** Options of the training, in camel case. */
  readonly training: Readonly<Record<string, unknown>>
  /** Initial values of some parameters; the others are initialised as usual. */
  readonly start?: Arrays
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
}

/**
 * Trains a model and returns its parameters after the last epoch. For what `Laboratory.trained` cannot do: models
 * that the program does not list, fewer examples, other initial values. Nothing is saved, so keep it to minutes.
 *
 * @throws UserError if it is interrupted
 */
export async function fitParameters(
  { runtime, seed, signal }: Laboratory,
  model: BuiltModel,
  data: DataSet,
  { training, start = {}, onEvent }: FittingOptions,
): Promise<Arrays> {
  const store = memoryStore()
  const reason = await fit({
    model,
    data,
    runtime,
    form: formOf(data),
    config: trainConfig.parse({ seed, ...training }),
    store,
    from: {
      progress: FRESH,
      model: model.definition.name,
      arrays: { ...initialParameters(model, seed), ...start },
    },
    onEvent,
    signal,
  })
  if (reason === 'cancelled') throw new UserError('interrupted')
  return parametersIn(model, store.checkpoints.last!.arrays)
}
