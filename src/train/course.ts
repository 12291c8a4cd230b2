import { UserError } from '../tensor/errors.ts'
import { type BuiltModel, build } from './build.ts'
import type { TrainConfig } from './config.ts'
import {
  changesBy,
  configAt,
  type History,
  isSameValue,
  optionsAt,
  type Position,
} from './history.ts'

/** What a training follows: its options as they are after the last change, and all changes. */
export interface Settings {
  readonly config: TrainConfig
  /** Options of the model. */
  readonly options: Readonly<Record<string, unknown>>
  readonly history: History
}

/** What holds for a step. */
export interface InForce {
  readonly config: TrainConfig
  /** The model with its options of then. Models whose graphs are the same share their `stages`. */
  readonly model: BuiltModel
}

/**
 * The configuration and the model of each step of a training whose options change on the way. A value that a graph is
 * fed, as all schedules are, changes nothing of the graphs; for any other option, the model is built anew.
 */
export class Course {
  private readonly known = new Map<number, InForce>()

  /**
   * @param base the model as it is built for any of the settings
   * @param graphs models by the options that their graphs depend on
   */
  private constructor(
    readonly settings: Settings,
    private readonly base: BuiltModel,
    private readonly scheduled: () => readonly string[],
    private readonly graphs: Map<string, BuiltModel>,
  ) {}

  /**
   * @param traced makes all graphs of a training of the model: a model's scheduled options are known when they are made
   */
  static of(
    model: BuiltModel,
    { config, history }: Pick<Settings, 'config' | 'history'>,
    traced: () => void,
  ): Course {
    let names: readonly string[] | undefined
    const scheduled = () => {
      if (names === undefined) traced()
      names ??= [...model.schedules.keys()]
      return names
    }
    return new Course({ config, options: model.config, history }, model, scheduled, new Map())
  }

  /** The same training with other settings. */
  with(settings: Settings): Course {
    return new Course(settings, this.base, this.scheduled, this.graphs)
  }

  /**
   * What holds for a step, counted from 0.
   *
   * @throws UserError if the options of then do not fit the model, or would give it other parameters
   */
  at(position: Position): InForce {
    const { config, options, history } = this.settings
    const changes = changesBy(history, position)
    const known = this.known.get(changes)
    if (known) return known
    const found = {
      config: configAt(config, history, position),
      model: this.modelWith(optionsAt(options, history, position)),
    }
    this.known.set(changes, found)
    return found
  }

  /** The step of the same stage from which on the model has other options than at a step; Infinity if it keeps them. */
  modelUntil({ stage, step }: Position): number {
    const { model } = this.at({ stage, step })
    const next = this.settings.history.find(
      (change) =>
        change.stage === stage &&
        change.step > step &&
        changedOptions(model, this.at(change).model).length > 0,
    )
    return next?.step ?? Number.POSITIVE_INFINITY
  }

  private modelWith(options: Settings['options']): BuiltModel {
    if (isSameValue(options, this.base.config)) return this.base
    return { ...this.graphWith(options), config: options }
  }

  private graphWith(options: Settings['options']): BuiltModel {
    const scheduled = this.scheduled()
    const keyOf = (of: Settings['options']) =>
      JSON.stringify(Object.entries(of).filter(([name]) => !scheduled.includes(name)))
    const key = keyOf(options)
    if (key === keyOf(this.base.config)) return this.base
    const known = this.graphs.get(key)
    if (known) return known
    const { definition, info } = this.base
    const built = build(definition, options, info)
    requireSameParameters(this.base, built)
    this.graphs.set(key, built)
    return built
  }
}

/** Names of the options in which two models differ. */
export const changedOptions = (before: BuiltModel, after: BuiltModel): string[] =>
  Object.keys(after.config).filter((name) => !isSameValue(before.config[name], after.config[name]))

/** Refuses a model that cannot take the parameters of another one. */
function requireSameParameters(before: BuiltModel, after: BuiltModel): void {
  const described = ({ parameters }: BuiltModel) =>
    [...parameters.values()].map(({ name, shape }) => `${name} [${shape}]`).sort()
  if (isSameValue(described(before), described(after))) return
  const [name = 'options'] = changedOptions(before, after)
  throw new UserError(
    `${name}: ${String(after.config[name])} gives ${after.definition.name} other parameters than ${String(before.config[name])}, so it cannot be changed during a training; start another one`,
  )
}
