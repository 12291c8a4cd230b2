import { z } from 'zod'
import { flag, integer, list, readBy, text } from '../config/options.ts'
import {
  choicesOf,
  expectedOf,
  expecting,
  isAdjustable,
  isFileName,
  naming,
  shapeOf,
  type UsedWith,
  usedWith,
} from '../config/schema-facts.ts'
import type { KnownExamples } from '../data/examples.ts'
import { type LayoutName, layoutSyntax } from '../data/layout.ts'
import { type NormalLabels, normalTexts } from '../data/normal.ts'
import {
  colours,
  fits,
  groundIn,
  groundSyntax,
  sizeIn,
  sizeSyntax,
} from '../data/pictures/reading.ts'
import { type AnyDefinition, definitionOf, isMember, isOwn } from '../models/definition.ts'
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

/** How pictures become examples. */
const pictureOptions = {
  size: text((value) => sizeIn(value) !== undefined, sizeSyntax)
    .optional()
    .describe(
      'pixels of the examples made of pictures: 64, or WIDTHxHEIGHT (default: the size that all pictures have)',
    ),
  fit: z
    .enum(fits)
    .optional()
    .describe(
      'what to do with pictures of another shape: crop, pad or stretch (default crop); only with size',
    ),
  colour: z
    .enum(colours)
    .optional()
    .describe('grey or rgb (default: grey if all pictures are grey, else rgb)'),
  ground: text((value) => groundIn(value) !== undefined, groundSyntax, ['white', 'black'])
    .optional()
    .describe(
      'what lies behind transparent pixels and beside padded pictures: white, black or #rrggbb (default white)',
    ),
  cache: flag()
    .default(true)
    .describe(
      'keep what takes long to read, such as decoded pictures, in the cache for the next start',
    ),
}

/** Labels as text, in one order, so that 0 and '0' make the same configuration. */
const normalLabels = () =>
  expecting(
    readBy(
      (value) => {
        const labels = list(value)
        return isLabels(labels) ? normalTexts(labels) : labels
      },
      z.array(z.string().min(1)).min(1),
    ) as unknown as z.ZodType<(string | number | boolean)[]>,
    'one label or more, such as 0 or ok,idle',
  )

const isLabels = (values: unknown): values is NormalLabels =>
  Array.isArray(values) &&
  values.every((value) => ['string', 'number', 'boolean'].includes(typeof value))

/** How a table is read, where the file does not say, and what its columns are. */
const tableFields = {
  schema: naming(z.string())
    .optional()
    .describe('file that says what each column of a table is, as inspect writes it'),
  label: z
    .string()
    .optional()
    .describe('column of a table that holds the labels (labels names a file of them)'),
  normal: normalLabels()
    .optional()
    .describe(
      'labels of normal examples, such as 0 or ok,idle: only these are learned from, and the others measure how well anomalies are found',
    ),
  missing: readBy(list, z.array(z.string()))
    .optional()
    .describe('texts of a table that stand for a missing value, instead of the usual ones'),
  standardise: flag()
    .default(true)
    .describe(
      'bring numeric columns of a table to mean 0 and standard deviation 1 where the likelihood is real-valued',
    ),
  separator: z
    .string()
    .optional()
    .describe('what separates the values of a CSV file: a character, or tab'),
  encoding: z
    .string()
    .optional()
    .describe('encoding of a text file, such as utf-8 or windows-1252'),
  header: flag()
    .optional()
    .describe('whether the first line of a CSV file holds the names of its columns'),
  decimal: z
    .enum(['point', 'comma'])
    .optional()
    .describe('decimal sign of a CSV file: point or comma'),
  comment: z
    .string()
    .optional()
    .describe('lines of a CSV file that begin with this text are skipped'),
  array: z.string().optional().describe('which array of an .npz archive holds the examples'),
}

