import type { DataSet, SplitName } from '../data/dataset.ts'
import type { FeatureSpace } from '../evaluate/generation/feature-space.ts'
import type { Runtime } from '../runtime/session.ts'
import type { TrainedModel } from '../train/trained.ts'

/** A model that was trained for an experiment, with the data that it was trained on. */
export interface TrainedRun extends TrainedModel {
  readonly runtime: Runtime
  data(): Promise<DataSet>
  /** Mean loss terms of a split without their weights, nats per example unless a term says otherwise. */
  evaluate(split: SplitName): Promise<{ readonly terms: Readonly<Record<string, number>> }>
}

/** What experiments are made with. */
export interface Laboratory {
  /** Of everything random. */
  readonly seed: number
  /** Float32, on all cores. */
  readonly runtime: Runtime
  /** Float64, for what is exact. */
  readonly reference: Runtime
  readonly signal?: AbortSignal | undefined
  /** MNIST as it comes, with 5000 examples for validation. */
  data(): Promise<DataSet>
  /** Where digits are compared: the features of a classifier of MNIST, and its classes. */
  features(): Promise<FeatureSpace>
  /**
   * A model, trained with the options of `latentlab train` by name. One of the same options that was trained
   * before, for this experiment or another, is not trained again; one that was interrupted goes on.
   */
  trained(options: Readonly<Record<string, unknown>>): Promise<TrainedRun>
  /** Tells what is under way. */
  tell(what: string): void
}
