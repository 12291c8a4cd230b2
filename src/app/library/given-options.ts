import type { TableSchema } from '../../data/table/schema.ts'
import { schemaFromJson } from '../../data/table/schema-file.ts'
import { formerDataOptions } from '../../models/former-names.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { requireOptions, requireSignal, requireText } from '../../tensor/checks.ts'
import { described, isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type RunConfig, resolveConfig } from '../config.ts'
import { dataConfig } from '../data-options.ts'
import { requireUsed } from '../unused-options.ts'
import type { DataSplitOptions, TrainingHooks } from './options.ts'

/** Options that say where data is. */
export const sources = ['data', 'labels', 'testData', 'testLabels']

/** Names of the options that say how data is read, split and binarised, also the former ones. */
export const splitOptionNames = [
  ...Object.keys(dataConfig.shape).filter((name) => !sources.includes(name)),
  ...Object.keys(formerDataOptions),
  'seed',
] as readonly (keyof DataSplitOptions | 'seed')[]

/**
 * How data is to be read and split, with its defaults, as a training would read it.
 *
 * @throws UserError for a value that does not fit
 */
export function splitOptions(
  options: DataSplitOptions & { readonly seed?: number | undefined },
): Omit<RunConfig['data'], 'data' | 'labels' | 'testData' | 'testLabels'> & {
  readonly seed: number
} {
  const given = Object.fromEntries(splitOptionNames.map((name) => [name, options[name]]))
  const { data, train } = resolveConfig(given)
  const { data: _, labels, testData, testLabels, ...split } = data
  return { ...split, seed: train.seed }
}

/**
 * The configuration of a training, and the names of the options that were chosen: others may follow the data.
 *
 * @param options of a call of `train`, other than those of data and hooks
 * @param data what the configuration records of the data
 * @throws UserError for a value that does not fit, and for an option that the model does not use
 */
export function trainingOf(
  options: object,
  definition: ModelDefinition,
  data: Readonly<Record<string, unknown>>,
): { config: RunConfig; chosen: readonly string[] } {
  const config = resolveConfig({ ...options, ...data, model: definition })
  const chosen = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  )
  requireUsed(chosen, config, { definition, allowed: 'defaults' })
  return { config, chosen }
}

/** Throws UserError for what can neither follow nor stop a training. */
export function requireHooks({ onEvent, signal }: TrainingHooks): void {
  if (onEvent !== undefined && typeof onEvent !== 'function')
    throw new UserError(`onEvent: expected a function, got ${described(onEvent)}`)
  requireSignal(signal, UserError)
}

/** Throws UserError for what is not the folder of a run with options of these names. */
export function requireFolder(
  folder: string,
  of: string,
  options: object,
  known: readonly string[],
): void {
  requireText(folder, 'folder', 'the folder of a run', UserError)
  requireOptions(options, of, known, UserError)
}

/** A schema as a caller gives it. Throws UserError for one that is none, naming the field. */
export function givenSchema(schema: TableSchema | undefined): TableSchema | undefined {
  if (schema === undefined) return undefined
  if (!isRecord(schema))
    throw new UserError(
      `schema: expected an object, as the schema of describeTable, got ${described(schema)}`,
    )
  return schemaFromJson(JSON.stringify(schema), 'schema')
}
