import type { DataSet } from '../data/dataset.ts'
import type { KnownExamples } from '../data/examples.ts'
import { classesText } from '../data/labels.ts'
import { splitLabels } from '../data/rows.ts'
import type { ExampleInfo, ModelDefinition } from '../models/model.ts'
import { modelNamed } from '../models/registry.ts'
import { cellText } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { type BuiltModel, build } from '../train/build.ts'
import type { RunConfig } from './config.ts'
import { withNetworkFor } from './default-network.ts'

/**
 * Builds a model as it is configured, for a data set.
 *
 * @param definition the configured model's, if it is not a member of the family
 * @throws UserError if the likelihood does not fit the values of the data
 */
export function buildFor(
  config: RunConfig,
  data: DataSet,
  definition: ModelDefinition = modelNamed(config.model),
): BuiltModel {
  requireFittingLikelihood(String(config.options.likelihood ?? ''), data)
  return build(definition, config.options, infoOf(data))
}

/** What a model must know about examples. */
export function infoOf({ exampleShape, classes, classLabels }: KnownExamples): ExampleInfo {
  return {
    exampleShape,
    dimension: sizeOf(exampleShape),
    ...(classes !== undefined && { classes }),
    ...(classLabels && { classLabels }),
  }
}

/** A Bernoulli or categorical likelihood is defined for values in [0, 1] only. */
function requireFittingLikelihood(likelihood: string, data: DataSet): void {
  if (!/^(bernoulli|categorical)/.test(likelihood)) return
  for (const { name, store, rows } of Object.values(data.splits)) {
    if (store.dtype === 'uint8') continue
    const width = store.shape[1]!
    const outside = (row: number) =>
      store.data
        .subarray(row * width, (row + 1) * width)
        .findIndex((value) => !(value * data.scale >= 0 && value * data.scale <= 1))
    const row = rows.find((one) => outside(one) >= 0)
    if (row === undefined) continue
    const column = outside(row)
    throw new UserError(
      worded`likelihood: ${likelihood} is for values from 0 to 1, but in ${data.name} (${name} split) ${cellText(row * width + column, width)} is ${store.data[row * width + column]}; use ${option('likelihood', 'gaussian')}`,
    )
  }
}

/** Options of a training that nobody chose, so that the data may decide. */
export interface OpenOptions {
  /** Lowers the size of a batch to the number of training examples. */
  readonly fitsBatch?: boolean | undefined
  /** Takes convolutional networks for images larger than 32×32. */
  readonly fitsNetwork?: boolean | undefined
}

/**
 * The configuration with what identifies the data, and the size of the validation split that was cut.
 *
 * @param open what nobody chose, and the data may decide
 */
export function withData(
  resolved: RunConfig,
  data: DataSet,
  { fitsBatch = false, fitsNetwork = false }: OpenOptions = {},
): RunConfig {
  const config = fitsNetwork ? withNetworkFor(resolved, data) : resolved
  const { hash, exampleShape, form, classes, classLabels, classNames, splits } = data
  const example = {
    exampleShape,
    form,
    ...(classes !== undefined && { classes }),
    ...(classLabels && { classLabels }),
    ...(classNames && { classNames }),
  }
  const validation = splits.validation.rows.length
  const batch = Math.min(config.train.batch, splits.train.rows.length)
  return {
    ...config,
    data: { ...config.data, validation },
    train: fitsBatch ? { ...config.train, batch } : config.train,
    dataHash: hash,
    example,
  }
}

/**
 * Refuses data that a model cannot be trained on, before anything is written.
 *
 * @throws UserError if there is not even one full batch, or if examples lack the labels that the model needs
 */
export function requireTrainable({ train }: RunConfig, model: BuiltModel, data: DataSet): void {
  const { name } = model.definition
  const unlabelled = Object.values(data.splits).find((split) => split.rows.length && !split.labels)
  if (model.labels && unlabelled)
    throw new UserError(
      worded`labels: ${name} needs the class of every example, and those of the ${unlabelled.name} split have none; give ${option(unlabelled.name === 'test' ? 'testLabels' : 'labels')}`,
    )
  if (model.labels) requireEveryClass(name, data)
  if (model.fit) return
  const { length } = data.splits.train.rows
  if (train.batch > length)
    throw new UserError(
      worded`batch: ${train.batch} examples are more than the ${length} training examples; give a smaller ${option('batch')}, or leave it out`,
    )
}

/** A model that learns from labels must see every class. */
function requireEveryClass(model: string, data: DataSet): void {
  const seen = new Set(splitLabels(data, 'train'))
  const unseen = (data.classLabels ?? []).filter((label) => !seen.has(label))
  if (unseen.length > 0)
    throw new UserError(
      worded`labels: ${model} learns from labels, and no training example has ${classesText(unseen)}; leave out the examples of such classes, or choose another ${option('seed')}`,
    )
}
