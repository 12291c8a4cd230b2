import type { ModelDefinition } from '../../models/model.ts'
import type { Device, RuntimeOptions } from '../../runtime/session.ts'
import type { Position } from '../../train/history.ts'
import type { RunConfig } from '../config.ts'
import { changedConfig } from './changed-config.ts'
import { type DataSource, recordedSource } from './data-source.ts'
import { ARRAY } from './recorded-data.ts'

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
 * The configuration of a run that continues from a step with other options.
 *
 * @param from the step; the first if absent
 * @throws UserError for a value that does not fit
 */
export function resumedConfig(
  config: RunConfig,
  from: Position | undefined,
  { source = {}, model, lr, epochs, adjusted, threads, device, kernels }: ResumedOptions,
): RunConfig {
  const { data } = config
  const changes = {
    adjusted: { lr, epochs, ...adjusted },
    others: { threads, device, kernels, ...recordedSource(source) },
    unset: [
      ...(isFileForArrays(data.labels, source.data, source.labels) ? ['labels'] : []),
      ...(isFileForArrays(data.testLabels, source.testData, source.testLabels)
        ? ['testLabels']
        : []),
    ],
  }
  return changedConfig(config, from, changes, model)
}

/** A file that replaces arrays of examples and labels holds the labels too. */
const isFileForArrays = (
  stored: string | undefined,
  data: DataSource['data'],
  labels: DataSource['labels'],
): boolean => stored === ARRAY && typeof data === 'string' && labels === undefined
