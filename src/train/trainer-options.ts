import type { DataSet } from '../data/dataset.ts'
import type { DataForm } from '../data/training-rows.ts'
import type { Arrays, Runtime } from '../runtime/session.ts'
import type { BuiltModel, BuiltStage } from './build.ts'
import type { Checkpoint, Progress } from './checkpoint.ts'
import type { TrainConfig } from './config.ts'
import type { Settings } from './course.ts'
import type { Figures, TrainingEvent } from './events.ts'
import type { History } from './history.ts'

/** Stores checkpoints and metrics. */
export interface TrainingStore {
  /** Replaces a checkpoint as a whole, or fails and keeps the previous one. */
  save(kind: 'last' | 'best', checkpoint: Checkpoint): Promise<void>
  /** Appends an event to the metrics; returns their new length in bytes. */
  append(event: TrainingEvent): Promise<number>
}

/** A training between two calls of the runtime. */
export interface BetweenCalls {
  readonly progress: Progress
  /** The model with the options of the next step. */
  readonly model: BuiltModel
  /** A copy of the state. */
  checkpoint(): Promise<Checkpoint>
  /**
   * Trains under other settings from the next step on.
   *
   * @throws UserError for options that do not fit the state; then the settings stay as they are
   */
  follow(settings: Settings): Promise<void>
}

export interface TrainerOptions {
  readonly model: BuiltModel
  readonly data: DataSet
  readonly form: DataForm
  readonly config: TrainConfig
  /** Changes of options between steps; `config` and those of `model` are as they are after the last. */
  readonly history?: History | undefined
  readonly runtime: Runtime
  readonly store: TrainingStore
  /** The checkpoint to resume from. */
  readonly from?: Checkpoint | undefined
  /**
   * A stage's loss on the validation split under the given parameters; absent if there is no such split.
   *
   * @param model with the options of the step before; its graphs are others where `stage` is another object
   */
  readonly validate?:
    | ((parameters: Arrays, stage: BuiltStage, model: BuiltModel) => Promise<Figures>)
    | undefined
  /** The loss on the training split, for a model in closed form, which has no steps to average. */
  readonly measureTraining?: ((parameters: Arrays) => Promise<Figures>) | undefined
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
  /** Stops training after the current call. */
  readonly signal?: AbortSignal | undefined
  /**
   * Called between the calls of the runtime, and before a stage ends. The training waits for it; its value is the most
   * steps that the next call may make.
   */
  readonly gate?: ((training: BetweenCalls) => Promise<number>) | undefined
  /** Steps of every call; by default as many as take a fraction of a second. Results do not depend on it. */
  readonly stepsPerCall?: number | undefined
  /** Seconds that a call should compute; 0.25 by default. Results do not depend on it. */
  readonly callSeconds?: number | undefined
  /** Seconds between checkpoints; 10 by default. */
  readonly saveEvery?: number | undefined
}
