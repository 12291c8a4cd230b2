import type { z } from 'zod'
import type { LearningRateSchedule } from '../config/options.ts'
import type { TableColumn } from '../distributions/columns/column.ts'
import type { Distribution } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import type { Floats, HostTensor } from '../tensor/host.ts'
import type { RowSource } from '../tensor/row-source.ts'

/** Shape and classes of the examples that a model is built for. */
export interface ExampleInfo {
  /** Shape of one example: `[1, 28, 28]`, or `[7]` for a table. */
  readonly exampleShape: readonly number[]
  /** Number of values of one example, D. */
  readonly dimension: number
  readonly classes?: number | undefined
  /** The label of each class; 0, 1, … by default. */
  readonly classLabels?: readonly number[] | undefined
  /** The columns of a table with kinds: an example is then a row of cells, NaN where a value is missing. */
  readonly columns?: readonly TableColumn[] | undefined
}

/** One batch, as the terms of a loss get it. */
export interface Batch extends Mode {
  /** Examples, `[B, D]`, normalised (and binarised, where that is asked for). */
  readonly x: Tensor
}

/**
 * How a number that belongs to many examples together, and is not a mean over them, is computed over a whole split,
 * independently of how that is cut into batches.
 */
export interface Joint {
  /** The arrays that it is computed from, with a row for each example: `[B, n]` each. */
  readonly rows: Readonly<Record<string, Tensor>>
  /** Computes the number from such rows of N examples, in float64. */
  readonly of: (rows: Readonly<Record<string, HostTensor<'float64'>>>) => number
  /** The fewest examples for which the number is defined; 1 by default. */
  readonly least?: number | undefined
  /** The most examples to use, where the work grows faster than their number. */
  readonly most?: number | undefined
}

/** A part of a loss. The objective is Σ weight · mean over the batch. */
export interface Term {
  /** Per example, `[B]`, or one number for the whole batch, `[]`; in nats unless `unit` says otherwise. */
  readonly value: Tensor
  /** What is minimised instead of the reported value, where the two differ: `[B]` or `[]`. */
  readonly minimized?: Tensor | undefined
  /** How whichever of these two is one number for the whole batch is computed over a split. */
  readonly joint?: Joint | undefined
  /** A scheduled or constant factor in the objective, not included in the reported value. */
  readonly weight?: Tensor | number | undefined
  /** Whether the term is part of the (negative) bound on log p(x). */
  readonly bound: boolean
  /** Number of draws per example that the value averages over, where it is more than one. */
  readonly samples?: number | undefined
  /** The unit, per example. */
  readonly unit?: string | undefined
  /** Whether it is only reported, and not part of the objective. */
  readonly metric?: boolean | undefined
}

export type Terms = Readonly<Record<string, Term>>

/** A loss, and the networks that it trains. */
export interface Phase<M> {
  /** The phase's name within the names of optimiser moments in checkpoints, where that is an older one. */
  readonly storedAs?: string | undefined
  /** The parameters that it trains, by prefixes of their names, such as `encoder`; all of them by default. */
  readonly trains?: readonly string[] | undefined
  readonly terms: (m: M, b: Batch) => Terms
}

/**
 * What a stage minimises: one loss, or named phases that each step goes through in order. A phase uses the
 * parameters as updated by the phases before it, or, with `together`, as they were at the start of the step.
 */
export interface Objective<M> {
  readonly terms?: Phase<M>['terms'] | undefined
  readonly trains?: readonly string[] | undefined
  readonly phases?: Readonly<Record<string, Phase<M>>> | undefined
  readonly together?: boolean | undefined
}

/** A part of a training with its own objective, epochs, optimiser and early stopping. */
export interface Stage<M> extends Objective<M> {
  readonly name: string
  /** Passes over the data; by default those of the training's configuration. */
  readonly epochs?: number | undefined
  /** Values that parameters are set to when the stage begins, by name, as expressions of all parameters. */
  readonly begin?: Readonly<Record<string, Tensor>> | undefined
}

