import type { z } from 'zod'
import { shapeOf } from '../config/schema-facts.ts'
import type { KnownExamples } from '../data/examples.ts'
import { definitionOf, isMember, isOwn } from '../models/definition.ts'
import {
  formerOptions,
  withCurrentDataOptions,
  withCurrentOptions,
} from '../models/former-names.ts'
import type { ModelDefinition } from '../models/model.ts'
import { models } from '../models/registry.ts'
import { requireOptions } from '../tensor/checks.ts'
import { isRecord } from '../tensor/described.ts'
import { nearest, UserError } from '../tensor/errors.ts'
import { checked } from '../tensor/faults.ts'
import { worded } from '../tensor/wording.ts'
import { trainConfig } from '../train/config.ts'
import type { History } from '../train/history.ts'
import { parseHistory } from './adjustable.ts'

import { computeConfig, dataConfig, inspectedFields } from './data-options.ts'

/** The whole configuration of a run, fully resolved: `config.json`. */
export interface RunConfig {
  readonly format: 1
  readonly model: string
  readonly options: Readonly<Record<string, unknown>>
  readonly data: z.infer<typeof dataConfig>
  readonly train: z.infer<typeof trainConfig>
  readonly compute: z.infer<typeof computeConfig>
  /** SHA-256 of the data; absent until the data has been read. */
  readonly dataHash?: string
  /** What the examples are, so that a trained model reads others the same way, without its data. */
  readonly example?: KnownExamples
  /** Options that were changed on the way; those above have the values after the last change. */
  readonly history?: History
}

/** Reads them; throws UserError for a value that does not fit. */
export const resolveInspected = (given: Readonly<Record<string, unknown>>) =>
  parse(inspectedFields, given) as z.infer<typeof inspectedFields>

/** The sections of a run's configuration, with the schema of each; their options have one name each. */
const sectionsOf = ({ config }: ModelDefinition) => ({
  options: config,
  data: dataConfig,
  train: trainConfig,
  compute: computeConfig,
})

/**
 * Resolves options as they come from the command line, a configuration file or a caller, by name, into
 * the configuration of a run. `model` is the name of a member of the family, or a definition. Throws UserError
 * for an unknown name, naming the nearest, and for a value that does not fit.
 */
export function resolveConfig(given: Readonly<Record<string, unknown>>): RunConfig {
  requireOptions(given, 'options', undefined, UserError)
  const { model = 'vae', history, ...rest } = withCurrentDataOptions(given)
  const definition = definitionOf(model)
  requireOwnOptions(definition)
  const sections = sectionsOf(definition)
  const parts: Record<string, Record<string, unknown>> = {}
  const known = Object.values(sections).flatMap((schema) => Object.keys(shapeOf(schema)))
  for (const [name, value] of Object.entries(rest))
    if (value !== undefined && !known.includes(name)) throw unknownOption(name, known, definition)
  for (const [section, schema] of Object.entries(sections)) {
    const names = Object.keys(shapeOf(schema)).filter((name) => rest[name] !== undefined)
    const defaults = section === 'train' ? definition.defaults : {}
    const own = Object.fromEntries(names.map((name) => [name, rest[name]]))
    parts[section] = parse(schema, { ...defaults, ...own })
  }
  if (isOwn(definition)) requireStorable(definition, parts.options!)
  return {
    format: 1,
    model: definition.name,
    ...parts,
    ...(history !== undefined && { history: parseHistory(history, definition) }),
  } as unknown as RunConfig
}

/** Names that are not options of a configuration, but stand beside them where a model is trained. */
const BESIDE = [
  ...['model', 'out', 'onEvent', 'signal', 'history', 'format'],
  ...['keep', 'keepEvery', 'callSeconds', 'paused'],
]

