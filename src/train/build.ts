import type { Distribution } from '../distributions/distribution.ts'
import { Tensor } from '../graph/tensor.ts'
import type {
  Batch,
  Bound,
  ExampleInfo,
  FitHooks,
  Fitted,
  ModelDefinition,
  Phase,
  Stage,
  Terms,
} from '../models/model.ts'
import type { Mode } from '../nn/network.ts'
import { type Parameter, parameters } from '../nn/parameters.ts'
import type { Arrays } from '../runtime/session.ts'
import { UserError } from '../tensor/errors.ts'
import type { RowSource } from '../tensor/row-source.ts'
import { option, worded } from '../tensor/wording.ts'

export interface BuiltPhase {
  /** Empty if it is the only one of its stage. */
  readonly name: string
  /** Its name in checkpoints. */
  readonly storedName: string
  /** The parameters that it moves. */
  readonly trains: readonly Parameter[]
  terms(b: Batch): Terms
}

export interface BuiltStage {
  /** Empty if it is the only one. */
  readonly name: string
  readonly epochs: number | undefined
  readonly phases: readonly BuiltPhase[]
  readonly together: boolean
  readonly begin: Readonly<Record<string, Tensor>>
}

/** A model whose networks are built, with its types erased: all shared code works on this. */
export interface BuiltModel {
  readonly definition: ModelDefinition
  readonly config: Readonly<Record<string, unknown>>
  readonly info: ExampleInfo
  /** Dimensions of the code; 0 where the model has none. */
  readonly latent: number
  readonly parameters: ReadonlyMap<string, Parameter>
  /**
   * The graph inputs of the scheduled fields of `config` that the model uses, by name. A field is here once a graph that
   * uses it has been made.
   */
  readonly schedules: ReadonlyMap<string, Tensor>
  /** How labels are used; undefined if they are not. */
  readonly labels: 'loss' | 'condition' | undefined
  /** Training stages in order; the model is judged by the last. */
  readonly stages: readonly BuiltStage[]
  /** q(z|x). */
  readonly posterior: ((x: Tensor, mode: Mode) => Distribution) | undefined
  /** p(x|z). */
  readonly likelihood: ((z: Tensor, mode: Mode) => Distribution) | undefined
  /** p(x|input) of a model that restores its input, through a code or directly. */
  readonly restore: ((x: Tensor, mode: Mode) => Distribution) | undefined
  readonly prior: ((shape: readonly number[]) => Distribution) | undefined
  /** q(x̃|x), the corruption that the model learns to undo. */
  readonly corrupt: ((x: Tensor, mode: Mode) => Tensor) | undefined
  /** Computes the parameters in closed form, instead of training. */
  readonly fit: ((examples: RowSource, hooks: FitHooks) => Promise<Fitted>) | undefined
}

/**
 * Builds a model's networks for data of the given shape.
 *
 * @param config options that the model's schema has parsed
 * @throws UserError if the model needs classes and the data has none
 */
export function build<C extends object, N, Q extends Distribution>(
  given: ModelDefinition<C, N, Q>,
  config: C,
  info: ExampleInfo,
): BuiltModel {
  const variant = given.variant?.(config) as ModelDefinition<C, N, Q> | undefined
  const definition = variant ? { ...variant, name: given.name } : given
  const labels = definition.labels?.(config)
  if (labels && info.classes === undefined)
    throw new UserError(
      worded`${definition.name} needs the classes of its examples; give ${option('labels')}`,
    )
  const collected = parameters()
  const schedules = new Map<string, Tensor>()
  const { posterior, likelihood, restore, prior, corrupt, fit } = definition
  const missing = (what: string) => (): never => {
    throw new Error(`${definition.name} has no ${what}`)
  }
  const m: Bound<C, N, Q> = {
    config,
    info,
    networks: definition.networks(config, info, collected),
    scheduled(field) {
      const known = schedules.get(field)
      if (known) return known
      const symbol = Tensor.input(`schedule ${field}`, [])
      schedules.set(field, symbol)
      return symbol
    },
    posterior: posterior ? (x, mode) => posterior(m, x, mode) : missing('encoder'),
    likelihood: likelihood ? (z, mode) => likelihood(m, z, mode) : missing('decoder'),
  }
  const all = [...collected.all.values()].filter((parameter) => parameter.trained)
  const stages = definition.stages?.(m) ?? [{ ...definition, name: '' }]
  return {
    definition: definition as unknown as ModelDefinition,
    config: config as Readonly<Record<string, unknown>>,
    info,
    latent: posterior || likelihood ? ((config as { latent?: number }).latent ?? 0) : 0,
    parameters: collected.all,
    schedules,
    labels,
    stages: stages.map((stage) => builtStage(stage, m, all)),
    posterior: posterior && m.posterior,
    likelihood: likelihood && m.likelihood,
    restore: restore
      ? (x, mode) => restore(m, x, mode)
      : posterior && likelihood && ((x, mode) => m.likelihood(m.posterior(x, mode).mean(), mode)),
    prior: prior && ((shape) => prior(m, shape)),
    corrupt: corrupt && ((x, mode) => corrupt(m, x, mode)),
    fit: fit && ((examples, hooks) => fit(m, examples, hooks)),
  }
}

function builtStage<M>(stage: Stage<M>, m: M, parameters: readonly Parameter[]): BuiltStage {
  const { name, epochs, trains, terms, together = false, begin = {} } = stage
  const phases: Readonly<Record<string, Phase<M>>> =
    stage.phases ?? (terms ? { '': { terms, trains } } : {})
  return {
    name,
    epochs,
    together,
    begin,
    phases: Object.entries(phases).map(
      ([phase, { storedAs = phase, trains: prefixes, terms: loss }]) => ({
        name: phase,
        storedName: storedAs,
        trains: prefixes ? chosen(parameters, prefixes) : parameters,
        terms: (b) => loss(m, b),
      }),
    ),
  }
}

/** The parameters whose names are, or begin with, one of the prefixes. */
function chosen(parameters: readonly Parameter[], prefixes: readonly string[]): Parameter[] {
  return parameters.filter(({ name }) =>
    prefixes.some((prefix) => name === prefix || name.startsWith(`${prefix}.`)),
  )
}

/** The terms of all phases of a stage. */
export function stageTerms(stage: BuiltStage, b: Batch): Terms {
  const all: Record<string, Terms[string]> = {}
  for (const phase of stage.phases)
    for (const [name, term] of Object.entries(phase.terms(b))) {
      if (Object.hasOwn(all, name)) throw new Error(`two terms are called ${name}`)
      all[name] = term
    }
  return all
}

/** A model's parameters, picked from arrays that also hold others, such as an optimiser's moments. */
export const parametersIn = (model: BuiltModel, arrays: Arrays): Arrays =>
  Object.fromEntries([...model.parameters.keys()].map((name) => [name, arrays[name]!]))

/** The stage that a model is judged by. */
export const lastStage = (model: BuiltModel): BuiltStage => model.stages.at(-1)!
