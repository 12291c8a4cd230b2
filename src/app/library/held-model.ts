import {
  calibrated,
  materialFor,
  type Scoring,
  scoringWith,
} from '../../answers/anomaly/scoring.ts'
import type { DataSet } from '../../data/dataset.ts'
import type { Runtime } from '../../runtime/session.ts'
import { type BuiltModel, parametersIn } from '../../train/build.ts'
import type { Checkpoint } from '../../train/checkpoint.ts'
import { trainedModel } from '../../train/trained.ts'
import type { RunConfig } from '../config.ts'
import { evaluationOf } from '../evaluation.ts'
import type { Model } from './model.ts'
import { publicModel } from './public-model.ts'

/** A model of a run that is held in memory. */
export interface Held {
  readonly config: RunConfig
  readonly model: BuiltModel
  readonly checkpoint: Checkpoint
  readonly kind: 'best' | 'last'
  /** Closed with the model. */
  readonly runtime: Runtime
  /** The data that it was trained on; read at the first call. */
  data(): Promise<DataSet>
}

/** A model in memory as the library hands it out. What scores need is computed when it is asked for, and kept. */
export function heldModel({ config, model, checkpoint, kind, runtime, data }: Held): Model {
  const { arrays, progress } = checkpoint
  const trained = trainedModel(runtime, model, parametersIn(model, arrays))
  let scoring: Scoring | undefined
  return publicModel({
    trained,
    config,
    epoch: progress.epoch,
    step: progress.step,
    checkpoint: kind,
    data,
    form: async () => config.example?.form ?? (await data()).form,
    evaluate: evaluationOf(trained, config, data),
    async scoring(names) {
      const from = await data()
      const known = scoring ?? scoringWith(trained, materialFor(from, config.train.seed))
      scoring = { ...known, material: await calibrated(known, from, names) }
      return scoring
    },
    close: () => trained.close().finally(() => runtime.close()),
  })
}
