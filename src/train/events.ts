/** Mean terms of a split, or of the training steps of an epoch so far, each in its own unit. */
export interface Figures {
  readonly terms: Readonly<Record<string, number>>
  /** What is minimised; of phases with a loss each, the sum of these, which nothing minimises. */
  readonly objective: number
}

/** Why a training ended. */
export type StopReason = 'finished' | 'cancelled' | 'early'

/** What a training tells while it runs. Epochs are counted from 1. */
export type TrainingEvent =
  | {
      /** What is trained on, before the training starts. */
      readonly type: 'data'
      /** How its values are read and split, in words. */
      readonly description: string
    }
  | {
      readonly type: 'start'
      /** Name of the stage that begins, where there are several. */
      readonly stage?: string
      /** Its place among them, from 1, and how many there are. */
      readonly stageNumber?: number
      readonly stages?: number
      /** Names of its phases, where it has several with a loss each. */
      readonly phases?: readonly string[]
      readonly epochs: number
      /** Epochs that were finished before, where a run is resumed. */
      readonly epoch: number
      readonly stepsPerEpoch: number
      /** Training examples. */
      readonly examples: number
      /** Examples of each shuffle that fill no batch and are left out. */
      readonly dropped: number
      /** Number of trained numbers. */
      readonly parameters: number
      readonly runtime: string
    }
  | ({
      readonly type: 'progress'
      readonly stage?: string
      readonly epoch: number
      readonly epochs: number
      /** Steps of this epoch that are done. */
      readonly step: number
      readonly stepsPerEpoch: number
      readonly examplesPerSecond: number
      readonly secondsLeft: number
    } & Figures)
  | {
      readonly type: 'epoch'
      readonly stage?: string
      readonly epoch: number
      readonly epochs: number
      /** Means over the steps of the epoch, dropout on, parameters changing. */
      readonly train: Figures
      /** At the end of the epoch, on the validation split. */
      readonly validation?: Figures
      /** Whether the monitored figure is the best so far. */
      readonly best: boolean
      /** Seconds of computing since the start of the training. */
      readonly seconds: number
      readonly examplesPerSecond: number
    }
  | {
      /** A closed form under way. */
      readonly type: 'computing'
      /** How much of the reading is done, 0 to 1; what follows the reading is short and tells nothing. */
      readonly share: number
      readonly secondsLeft: number
    }
  | { readonly type: 'checkpoint'; readonly step: number }
  | {
      /** A training that ends in numbers that are not finite. */
      readonly type: 'failed'
      /** Names step, epoch, batch, term and row, or the parameter. */
      readonly message: string
    }
  | {
      readonly type: 'stopped'
      readonly reason: StopReason
      readonly epoch: number
      readonly seconds: number
      readonly best?: { readonly epoch: number; readonly value: number }
    }
