import type { LoopPath } from '../runtime/session.ts'

/** Mean terms over a split, or over the training steps of an epoch so far, each in its own unit. */
export interface Figures {
  readonly terms: Readonly<Record<string, number>>
  /** The minimised objective; with several phases, the sum of their losses, which nothing minimises. */
  readonly objective: number
}

/** Why a training ended. */
export type StopReason = 'finished' | 'cancelled' | 'early'

/** What a training run reports. Epochs are counted from 1. */
export type TrainingEvent =
  | {
      /** The data, before training starts. */
      readonly type: 'data'
      /** How its values are read and split, as text. */
      readonly description: string
    }
  | {
      /** A resumed training continues in another environment, where its results are not the same to the bit. */
      readonly type: 'environment'
      /** What has changed, as text. */
      readonly description: string
    }
  | {
      readonly type: 'start'
      /** Name of the stage that begins, if there are several. */
      readonly stage?: string | undefined
      /** Its number, from 1, and how many stages there are. */
      readonly stageNumber?: number | undefined
      readonly stages?: number | undefined
      /** Names of its phases, if it has several, each with its own loss. */
      readonly phases?: readonly string[] | undefined
      readonly epochs: number
      /** Finished epochs, if the run is resumed. */
      readonly epoch: number
      readonly stepsPerEpoch: number
      /** Training examples. */
      readonly examples: number
      /** Examples of each shuffle that fill no batch and are left out. */
      readonly dropped: number
      /** Number of scalar parameters. */
      readonly parameters: number
      readonly runtime: string
      /** What computes the steps; absent for a model in closed form. */
      readonly loops?: LoopPath | undefined
    }
  | ({
      readonly type: 'progress'
      readonly stage?: string | undefined
      readonly epoch: number
      readonly epochs: number
      /** Finished steps of this epoch. */
      readonly step: number
      readonly stepsPerEpoch: number
      readonly examplesPerSecond: number
      readonly secondsLeft: number
    } & Figures)
  | {
      readonly type: 'epoch'
      readonly stage?: string | undefined
      readonly epoch: number
      readonly epochs: number
      /** Means over the steps of the epoch, with dropout, while the parameters change. */
      readonly train: Figures
      /** At the end of the epoch, on the validation split. */
      readonly validation?: Figures | undefined
      /** Whether the monitored figure is the best so far. */
      readonly best: boolean
      /** Seconds of computing since training started. */
      readonly seconds: number
      readonly examplesPerSecond: number
    }
  | {
      /** Progress of a model that is computed in closed form. */
      readonly type: 'computing'
      /** Share of the examples that have been read, 0 to 1; the rest of the work is short. */
      readonly share: number
      readonly secondsLeft: number
    }
  | { readonly type: 'checkpoint'; readonly step: number }
  | {
      /** Training ended because a number was not finite. */
      readonly type: 'failed'
      /** Names the step, epoch, batch, term and row, or the parameter. */
      readonly message: string
    }
  | {
      readonly type: 'stopped'
      readonly reason: StopReason
      readonly epoch: number
      readonly seconds: number
      readonly best?: { readonly epoch: number; readonly value: number } | undefined
    }
