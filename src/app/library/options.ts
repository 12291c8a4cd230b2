import type { z } from 'zod'
import type { AnyDefinition } from '../../models/definition.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { Given } from './given-types.ts'
import type {
  ComputeOptions,
  FitOptions,
  OptionsByModel,
  DataSplitOptions as PresentDataOptions,
} from './option-types.ts'

export type { ComputeOptions, FitOptions } from './option-types.ts'

/** How data is read, split and binarised. */
export interface DataSplitOptions extends PresentDataOptions {
  /** @deprecated The former name of `label`. */
  readonly labelColumn?: string | undefined
}

/** A member of the family. */
export type ModelName = keyof OptionsByModel

/** What `model` may be: a member of the family by its name, or a definition. */
export type ModelChoice = ModelName | AnyDefinition

/**
 * A model with the options that it has for itself: `{ model: 'vae', latent: 2, beta: 4 }`, or those of the
 * `config` of a definition. Without `model` it is a `vae`.
 */
export type ModelOptions<M extends ModelChoice = ModelName> = M extends 'vae'
  ? { readonly model?: M | undefined } & OptionsByModel['vae']
  : M extends ModelName
    ? { readonly model: M } & OptionsByModel[M]
    : M extends { readonly config: z.ZodType<infer C> }
      ? { readonly model: M } & Given<C>
      : never

/** Lets the compiler see which model the options of a call are about. */
export interface ChosenModel<M extends ModelChoice> {
  /** The name of a member of the family (default `vae`), or a definition of your own. */
  readonly model?: M | undefined
}

/** How to follow and stop a training. */
export interface TrainingHooks {
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
  /** Aborting ends the training after the call under way. */
  readonly signal?: AbortSignal | undefined
}

/** The options of a training in Node and in the browser alike: all but the data, and where to write. */
export type TrainingOptions<M extends ModelChoice> = ModelOptions<M> &
  FitOptions &
  ComputeOptions &
  DataSplitOptions &
  TrainingHooks

/** Options without the file of a schema, in whose place the library takes a schema, too. */
export type WithoutSchema<O> = O extends unknown ? Omit<O, 'schema'> : never