/** A caller's own definition must not take the names of other options, nor set what is none. */
function requireOwnOptions(definition: ModelDefinition): void {
  if (!isOwn(definition)) return
  const { options, ...others } = sectionsOf(definition)
  const taken = [...BESIDE, ...Object.values(others).flatMap((schema) => Object.keys(schema.shape))]
  const both = Object.keys(shapeOf(options)).find((name) => taken.includes(name))
  if (both !== undefined)
    throw new UserError(
      `model.config: ${both} is an option of every training already; give the field of ${definition.name} another name`,
    )
  const { defaults = {}, name } = definition
  requireOptions(defaults, `the training of ${name}`, Object.keys(trainConfig.shape), UserError)
}

/** A run is read back from its config.json: its options must survive that. */
function requireStorable({ name, config }: ModelDefinition, options: object): void {
  const text = JSON.stringify(options)
  const again = config.safeParse(JSON.parse(text))
  if (!again.success || JSON.stringify(again.data) !== text)
    throw new UserError(
      `model.config: the options of ${name} change when they are written to config.json and read again; its schema must accept what it outputs: text, numbers, lists and objects`,
    )
}

function unknownOption(name: string, known: readonly string[], model: ModelDefinition): UserError {
  const owners = models.filter((other) => Object.hasOwn(shapeOf(other.config), name))
  const near = nearest(name, known)
  const current = Object.hasOwn(formerOptions, name) ? formerOptions[name] : undefined
  const hint = current ? `it is called ${current} now` : hintFor(model, known, owners, near)
  return new UserError(worded`${name}: ${model.name} has no such option; ${hint}`)
}

function hintFor(
  model: ModelDefinition,
  known: readonly string[],
  owners: readonly ModelDefinition[],
  near: string | undefined,
) {
  if (owners.length > 0)
    return {
      library: `it belongs to model ${owners.map((owner) => `'${owner.name}'`).join(', ')}`,
      commandLine: `it belongs to --model ${owners.map((owner) => owner.name).join(', ')}`,
    }
  if (near) return `did you mean ${near}?`
  if (isOwn(model)) return `known are ${known.join(', ')}`
  return {
    library: `see trainingOptions('${model.name}')`,
    commandLine: `see latentlab train --model ${model.name} --help`,
  }
}

function parse(schema: z.ZodType, values: Record<string, unknown>): Record<string, unknown> {
  const { data, fault } = checked(schema, values)
  if (!fault) return data as Record<string, unknown>
  const [field = 'options'] = fault.path
  throw new UserError(`${field}: ${fault.text}`)
}

/** Options by name, as `resolveConfig` takes them, from a resolved configuration. */
export function flatOptions(config: RunConfig): Record<string, unknown> {
  return {
    model: config.model,
    ...config.options,
    ...config.data,
    ...config.train,
    ...config.compute,
  }
}

/** Options of a configuration file. */
export interface FileOptions {
  readonly options: Record<string, unknown>
  /** Whether the file is the `config.json` of a run, which lists all options, not only those that were chosen. */
  readonly isOfRun: boolean
}

/** Options of a configuration file: flat options, or the `config.json` of a run, also of an older version. */
export const configFromJson = (text: string, name: string): Record<string, unknown> =>
  fileOptions(text, name).options

/** The same, and which of the two the file is. */
export function fileOptions(text: string, name: string): FileOptions {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    // The message quotes the text around the error, with its line breaks.
    const why = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ')
    throw new UserError(`${name}: not valid JSON (${why})`)
  }
  if (!isRecord(json)) throw new UserError(`${name}: expected an object of options`)
  if (Object.hasOwn(json, '__proto__')) throw new UserError(`${name}: __proto__ is not an option`)
  if (!('format' in json)) return { options: withCurrentOptions(json), isOfRun: false }
  const { history } = json
  const options = flatOptions(json as unknown as RunConfig)
  return {
    options: {
      ...(isMember(String(json.model)) ? withCurrentOptions(options) : options),
      ...(history !== undefined && { history }),
    },
    isOfRun: true,
  }
}