/** The data that is trained on, and how it is split. */
export const dataConfig = z.strictObject({
  data: naming(z.string(), ['mnist', 'birdstrikes', 'penguins'])
    .default('mnist')
    .describe(
      'mnist, birdstrikes, penguins, a folder of pictures, or a file: a table (CSV, Parquet, JSON lines, ARFF), or arrays (.npy, .npz, IDX), also gzipped',
    ),
  labels: naming(z.string())
    .optional()
    .describe('file of labels, IDX (also .gz) or .npy (label names a column of a table)'),
  testData: naming(z.string())
    .optional()
    .describe('file of test examples, instead of cutting them off'),
  testLabels: naming(z.string()).optional().describe('labels of the test examples'),
  layout: (z.string() as unknown as z.ZodType<LayoutName>)
    .optional()
    .describe(
      `how to read the array of examples if its shape does not say: ${layoutSyntax} (default: [N, D] is a table, [N, H, W] images, of [N, A, B, C] the axis of 1, 3 or 4 is the channels)`,
    ),
  validation: integer(0)
    .optional()
    .describe(
      'examples held out of training for validation, chosen by seed (default: 5000, or a tenth if that is fewer; 0 for none)',
    ),
  test: integer(1)
    .optional()
    .describe('examples held out for testing if the data has no test set (default: a tenth)'),
  splitBy: z
    .string()
    .optional()
    .describe('column of a table that says train, validation or test in every row'),
  timeOrder: z
    .string()
    .optional()
    .describe(
      'column of dates, times or numbers: the latest rows are for testing, those before them for validation',
    ),
  group: z
    .string()
    .optional()
    .describe('column of a table whose groups are kept together: none is in two splits'),
  ...pictureOptions,
  binarize: z
    .enum(['none', 'static', 'dynamic'])
    .default('none')
    .describe(
      'draw 0 or 1 with the grey value as probability: none, static (once) or dynamic (afresh at every step)',
    ),
  ...tableFields,
})

export const computeConfig = z.strictObject({
  device: z.enum(['cpu', 'webgpu']).default('cpu').describe('what to compute with: cpu or webgpu'),
  threads: integer(0, 1024).default(0).describe('threads; 0 for one per core'),
  kernels: z
    .enum(['auto', 'onnx'])
    .default('auto')
    .describe(
      'what computes training steps: auto for native kernels where this machine can run them, onnx for plain ONNX',
    ),
})

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

/** One option of the command line or of a configuration file. */
export interface Option {
  readonly name: string
  readonly description: string
  readonly default: unknown
  /** Whether the flag stands alone, without a value. */
  readonly boolean: boolean
  /** Its values, if it is a choice among names, or some of them. */
  readonly choices?: readonly string[] | undefined
  /** Whether it names a file. */
  readonly file: boolean
  /** The values that it takes, in words to follow “expected”: `a whole number from 1 to 100`. */
  readonly expected?: string | undefined
  /** The other option, and the values of it, with which alone this one is used; absent where it is always used. */
  readonly usedWith?: UsedWith | undefined
  /** What it is about: the `model` itself, the `data`, its `training`, or the `computing`. */
  readonly section: OptionSection
  /** Whether it may change between two steps of a training. */
  readonly adjustable: boolean
}

export type OptionSection = 'model' | 'data' | 'training' | 'computing'

function optionsOf(schema: z.ZodType, section: OptionSection): Option[] {
  return Object.entries(shapeOf(schema)).map(([name, field]) => {
    const resolved = field.safeParse(undefined)
    const defaultValue = resolved.success ? resolved.data : undefined
    return {
      name,
      description: describe(field),
      default: defaultValue,
      boolean: typeof defaultValue === 'boolean',
      choices: choicesOf(field),
      file: isFileName(field),
      expected: expectedOf(field),
      usedWith: usedWith(field),
      section,
      adjustable: isAdjustable(field),
    }
  })
}

/** The description of a schema, or of what it wraps. */
function describe(field: z.ZodType): string {
  const inner = (field as unknown as { def: { innerType?: z.ZodType } }).def.innerType
  return field.description ?? (inner ? describe(inner) : '')
}

/**
 * All options of training a model, in the order in which help shows them.
 *
 * @param model the name of a member of the family, or a definition
 */
export function trainingOptions(model: string | AnyDefinition): Option[] {
  const { config, defaults = {} } = definitionOf(model)
  const preset = defaults as Readonly<Record<string, unknown>>
  return [
    ...optionsOf(config, 'model'),
    ...optionsOf(dataConfig, 'data'),
    ...optionsOf(trainConfig, 'training').map((option) => ({
      ...option,
      default: preset[option.name] ?? option.default,
    })),
    ...optionsOf(computeConfig, 'computing'),
  ]
}

/** Options of data that matter before a model is trained on it. */
const inspectedFields = z.strictObject(tableFields).pick({
  schema: true,
  label: true,
  normal: true,
  missing: true,
  separator: true,
  encoding: true,
  header: true,
  decimal: true,
  comment: true,
  array: true,
})

/** The options by which `inspect` reads a table, or an archive of arrays. */
export const inspectedOptions = (): Option[] => optionsOf(inspectedFields, 'data')

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
