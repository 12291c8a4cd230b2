import type { DataSet } from '../../data/dataset.ts'
import type { HostTensor } from '../../tensor/host.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { RunConfig } from '../config.ts'
import type { EpochEvent } from '../report/metrics.ts'
import type { Run } from '../run/load.ts'

/** Something that is wrong with a run. */
export interface Finding {
  /** Of the check that found it: `collapsed-latents`. */
  readonly name: string
  /** In one sentence. */
  readonly what: string
  /** What was measured, with its numbers. */
  readonly evidence: string
  /** Flags of `latentlab train` that are to be tried: `--beta 0:1@10`. */
  readonly try: string
}

/** Test examples, and what the model makes of them. */
export interface Specimens {
  /** `[n, D]`, binary draws where training binarises. */
  readonly x: HostTensor<'float32'>
  readonly labels?: readonly number[]
  /** Means of q(z|x), `[n, L]`; absent without an encoder. */
  readonly codes?: HostTensor<'float32'>
  /** Means of p(x|z) for these, `[n, D]`; absent where nothing is restored. */
  readonly restored?: HostTensor<'float32'>
}

/** A run under examination. */
export interface Patient {
  readonly config: RunConfig
  readonly data: DataSet
  /** All epochs, stage after stage. */
  readonly epochs: readonly EpochEvent[]
  /** The end of a training in numbers that are not finite. */
  readonly failure?: Extract<TrainingEvent, { type: 'failed' }>
  /** Absent where there is no checkpoint. */
  readonly trained?: { readonly run: Run; readonly specimens: Specimens }
}

/** One way in which a run can be ill. What does not apply to it finds nothing. */
export type Check = (patient: Patient) => Promise<Finding | undefined> | Finding | undefined
