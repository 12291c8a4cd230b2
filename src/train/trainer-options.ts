import type { DataSet } from '../data/dataset.ts'
import type { DataForm } from '../data/training-rows.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import type { BuiltModel, BuiltStage } from './build.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { TrainConfig } from './config.ts'
import type { Figures, TrainingEvent } from './events.ts'
import type { History } from './history.ts'

/** Where a training keeps what must survive it. */
export interface TrainingStore {
  /** Replaces a checkpoint as a whole, or fails and leaves the one before. */
  save(kind: 'last' | 'best', checkpoint: Checkpoint): Promise<void>
  /** Adds an event to the metrics; returns their length in bytes. */
  append(event: TrainingEvent): Promise<number>
}

export interface TrainerOptions {
  readonly model: BuiltModel
  readonly data: DataSet
  readonly form: DataForm
  readonly config: TrainConfig
  /** Changes of the configuration between steps; `config` is as it is after the last. */
  readonly history?: History | undefined
  readonly runtime: Runtime
  readonly store: TrainingStore
  /** Where to go on; without it, from the start. */
  readonly from?: Checkpoint | undefined
  /** Figures of the validation split under the given parameters, by a stage's loss; absent without one. */
  readonly validate?: ((parameters: Arrays, stage: BuiltStage) => Promise<Figures>) | undefined
  /** Figures of the training split, which a model in closed form has no steps to take from. */
  readonly measureTraining?: ((parameters: Arrays) => Promise<Figures>) | undefined
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
  /** Ends the training after the call under way. */
  readonly signal?: AbortSignal | undefined
  /** Steps of every call; by default as many as take a fraction of a second. Results do not depend on it. */
  readonly stepsPerCall?: number | undefined
  /** Seconds between checkpoints. */
  readonly saveEvery?: number | undefined
}
