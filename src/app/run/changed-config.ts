import { definitionOf } from '../../models/definition.ts'
import type { ModelDefinition } from '../../models/model.ts'
import {
  type ChangeableOptions,
  changedAt,
  commonOptions,
  type Position,
} from '../../train/history.ts'
import { requireAdjustable } from '../adjustable.ts'
import { flatOptions, type RunConfig, resolveConfig } from '../config.ts'
import { requireUsed } from '../unused-options.ts'

/** What changes at a step of a run. Values that are undefined stay as they are. */
export interface Changes {
  /** Options of training steps and of the model, by name. */
  readonly adjusted?: Readonly<Record<string, unknown>> | undefined
  /** Options of computing and of the data, which change no result. */
  readonly others?: Readonly<Record<string, unknown>> | undefined
  /** Names of options of the data that are set no longer. */
  readonly unset?: readonly string[] | undefined
}

/**
 * The configuration of a run whose options change from a step on. It records what was changed and at which step, so that
 * it determines the whole training.
 *
 * @param at the step; the first if absent
 * @param model the definition of the run's model, if it is not one of the built-in models
 * @throws UserError for an option that cannot change, and for a value that does not fit
 */
export function changedConfig(
  config: RunConfig,
  at: Position | undefined,
  changes: Changes,
  model?: ModelDefinition,
): RunConfig {
  const { train, compute, data } = config
  const [adjusted, others] = [present(changes.adjusted), present(changes.others)]
  const definition = definitionOf(model ?? config.model)
  requireAdjustable(Object.keys(adjusted), definition)
  const given = { ...adjusted, ...others }
  // By the schemas of a new training, which also read text.
  const changed = resolveConfig({ ...flatOptions(config), ...given, ...(model && { model }) })
  // Where options of every run change nothing, those refuse them that know how far the training has come.
  const own = Object.keys(adjusted).filter((name) => !commonOptions.includes(name))
  requireUsed(own, changed, { definition })
  const wanted: ChangeableOptions = {
    ...chosen(flatOptions(changed), Object.keys(given)),
    ...Object.fromEntries((changes.unset ?? []).map((name) => [name, null])),
  }
  const now = {
    ...config.options,
    lr: train.lr,
    epochs: train.epochs,
    threads: compute.threads,
    device: compute.device,
    kernels: compute.kernels,
    data: data.data,
    labels: data.labels ?? null,
    testData: data.testData ?? null,
    testLabels: data.testLabels ?? null,
  }
  const { stage = 0, step = 0 } = at ?? {}
  const history = changedAt(config.history ?? [], { stage, step }, now, wanted)
  const { history: _, ...rest } = config
  return {
    ...rest,
    options: { ...config.options, ...chosen(wanted, Object.keys(config.options)) },
    train: { ...train, ...chosen(wanted, Object.keys(train)) },
    compute: { ...compute, ...chosen(wanted, Object.keys(compute)) },
    data: withoutNull({ ...data, ...chosen(wanted, ['data', 'labels', 'testData', 'testLabels']) }),
    ...(history.length > 0 && { history }),
  } as RunConfig
}

const present = (given: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))

const chosen = (given: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))

/** Without options that are no longer set. */
const withoutNull = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
