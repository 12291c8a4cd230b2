import { z } from 'zod'
import { colours, fits } from '../../data/pictures/reading.ts'
import { storedTableForm } from '../../data/table/form.ts'
import { isMember } from '../../models/definition.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { modelNamed } from '../../models/registry.ts'
import { UserError } from '../../tensor/errors.ts'
import { checked } from '../../tensor/faults.ts'
import { sha256Digest } from '../../tensor/sha256.ts'
import { option, worded } from '../../tensor/wording.ts'
import { configFromJson, type RunConfig, resolveConfig } from '../config.ts'
import { withoutUnused } from '../unused-options.ts'
import { canonicalJson } from './canonical-json.ts'

const sizes = z.array(z.int().positive()).min(1)

/** What `config.json` holds; `resolveConfig` checks the options in it. */
// What is read is in this order, which is that in which it is written: a run that goes on keeps its text.
const stored = z.strictObject({
  format: z.literal(1),
  model: z.string(),
  options: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
  train: z.record(z.string(), z.unknown()),
  compute: z.record(z.string(), z.unknown()),
  dataHash: z.string().optional(),
  example: z
    .object({
      exampleShape: sizes,
      form: z
        .object({
          order: z.enum(['table', 'hw', 'chw', 'hwc']),
          stored: sizes,
          exampleShape: sizes,
          storage: z.enum(['uint8', 'float32']),
          scale: z.number().positive(),
          range: z.tuple([z.number(), z.number()]),
          picture: z
            .object({
              size: z.string().optional(),
              fit: z.enum(fits).optional(),
              colour: z.enum(colours),
              ground: z.string(),
            })
            .optional(),
          table: storedTableForm.optional(),
        })
        .optional(),
      classes: z.int().nonnegative().optional(),
      classLabels: z.array(z.int()).optional(),
      classNames: z.array(z.string()).optional(),
    })
    .optional(),
  history: z.array(z.unknown()).optional(),
  digest: z.string().optional(),
})

/**
 * The text of a run's `config.json`: the configuration without options that the model does not use, and a digest
 * that reveals an edited file.
 */
export function storedConfigText(config: RunConfig): string {
  // Changes come last, whenever they were made, so that equal configurations are equal texts.
  const { history, ...rest } = withoutUnused(config)
  const used = history === undefined ? rest : { ...rest, history }
  return `${JSON.stringify({ ...used, digest: digestOf(used) }, null, 2)}\n`
}

/** SHA-256 of a configuration's values, independent of their layout as text. */
function digestOf(config: object): string {
  const digest = sha256Digest()
  digest.update(new TextEncoder().encode(canonicalJson(config)))
  return digest.finish()
}

/** A configuration as it is stored. */
export interface StoredConfig {
  readonly config: RunConfig
  /** Whether the file has a digest; those of older versions have none. */
  readonly isSealed: boolean
}

/**
 * Reads the text of a run's `config.json`.
 *
 * @param path names the file in messages
 * @param definition of the run's model, if it is not one of the built-in models
 * @throws UserError where it is not what was written there, an option in it does not fit, or the definition is
 * missing or another's
 */
export function parseStoredConfig(
  text: string,
  path: string,
  definition?: ModelDefinition,
): StoredConfig {
  const options = configFromJson(text, path)
  const json = JSON.parse(text) as Record<string, unknown>
  const { data, fault } = checked(stored, json)
  if (fault) {
    const field = fault.path.length > 0 ? `${fault.path.join('.')}: ` : ''
    throw new UserError(`${path}: ${field}${fault.text}; this is not the configuration of a run`)
  }
  const { dataHash, example } = data
  const config = {
    ...resolved({ ...options, model: definitionOfRun(data.model, definition, path) }, path),
    ...(dataHash === undefined ? {} : { dataHash }),
    ...(example === undefined ? {} : { example: example as NonNullable<RunConfig['example']> }),
  }
  const { digest, ...content } = json
  if (digest !== undefined && digest !== digestOf(content))
    throw new UserError(
      worded`${path}: was edited after it was written (it does not match its digest); restore it: the options of a run change by ${{ library: 'resume', commandLine: 'flags of latentlab resume' }} only, such as ${option('lr')} and ${option('epochs')}`,
    )
  return { config, isSealed: digest !== undefined }
}

/** What the run's model is, by its name in the file `path`. */
function definitionOfRun(
  name: string,
  given: ModelDefinition | undefined,
  path: string,
): ModelDefinition {
  if (given && given.name !== name)
    throw new UserError(
      `model: ${path} is of a run of ${name}, and this is the definition of ${given.name}; give that of ${name}`,
    )
  if (given) return given
  if (isMember(name)) return modelNamed(name)
  throw new UserError(
    `${path}: ${name} is not one of the built-in models; only the library can load a run of your own definition: load(folder, { model: definition })`,
  )
}

function resolved(options: Readonly<Record<string, unknown>>, path: string): RunConfig {
  try {
    return resolveConfig(options)
  } catch (error) {
    throw error instanceof UserError ? new UserError(worded`${path}: ${error.wording}`) : error
  }
}
