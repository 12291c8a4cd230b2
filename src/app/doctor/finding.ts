import type { DataSet } from '../../data/dataset.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { HostTensor } from '../../tensor/host.ts'
import type { TrainedModel } from '../../train/trained.ts'
import type { RunConfig } from '../config.ts'
import type { EpochEvent } from '../report/metrics.ts'

/** Options by name, as `train` takes them: `{ lr: 0.001, clip: 1 }`. */
export type Options = Readonly<Record<string, string | number | boolean>>

/** What a finding suggests. */
export type Suggestion = Pick<Finding, 'try' | 'options'>

/** Something that is wrong with a run. */
export interface Finding {
  /** Name of the check that found it: `collapsed-latents`. */
  readonly name: string
  /** The problem, in one sentence. */
  readonly what: string
  /** What was measured, with its numbers. */
  readonly evidence: string
  /** What to try: options of `train` that the model accepts, `beta: '0:1@10'`, or what else, in words after “try to”. */
  readonly try: string
  /** Those options, by name, to be set for another training; absent where something else is to be done. */
  readonly options?: Options | undefined
  /** The finding that this one may be a consequence of: both have the same `try`. */
  readonly cause?: string | undefined
}

/** Test examples, and what the model computes from them. */
export interface TestOutputs {
  /** `[n, D]`, binary draws where training binarises; of a table what an encoder sees of its rows (`comparedRows`). */
  readonly x: HostTensor<'float32'>
  /** The cells that the network takes, of a table whose x are not its cells. */
  readonly cells?: HostTensor<'float32'> | undefined
  readonly labels?: readonly number[] | undefined
  /** Means of q(z|x), `[n, L]`; absent without an encoder. */
  readonly codes?: HostTensor<'float32'> | undefined
  /** Reconstructions, in the form of x and with its gaps; absent if the model makes none. */
  readonly restored?: HostTensor<'float32'> | undefined
}

/** A trained model as it is examined: of a run, or in memory. */
export interface ExaminedModel extends TrainedModel {
  readonly config: RunConfig
  readonly checkpoint: 'best' | 'last'
}

/** A run that the doctor examines, without what its model computes. */
export interface ExaminedCurves {
  readonly config: RunConfig
  /** The definition of the run's model, if it is not one of the built-in models and there is no checkpoint. */
  readonly definition?: ModelDefinition | undefined
  readonly data: DataSet
  /** All epochs, stage after stage. */
  readonly epochs: readonly EpochEvent[]
  /** What ended training, if a number was not finite: the event, or the error that training threw. */
  readonly failure?: { readonly message: string } | undefined
  /** Absent if there is no checkpoint. */
  readonly trained?:
    | { readonly run: ExaminedModel; readonly outputs?: TestOutputs | undefined }
    | undefined
}

/** A run that the doctor examines. */
export interface ExaminedRun extends ExaminedCurves {
  readonly trained?: { readonly run: ExaminedModel; readonly outputs: TestOutputs } | undefined
}

/** Looks for one problem; undefined if the run does not have it, or the check does not apply. */
export type Check = (examined: ExaminedRun) => Promise<Finding | undefined> | Finding | undefined

/** A check that computes nothing with the model: it takes next to no time. */
export type CurveCheck = (examined: ExaminedCurves) => Finding | undefined
