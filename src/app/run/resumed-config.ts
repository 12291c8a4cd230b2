import { definitionOf } from '../../models/definition.ts'
import type { ModelDefinition } from '../../models/model.ts'
import type { Device, RuntimeOptions } from '../../runtime/session.ts'
import { type ChangeableOptions, changedAt, type Position } from '../../train/history.ts'
import { requireAdjustable } from '../adjustable.ts'
import { flatOptions, type RunConfig, resolveConfig } from '../config.ts'
import { requireUsed } from '../unused-options.ts'
import { ARRAY, type DataSource, recordedSource } from './data-source.ts'

/** Options that a run may be resumed with. */
export interface ResumedOptions {
  /** The definition of the run's model, if it is not one of the built-in models. */
  readonly model?: ModelDefinition | undefined
  /** Learning rate of the steps from here on; its schedule and warm-up continue unchanged. */
  readonly lr?: number | string | undefined
  /** A new total number of epochs; of the last stage, if there are several. */
  readonly epochs?: number | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  readonly kernels?: RuntimeOptions['kernels']
  /** Options of the model from here on, by name: those whose schemas say that they may change. */
  readonly adjusted?: Readonly<Record<string, unknown>> | undefined
  /** Where the data is read from now, or the arrays that the run was trained on. */
  readonly source?: DataSource | undefined
}

/**
 * The configuration of a run that continues from a step with other options. It records what was changed and
 * at which step, so that it determines the whole training.
 *
 * @param from the step; the first if absent
 *
 * @throws UserError for a value that does not fit
 */
export function resumedConfig(
  config: RunConfig,
  from: Position | undefined,
  { source = {}, model, adjusted = {}, ...options }: ResumedOptions,
): RunConfig {
  const { train, compute, data } = config
  const isGiven = (name: string) => adjusted[name] !== undefined
  const definition = definitionOf(model ?? config.model)
  requireAdjustable(Object.keys(adjusted).filter(isGiven), definition)
  const given = Object.fromEntries(
    Object.entries({ ...options, ...adjusted, ...recordedSource(source) }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  // By the schemas of a new training, which also read text.
  const changed = resolveConfig({ ...flatOptions(config), ...given, ...(model && { model }) })
  requireUsed(Object.keys(adjusted).filter(isGiven), changed, { definition })
  const resolved = flatOptions(changed)
  const wanted: ChangeableOptions = {
    ...chosen(resolved, Object.keys(given)),
    ...(isFileForArrays(data.labels, source.data, source.labels) && { labels: null }),
    ...(isFileForArrays(data.testLabels, source.testData, source.testLabels) && {
      testLabels: null,
    }),
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
  const { stage = 0, step = 0 } = from ?? {}
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

/** A file that replaces arrays of examples and labels holds the labels too. */
const isFileForArrays = (
  stored: string | undefined,
  data: DataSource['data'],
  labels: DataSource['labels'],
): boolean => stored === ARRAY && typeof data === 'string' && labels === undefined

const chosen = (given: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))

/** Without options that are no longer set. */
const withoutNull = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
