import type { z } from 'zod'
import type { Distribution } from '../distributions/distribution.ts'
import type { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import type { Parameters } from '../nn/parameters.ts'
import type { HostTensor } from '../tensor/host.ts'
import type { RowSource } from '../tensor/row-source.ts'

/** What a model must know of the data. */
export interface ExampleInfo {
  /** Shape of one example: `[1, 28, 28]`, or `[7]` for a table. */
  readonly exampleShape: readonly number[]
  /** Number of values of one example, D. */
  readonly dimension: number
  readonly classes?: number | undefined
  /** The label of each class; without it they are 0, 1, … */
  readonly classLabels?: readonly number[] | undefined
}

/** One batch, as the terms of a loss see it. */
export interface Batch extends Mode {
  /** Examples, `[B, D]`, normalised (and binarised, where that is asked for). */
  readonly x: Tensor
}

/**
 * A number of many examples together, which is no mean over them: how it is computed over a whole split, however
 * that is cut into batches.
 */
export interface Joint {
  /** What it is computed from, a row for each example: `[B, n]` each. */
  readonly rows: Readonly<Record<string, Tensor>>
  /** The number, in float64, of such rows of N examples. */
  readonly of: (rows: Readonly<Record<string, HostTensor<'float64'>>>) => number
  /** Examples below which there is no such number; 1 by default. */
  readonly least?: number | undefined
  /** Examples at most, where the work grows faster than their number. */
  readonly most?: number | undefined
}

/** A part of a loss. The objective is Σ weight · mean over the batch. */
export interface Term {
  /** Per example, `[B]`, or one number for the whole batch, `[]`; in nats unless `unit` says otherwise. */
  readonly value: Tensor
  /** What is minimised in its place, where that is not the value that is of interest: `[B]` or `[]`. */
  readonly minimized?: Tensor | undefined
  /** Over a split, what stands for the one of these two that is a number for the whole batch. */
  readonly joint?: Joint | undefined
  /** A scheduled or constant factor in the objective; the reported value is without it. */
  readonly weight?: Tensor | number | undefined
  /** Whether the term is part of the (negative) bound on log p(x). */
  readonly bound: boolean
  /** Draws for each example that the value is made of, where they are more than one. */
  readonly samples?: number | undefined
  /** What it is measured in, per example. */
  readonly unit?: string | undefined
  /** Reported, and not part of the objective. */
  readonly metric?: boolean | undefined
}

export type Terms = Readonly<Record<string, Term>>

/** A loss, and the networks that it moves. */
export interface Phase<M> {
  /** Its name in the checkpoints' optimiser moments, where that is an older one. */
  readonly storedAs?: string | undefined
  /** Parameters by the beginnings of their names, such as `encoder`; all of them by default. */
  readonly trains?: readonly string[] | undefined
  readonly terms: (m: M, b: Batch) => Terms
}

/**
 * What one stretch of a training minimises: a loss, or phases by name, which each step goes through. A
 * phase sees the parameters as those before it have left them, or, `together`, as they were at the start.
 */
export interface Objective<M> {
  readonly terms?: Phase<M>['terms'] | undefined
  readonly trains?: readonly string[] | undefined
  readonly phases?: Readonly<Record<string, Phase<M>>> | undefined
  readonly together?: boolean | undefined
}

/** A stretch of a training that has an objective, epochs, optimiser and early stopping of its own. */
export interface Stage<M> extends Objective<M> {
  readonly name: string
  /** Passes over the data; those of the training's configuration where it is absent. */
  readonly epochs?: number | undefined
  /** What parameters are set to when the stage begins, by their names, from all parameters. */
  readonly begin?: Readonly<Record<string, Tensor>> | undefined
}

/** A model bound to its configuration, its networks and the data's shape. */
export interface Bound<C, N, Q extends Distribution = Distribution> {
  readonly config: C
  readonly networks: N
  readonly info: ExampleInfo
  /** A configuration field that is a schedule, as a scalar of the graph. */
  scheduled(field: keyof C & string): Tensor
  posterior(x: Tensor, mode: Mode): Q
  likelihood(z: Tensor, mode: Mode): Distribution
}

/** Settings of the training that suit a model better than the general ones. */
export interface TrainingDefaults {
  readonly epochs?: number
  readonly batch?: number
  readonly lr?: number
  readonly schedule?: string
  readonly warmup?: number
  readonly beta1?: number
  readonly monitor?: string
}

/**
 * A member of the family, as a plain value: made by `defineModel`, varied by spreading and overriding.
 * What a trained model can do follows from which of `posterior`, `likelihood`, `restore` and `prior` it
 * has; how it is fitted, from which of `terms`, `phases`, `stages` and `fit`.
 */
export interface ModelDefinition<
  C extends object = object,
  N = unknown,
  Q extends Distribution = Distribution,
> extends Objective<Bound<C, N, Q>> {
  readonly name: string
  /** One line for lists. */
  readonly summary: string
  readonly paper: string
  readonly config: z.ZodType<C>
  readonly defaults?: TrainingDefaults | undefined
  /** Builds the networks, creating their parameters. */
  readonly networks: (config: C, info: ExampleInfo, to: Parameters) => N
  /** q(z|x), where the model has an encoder. */
  readonly posterior?: ((m: Bound<C, N, Q>, x: Tensor, mode: Mode) => Q) | undefined
  /** p(x|z), where the model decodes codes. */
  readonly likelihood?: ((m: Bound<C, N, Q>, z: Tensor, mode: Mode) => Distribution) | undefined
  /** p(x|x̃), of a network that maps examples to examples without a code between. */
  readonly restore?: ((m: Bound<C, N, Q>, x: Tensor, mode: Mode) => Distribution) | undefined
  /** p(z) over codes `[B, L]`, where the model has one: then it can sample. */
  readonly prior?: ((m: Bound<C, N, Q>, shape: readonly number[]) => Distribution) | undefined
  /** q(x̃|x), where the model is trained to undo it. */
  readonly corrupt?: ((m: Bound<C, N, Q>, x: Tensor, mode: Mode) => Tensor) | undefined
  /** What labels are for: nothing, the loss alone, or a condition that the networks always see. */
  readonly labels?: (config: C) => 'loss' | 'condition' | undefined
  /** Stages one after the other, where there is more than one; the last is what the model is judged by. */
  readonly stages?: ((m: Bound<C, N, Q>) => readonly Stage<Bound<C, N, Q>>[]) | undefined
  /** A closed form, computed on the host instead of any training. */
  readonly fit?:
    | ((m: Bound<C, N, Q>, examples: RowSource, hooks: FitHooks) => Promise<Fitted>)
    | undefined
  /** The definition that takes this one's place under a configuration, where one does. */
  readonly variant?: (config: C) => ModelDefinition | undefined
}

/** How a closed form is followed and stopped. */
export interface FitHooks {
  readonly seed: number
  /** Called with the share of the work that is done, 0 to 1. */
  readonly onProgress?: ((share: number) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Parameters by name. */
export type Fitted = Readonly<Record<string, HostTensor<'float32'>>>

/** States a model; the types of its configuration and networks are inferred. */
export function defineModel<C extends object, N, Q extends Distribution>(
  definition: ModelDefinition<C, N, Q>,
): ModelDefinition<C, N, Q> {
  return definition
}
