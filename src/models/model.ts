import type { z } from 'zod'
import type { Distribution, Noise } from '../distributions/distribution.ts'
import { Tensor } from '../graph/tensor.ts'
import type { Mode } from '../nn/network.ts'
import { type Parameter, type Parameters, parameters } from '../nn/parameters.ts'
import type { Schedule } from './options.ts'

/** What a model must know of the data. */
export interface ExampleInfo {
  /** Shape of one example: `[1, 28, 28]`, or `[7]` for a table. */
  readonly exampleShape: readonly number[]
  /** Number of values of one example, D. */
  readonly dimension: number
  readonly classes?: number
}

/** One batch, as the terms of a loss see it. */
export interface Batch extends Mode {
  /** Examples, `[B, D]`, normalised (and binarised, where that is asked for). */
  readonly x: Tensor
  noise(stream: string): Noise
}

/** A part of a loss. The objective is Σ weight · mean over the batch. */
export interface Term {
  /** Per example, `[B]`, in nats unless the model says otherwise. */
  readonly value: Tensor
  /** A scheduled or constant factor in the objective; the reported value is without it. */
  readonly weight?: Tensor | number
  /** Whether the term is part of the (negative) bound on log p(x). */
  readonly bound: boolean
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

/**
 * A member of the family, as a plain value: made by `defineModel`, varied by spreading and overriding.
 * What a trained model can do follows from which of `posterior`, `likelihood` and `prior` it has.
 */
export interface ModelDefinition<
  C extends object = object,
  N = unknown,
  Q extends Distribution = Distribution,
> {
  readonly name: string
  /** One line for lists. */
  readonly summary: string
  readonly paper: string
  readonly config: z.ZodType<C>
  /** Builds the networks, creating their parameters. */
  networks(config: C, info: ExampleInfo, to: Parameters): N
  /** q(z|x). */
  posterior(m: Bound<C, N, Q>, x: Tensor, mode: Mode): Q
  /** p(x|z). */
  likelihood(m: Bound<C, N, Q>, z: Tensor, mode: Mode): Distribution
  /** p(z) over codes `[B, L]`, where the model has one: then it can sample. */
  prior?(m: Bound<C, N, Q>, shape: readonly number[]): Distribution
  terms(m: Bound<C, N, Q>, b: Batch): Readonly<Record<string, Term>>
}

/** States a model; the types of its configuration and networks are inferred. */
export function defineModel<C extends object, N, Q extends Distribution>(
  definition: ModelDefinition<C, N, Q>,
): ModelDefinition<C, N, Q> {
  return definition
}

/** Dimensions of the code: every encoder-decoder model's configuration states them. */
export interface HasLatent {
  readonly latent: number
}

/** A model ready to be turned into graphs, with its types erased: what all shared code works on. */
export interface BuiltModel {
  readonly definition: ModelDefinition
  readonly config: Readonly<Record<string, unknown>>
  readonly info: ExampleInfo
  readonly latent: number
  readonly parameters: ReadonlyMap<string, Parameter>
  /** Scheduled fields that the model has asked for, by name, with their inputs of the graph. */
  readonly schedules: ReadonlyMap<
    string,
    { readonly value: number | Schedule; readonly symbol: Tensor }
  >
  posterior(x: Tensor, mode: Mode): Distribution
  likelihood(z: Tensor, mode: Mode): Distribution
  prior: ((shape: readonly number[]) => Distribution) | undefined
  terms(b: Batch): Readonly<Record<string, Term>>
}

/** Builds a model's networks for data of the given shape. `config` has been parsed by its schema. */
export function build<C extends object, N, Q extends Distribution>(
  definition: ModelDefinition<C, N, Q>,
  config: C,
  info: ExampleInfo,
): BuiltModel {
  const collected = parameters()
  const schedules = new Map<string, { value: number | Schedule; symbol: Tensor }>()
  const bound: Bound<C, N, Q> = {
    config,
    info,
    networks: definition.networks(config, info, collected),
    scheduled(field) {
      const known = schedules.get(field)
      if (known) return known.symbol
      const symbol = Tensor.input(`schedule ${field}`, [])
      schedules.set(field, { value: config[field] as number | Schedule, symbol })
      return symbol
    },
    posterior: (x, mode) => definition.posterior(bound, x, mode),
    likelihood: (z, mode) => definition.likelihood(bound, z, mode),
  }
  const { prior } = definition
  return {
    definition: definition as unknown as ModelDefinition,
    config: config as Readonly<Record<string, unknown>>,
    info,
    latent: (config as unknown as HasLatent).latent,
    parameters: collected.all,
    schedules,
    posterior: bound.posterior,
    likelihood: bound.likelihood,
    prior: prior && ((shape) => prior(bound, shape)),
    terms: (b) => definition.terms(bound, b),
  }
}
