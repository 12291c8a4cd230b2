import type { LikelihoodUse } from '../data/array-columns.ts'
import type { DataSet } from '../data/dataset.ts'
import type { KnownExamples } from '../data/examples.ts'
import { classesText } from '../data/labels.ts'
import { chunksOf } from '../data/row-store.ts'
import type { ExampleInfo, ModelDefinition } from '../models/model.ts'
import { modelNamed } from '../models/registry.ts'
import { cellText } from '../tensor/described.ts'
import { UserError } from '../tensor/errors.ts'
import { sizeOf } from '../tensor/host.ts'
import { option, worded } from '../tensor/wording.ts'
import { type BuiltModel, build } from '../train/build.ts'
import type { RunConfig } from './config.ts'
import { dataConfig } from './data-options.ts'
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
export function infoOf({ exampleShape, form, classes, classLabels }: KnownExamples): ExampleInfo {
  return {
    exampleShape,
    dimension: sizeOf(exampleShape),
    ...(classes !== undefined && { classes }),
    ...(classLabels && { classLabels }),
    ...(form?.table && { columns: form.table.columns }),
  }
}

/** A Bernoulli or categorical likelihood is defined for values in [0, 1] only. */
function requireFittingLikelihood(likelihood: string, data: DataSet): void {
  if (!/^(bernoulli|categorical)/.test(likelihood)) return
  for (const { name, store, rows } of Object.values(data.splits)) {
    if (store.dtype === 'uint8') continue
    for (const chunk of chunksOf(store, rows)) {
      const at = chunk.values.findIndex(
        (value) => !(value * data.scale >= 0 && value * data.scale <= 1),
      )
      if (at < 0) continue
      const row = chunk.rows[Math.floor(at / store.width)]!
      const cell = cellText(row * store.width + (at % store.width), store.width)
      throw new UserError(
        worded`likelihood: ${likelihood} is for values from 0 to 1, but in ${data.name} (${name} split) ${cell} is ${chunk.values[at]}; use ${option('likelihood', 'gaussian')}`,
      )
    }
  }
}

/**
 * The configuration with what identifies the data, and the size of the validation split that was cut. Options that
 * nobody chose follow the data.
 *
 * @param chosen names of the options that somebody chose; all of them if absent
 * @param definition the configured model's, if it is not a member of the family
 */
export function withData(
  config: RunConfig,
  data: DataSet,
  { chosen, definition = modelNamed(config.model) }: FollowingData = {},
): RunConfig {
  const { hash, exampleShape, form, classes, classLabels, classNames, splits } = data
  const example = {
    exampleShape,
    form,
    ...(classes !== undefined && { classes }),
    ...(classLabels && { classLabels }),
    ...(classNames && { classNames }),
  }
  // Whole groups seldom have the number of rows that was asked for: asking for theirs could choose others.
  const isOfGroups = config.data.group !== undefined
  const validation = isOfGroups ? config.data.validation : splits.validation.rows.length
  const batch = Math.min(config.train.batch, splits.train.rows.length)
  const follows = (option: string) => chosen?.includes(option) === false
  const train = follows('batch') ? { ...config.train, batch } : config.train
  const options = withNetworkFor(config, data, chosen).options
  return {
    ...config,
    options: follows('likelihood') ? withLikelihood(options, definition, data) : options,
    data: inOrder({ ...config.data, validation }),
    train: follows('epochs') ? withEpochs(train, definition, data) : train,
    dataHash: hash,
    example,
  }
}

/** The options of the data in the order in which a configuration that is read again has them. */
const inOrder = (data: RunConfig['data']): RunConfig['data'] =>
  Object.fromEntries(
    Object.keys(dataConfig.shape).flatMap((name) =>
      name in data ? [[name, data[name as keyof typeof data]]] : [],
    ),
  ) as RunConfig['data']

/** Steps that a table gets at least, within the most epochs for it. */
const TABLE_STEPS = 2000
const MOST_EPOCHS = 500

/** For a table whose columns have kinds, more epochs than usual if there are few rows. */
function withEpochs(
  train: RunConfig['train'],
  { fit }: ModelDefinition,
  { form, splits }: DataSet,
): RunConfig['train'] {
  const steps = Math.floor(splits.train.rows.length / train.batch)
  if (!form.table || fit || steps === 0) return train
  const epochs = Math.min(MOST_EPOCHS, Math.ceil(TABLE_STEPS / steps))
  return { ...train, epochs: Math.max(train.epochs, epochs) }
}

/** The likelihood of a configured model, and whether somebody chose it. */
export const likelihoodUse = (
  { options: { likelihood } }: RunConfig,
  chosen?: readonly string[],
): LikelihoodUse | undefined =>
  typeof likelihood === 'string'
    ? { name: likelihood, isChosen: chosen?.includes('likelihood') ?? true }
    : undefined

export interface FollowingData {
  readonly chosen?: readonly string[] | undefined
  readonly definition?: ModelDefinition | undefined
}

/** For a table whose columns have kinds, the likelihood of its columns, or else the Gaussian that a model has. */
function withLikelihood(
  options: RunConfig['options'],
  { config }: ModelDefinition,
  { form }: DataSet,
): RunConfig['options'] {
  if (!form.table) return options
  const accepted = ['columns', 'gaussian']
    .map((likelihood) => ({ ...options, likelihood }))
    .find((changed) => config.safeParse(changed).success)
  return accepted ?? options
}

/**
 * Refuses data that a model cannot be trained on, before anything is written.
 *
 * @throws UserError if there is not even one full batch, or if examples lack the labels that the model needs
 */
export function requireTrainable({ train }: RunConfig, model: BuiltModel, data: DataSet): void {
  const { name } = model.definition
  if (model.labels && data.normal)
    throw new UserError(
      worded`${option('normal')}: ${name} learns from labels, and where only normal examples are learned from, labels never enter the model; leave ${option('normal')} out, or choose another ${option('model')}`,
    )
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
  const { labels, rows } = data.splits.train
  const seen = new Set<number>()
  for (const row of rows) seen.add(labels![row]!)
  const names: readonly (number | string)[] = data.classNames ?? data.classLabels ?? []
  const unseen = names.filter((_, index) => !seen.has(index))
  if (unseen.length > 0)
    throw new UserError(
      worded`labels: ${model} learns from labels, and no training example has ${classesText(unseen)}; leave out the examples of such classes, or choose another ${option('seed')}`,
    )
}
