import type { StopReason } from '../../train/events.ts'
import type { Position } from '../../train/history.ts'
import type { RunConfig } from '../config.ts'
import type { RunFiles } from '../run/run-files.ts'
import type { Model } from './model.ts'
import type { AdjustableOptions } from './option-types.ts'

/** How a training that can be controlled is kept, and how it runs. */
export interface TrainingControlOptions {
  /**
   * Called with the files of the run that have changed since the call before: whenever a checkpoint is due, and at the
   * end. The next checkpoint waits for it; where it fails, the training fails with its error.
   */
  readonly keep?: ((files: RunFiles) => Promise<void>) | undefined
  /** Seconds between checkpoints; 10 by default. */
  readonly keepEvery?: number | undefined
  /**
   * How long a call of the runtime should compute, in seconds; 0.25 by default. No answer of a snapshot waits longer for the
   * training than that. Results do not depend on it.
   */
  readonly callSeconds?: number | undefined
  /** Whether the training starts paused. */
  readonly paused?: boolean | undefined
}

/** Options that may change during a training, those of your own definition among them. */
export type Adjustments = AdjustableOptions & { readonly [option: string]: unknown }

/**
 * A training that goes on by itself, and can be paused, stepped, changed, looked at and kept. However it is controlled,
 * its results are those of the same training without interruptions; changes of options are part of its configuration.
 * A model in closed form can only be stopped. After the end, every call but `files` is refused.
 */
export interface Training {
  /** The configuration now, with all changes so far. */
  readonly config: RunConfig
  readonly state: 'running' | 'paused' | 'ended'
  /** Resolves when no step is under way. */
  pause(): Promise<void>
  continue(): Promise<void>
  /**
   * Makes so many steps (1 by default), then pauses. Resolves when they are made, or where the training has been paused or
   * has ended before. After the last step of all it is paused, too; `continue` ends it.
   */
  step(count?: number): Promise<void>
  /** Ends the training after the call under way, as an `AbortSignal` does; resolves when it is saved. */
  stop(): Promise<void>
  /**
   * Changes options from the next step on: `lr`, `epochs`, and those of the model that its schema says may change, such as
   * `beta`, `lambda` and `corruption`. The change is recorded in `config.history`.
   *
   * @returns the stage and the number of its steps after which it holds
   * @throws UserError for an option that cannot change, or a value that does not fit; then nothing has changed
   */
  adjust(changes: Adjustments): Promise<Position>
  /**
   * A model with the parameters of now, while the training goes on. Close it when it is no longer needed: that frees it
   * alone. Its graphs are compiled once for all snapshots.
   */
  snapshot(): Promise<Model>
  /** The run as files, with a checkpoint of now; after the end with the last one. */
  files(): Promise<RunFiles>
  /**
   * The model at the end, of its best epoch where there is a validation split, and why training ended. Rejects where the
   * training fails.
   */
  readonly done: Promise<Model & { readonly reason: StopReason }>
}
