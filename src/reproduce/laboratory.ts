import type { DataSet, SplitName } from '../data/dataset.ts'
import type { FeatureSpace } from '../evaluate/generation/feature-space.ts'
import type { Runtime } from '../runtime/session.ts'
import type { TrainedModel } from '../train/trained.ts'

/** A trained model's own data, and its loss on it. */
export interface WithData {
  data(): Promise<DataSet>
  /** Mean unweighted loss terms of a split, in nats per example unless a term says otherwise. */
  evaluate(split: SplitName): Promise<{ readonly terms: Readonly<Record<string, number>> }>
}

/** What experiments work with. */
export interface Laboratory {
  /** The seed of everything random. */
  readonly seed: number
  /** Float32, on all cores. */
  readonly runtime: Runtime
  /** Float64, for exact comparisons. */
  readonly reference: Runtime
  readonly signal?: AbortSignal | undefined
  /** MNIST as it comes, with 5000 examples held out for validation. */
  data(): Promise<DataSet>
  /** The features in which digits are compared, of a classifier of MNIST, and its classes. */
  features(): Promise<FeatureSpace>
  /**
   * A model trained with the options of `latentlab train`. A model with the same options is trained only once, for
   * this experiment or another; an interrupted training is resumed.
   */
  trained(options: Readonly<Record<string, unknown>>): Promise<TrainedModel & WithData>
  /** Reports the current stage of the work. */
  onStage(what: string): void
}
