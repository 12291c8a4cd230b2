import type { DataSet } from '../data/dataset.ts'
import { modelNamed } from '../models/registry.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/host.ts'
import { type BuiltModel, build } from '../train/build.ts'
import type { RunConfig } from './config.ts'

/**
 * Builds the configured model for a data set.
 *
 * @throws UserError where the likelihood is not about values such as the data's
 */
export function buildFor(config: RunConfig, data: DataSet): BuiltModel {
  const { exampleShape, classes } = data
  const dimension = sizeOf(exampleShape)
  const info = { exampleShape, dimension, ...(classes === undefined ? {} : { classes }) }
  const definition = modelNamed(config.model)
  requireFittingLikelihood(String(config.options.likelihood ?? ''), data)
  return build(definition, config.options, info)
}

/** A Bernoulli or categorical likelihood is about values in [0, 1]; others would have no likelihood. */
function requireFittingLikelihood(likelihood: string, data: DataSet): void {
  if (!/^(bernoulli|categorical)/.test(likelihood)) return
  const { dtype, data: values } = data.splits.train.store
  if (dtype === 'uint8') return
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low * data.scale < 0 || high * data.scale > 1)
    throw new UserError(
      `likelihood: ${likelihood} is for values from 0 to 1, but ${data.name} has values from ${low} to ${high}; use --likelihood gaussian`,
    )
}

/** The configuration with what identifies the data, and the sizes of the splits as they came out. */
export function withData(config: RunConfig, data: DataSet): RunConfig {
  const { hash, exampleShape, classes, splits } = data
  const example = { exampleShape, ...(classes === undefined ? {} : { classes }) }
  const validation = splits.validation.rows.length
  return { ...config, data: { ...config.data, validation }, dataHash: hash, example }
}

/**
 * Refuses what a model cannot be trained on, before anything is written.
 *
 * @throws UserError where not even one batch can be filled, and where examples lack the labels that the
 * model needs
 */
export function requireTrainable({ train }: RunConfig, model: BuiltModel, data: DataSet): void {
  const { name } = model.definition
  const unlabelled = Object.values(data.splits).find((split) => split.rows.length && !split.labels)
  if (model.labels && unlabelled)
    throw new UserError(
      `labels: ${name} needs the class of every example, and those of the ${unlabelled.name} split have none; give --${unlabelled.name === 'test' ? 'test-labels' : 'labels'}`,
    )
  if (model.fit) return
  const { length } = data.splits.train.rows
  if (train.batch > length)
    throw new UserError(
      `batch: ${train.batch} examples are more than the ${length} that there are for training`,
    )
}