/** A model definition with a configuration, its networks and the shape of the data. */
export interface Bound<C, N, Q extends Distribution = Distribution> {
  readonly config: C
  readonly networks: N
  readonly info: ExampleInfo
  /** A configuration field that is a schedule, as a scalar of the graph. */
  scheduled(field: keyof C & string): Tensor
  posterior(x: Tensor, mode: Mode): Q
  likelihood(z: Tensor, mode: Mode): Distribution
}

/** Defaults of training options that suit a model better than the general ones. */
export interface TrainingDefaults {
  readonly epochs?: number
  readonly batch?: number
  readonly lr?: number
  readonly schedule?: LearningRateSchedule
  readonly warmup?: number
  readonly beta1?: number
  readonly monitor?: string
}

/**
 * A model as a plain value: made by `defineModel`, varied by spreading and overriding. Which of `posterior`,
 * `likelihood`, `restore` and `prior` it has decides what the trained model can do; which of `terms`, `phases`,
 * `stages` and `fit`, how it is trained.
 */
export interface ModelDefinition<
  C extends object = object,
  N = unknown,
  Q extends Distribution = Distribution,
> extends Objective<Bound<C, N, Q>> {
  readonly name: string
  /** One line, for lists of models. */
  readonly summary: string
  readonly paper: string
  readonly config: z.ZodType<C>
  readonly defaults?: TrainingDefaults | undefined
  /** Builds the networks, creating their parameters. */
  readonly networks: (config: C, info: ExampleInfo, to: Parameters) => N
  /** q(z|x), where the model has an encoder. */
  readonly posterior?: ((m: Bound<C, N>, x: Tensor, mode: Mode) => Q) | undefined
  /** p(x|z), where the model decodes codes. */
  readonly likelihood?: ((m: Bound<C, N, Q>, z: Tensor, mode: Mode) => Distribution) | undefined
  /** p(x|x̃), of a network that maps examples to examples without a code in between. */
  readonly restore?: ((m: Bound<C, N, Q>, x: Tensor, mode: Mode) => Distribution) | undefined
  /** p(z) over codes `[B, L]`, where the model has one: then it can sample. */
  readonly prior?: ((m: Bound<C, N, Q>, shape: readonly number[]) => Distribution) | undefined
  /** q(x̃|x), where the model is trained to undo a corruption. */
  readonly corrupt?: ((m: Bound<C, N, Q>, x: Tensor, mode: Mode) => Tensor) | undefined
  /** What labels are used for: nothing, only the loss, or a condition that the networks always get. */
  readonly labels?: (config: C) => 'loss' | 'condition' | undefined
  /** The stages in order, where there is more than one. The last one's loss is the model's loss. */
  readonly stages?: ((m: Bound<C, N, Q>) => readonly Stage<Bound<C, N, Q>>[]) | undefined
  /** A closed form, computed on the host in place of training. */
  readonly fit?:
    | ((m: Bound<C, N, Q>, examples: RowSource, hooks: FitHooks) => Promise<Fitted>)
    | undefined
  /** The definition that replaces this one under some configurations. */
  readonly variant?: (config: C) => ModelDefinition | undefined
}

/** How to follow and stop the computation of a closed form. */
export interface FitHooks {
  readonly seed: number
  /** Called with the share of the work done so far, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Parameters by name. */
export type Fitted = Readonly<Record<string, Floats>>

/**
 * Defines a model. The types of its configuration and networks are inferred.
 *
 *     const sparse = defineModel({ ...ae, name: 'sparse-ae', config: ae.config.extend({ … }), … })
 */
export function defineModel<C extends object, N, Q extends Distribution, S extends z.ZodType<C>>(
  definition: ModelDefinition<C, N, Q> & { readonly config: S },
): ModelDefinition<C, N, Q> & { readonly config: S } {
  return definition
}
