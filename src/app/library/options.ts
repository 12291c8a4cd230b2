import type { z } from 'zod'
import type { family } from '../../models/registry.ts'
import type { trainConfig } from '../../train/config.ts'
import type { TrainingEvent } from '../../train/events.ts'
import type { computeConfig, dataConfig } from '../config.ts'

/** A list may be given as its only element, and every option may be left out. */
type Given<T> = {
  readonly [K in keyof T]?:
    | (T[K] extends readonly (infer E)[] ? readonly E[] | E : T[K])
    | undefined
}

type OptionsOf<M extends { readonly config: z.ZodType }> = Given<z.infer<M['config']>>

type Family = typeof family

/** A model's name with its own options: `{ model: 'vae', latent: 2, beta: 4 }`. */
export type ModelOptions =
  | ({ readonly model?: 'vae' | undefined } & OptionsOf<Family['vae']>)
  | { [M in keyof Family]: { readonly model: M } & OptionsOf<Family[M]> }[keyof Family]

/** How a model is fitted: `epochs`, `batch`, `optimizer`, `lr`, `seed` and the others of the command line. */
export type FitOptions = Given<z.infer<typeof trainConfig>>

/** What to compute with: `device` and `threads`. */
export type ComputeOptions = Given<z.infer<typeof computeConfig>>

/** How data is read, split and binarised. */
export type DataSplitOptions = Pick<
  Given<z.infer<typeof dataConfig>>,
  'layout' | 'validation' | 'test' | 'binarize'
>

/** How to follow and stop a training. */
export interface TrainingHooks {
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined
  /** Aborting ends the training after the call under way. */
  readonly signal?: AbortSignal | undefined
}
