import {
  calibrated,
  materialFor,
  type Scoring,
  scoringWith,
} from '../../answers/anomaly/scoring.ts'
import { type DataSet, dataTexts } from '../../data/dataset.ts'
import { formOf } from '../../data/training-rows.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { Runtime } from '../../runtime/session.ts'
import { parametersIn } from '../../train/build.ts'
import type { StopReason } from '../../train/events.ts'
import { memoryStore } from '../../train/memory-store.ts'
import { trainedModel } from '../../train/trained.ts'
import { fit } from '../../train/trainer.ts'
import type { RunConfig } from '../config.ts'
import { networkNote } from '../default-network.ts'
import { evaluationOf } from '../evaluation.ts'
import { buildFor, requireTrainable, withData } from '../model-for-data.ts'
import { validation } from '../validation.ts'
import { type Model, publicModel } from './model.ts'
import type { TrainingHooks } from './options.ts'

/**
 * Trains a model and keeps it in memory, of its best epoch where there is a validation split; nothing is written.
 *
 * @param runtime where to compute; closed with the model, or here where the training fails
 * @param model its definition, if it is not one of the built-in models
 * @param chosen names of the options that somebody chose; others follow the data
 * @throws UserError where options do not fit the data, or the loss becomes infinite
 */
export async function trainInMemory(
  resolved: RunConfig,
  data: DataSet,
  runtime: Runtime,
  {
    model: definition,
    chosen,
    onEvent,
    signal,
  }: TrainingHooks & {
    readonly model?: ModelDefinition | undefined
    readonly chosen?: readonly string[] | undefined
  },
): Promise<Model & { readonly reason: StopReason }> {
  try {
    const config = withData(resolved, data, { chosen, definition })
    const model = buildFor(config, data, definition)
    requireTrainable(config, model, data)
    const measuring = await validation(runtime, model, data, config.train)
    const store = memoryStore()
    for (const description of dataTexts(data, networkNote(resolved, config)))
      onEvent?.({ type: 'data', description })
    const reason = await fit({
      model,
      data,
      runtime,
      form: formOf(data),
      config: config.train,
      store,
      ...measuring,
      onEvent,
      signal,
    })
    // A training saves its last state before it ends.
    const { best, last } = store.checkpoints
    const { arrays, progress } = best ?? last!
    const parameters = parametersIn(model, arrays)
    const trained = trainedModel(runtime, model, parameters)
    let scoring: Scoring | undefined
    const made = publicModel({
      trained,
      config,
      epoch: progress.epoch,
      step: progress.step,
      checkpoint: best ? 'best' : 'last',
      data: async () => data,
      form: async () => data.form,
      evaluate: evaluationOf(trained, config, async () => data),
      async scoring(names) {
        const known = scoring ?? scoringWith(trained, materialFor(data, config.train.seed))
        scoring = { ...known, material: await calibrated(known, data, names) }
        return scoring
      },
      close: () => trained.close().finally(() => runtime.close()),
    })
    return { ...made, reason }
  } catch (error) {
    await runtime.close()
    throw error
  }
}
