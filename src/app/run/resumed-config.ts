import type { ModelDefinition } from '../../models/model.ts'
import type { Device } from '../../runtime/session.ts'
import type { Checkpoint } from '../../train/checkpoint.ts'
import { type ChangeableOptions, changedAt } from '../../train/history.ts'
import { flatOptions, type RunConfig, resolveConfig } from '../config.ts'
import { ARRAY, type DataPlace, recordedPlace } from './data.ts'

/** Options that a run may be resumed with. */
export interface ResumedOptions {
  /** The definition of the run's model, where it is no member of the family. */
  readonly model?: ModelDefinition | undefined
  /** Learning rate of the steps from here on; its schedule and warm-up go on as they were. */
  readonly lr?: number | string | undefined
  /** A new total of epochs; of the last stage, where there are several. */
  readonly epochs?: number | undefined
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  /** Where the data is now, or the arrays that the run was trained on. */
  readonly place?: DataPlace | undefined
}

/**
 * The configuration of a run that goes on from a checkpoint under other options, with what was changed and at
 * which step, so that the whole training follows from it.
 *
 * @throws UserError for a value that does not fit
 */
export function resumedConfig(
  config: RunConfig,
  from: Checkpoint | undefined,
  { place = {}, model, ...options }: ResumedOptions,
): RunConfig {
  const { train, compute, data } = config
  const given = Object.fromEntries(
    Object.entries({ ...options, ...recordedPlace(place) }).filter(
      ([, value]) => value !== undefined,
    ),
  )
  // By the schemas of a new training, which also read text.
  const resolved = flatOptions(
    resolveConfig({ ...flatOptions(config), ...given, ...(model && { model }) }),
  )
  const wanted: ChangeableOptions = {
    ...chosen(resolved, Object.keys(given)),
    ...(isFileForArrays(data, place) && { labels: null }),
  }
  const now = {
    lr: train.lr,
    epochs: train.epochs,
    threads: compute.threads,
    device: compute.device,
    data: data.data,
    labels: data.labels ?? null,
    testData: data.testData ?? null,
    testLabels: data.testLabels ?? null,
  }
  const { stage = 0, step = 0 } = from?.progress ?? {}
  const history = changedAt(config.history ?? [], { stage, step }, now, wanted)
  const { history: _, ...rest } = config
  return {
    ...rest,
    train: { ...train, ...chosen(wanted, Object.keys(train)) },
    compute: { ...compute, ...chosen(wanted, Object.keys(compute)) },
    data: withoutNull({ ...data, ...chosen(wanted, ['data', 'labels', 'testData', 'testLabels']) }),
    ...(history.length > 0 && { history }),
  } as RunConfig
}

/** A file that takes the place of arrays of examples and labels holds the labels, too. */
const isFileForArrays = ({ labels }: RunConfig['data'], place: DataPlace): boolean =>
  labels === ARRAY && typeof place.data === 'string' && place.labels === undefined

const chosen = (given: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)))

/** Without what is not set any more. */
const withoutNull = (values: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
