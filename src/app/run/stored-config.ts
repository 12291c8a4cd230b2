import { createHash } from 'node:crypto'
import { z } from 'zod'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import { configFromJson, type RunConfig, resolveConfig } from '../config.ts'
import { canonicalJson } from './canonical-json.ts'

const sizes = z.array(z.int().positive()).min(1)

/** What `config.json` holds; the options in it are judged by `resolveConfig`. */
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
      classes: z.int().nonnegative().optional(),
      classLabels: z.array(z.int()).optional(),
      form: z
        .object({
          order: z.enum(['table', 'hw', 'chw', 'hwc']),
          stored: sizes,
          exampleShape: sizes,
          storage: z.enum(['uint8', 'float32']),
          scale: z.number().positive(),
          range: z.tuple([z.number(), z.number()]),
        })
        .optional(),
    })
    .optional(),
  history: z.array(z.unknown()).optional(),
  digest: z.string().optional(),
})

/** The text of a run's `config.json`: the configuration, and a digest by which an edited file is known. */
export function storedConfigText(config: RunConfig): string {
  return `${JSON.stringify({ ...config, digest: digestOf(config) }, null, 2)}\n`
}

/** SHA-256 of a configuration's values, however they are laid out as text. */
function digestOf(config: object): string {
  return createHash('sha256').update(canonicalJson(config)).digest('hex')
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
 * @throws UserError where it is not what was written there, or an option in it does not fit
 */
export function parseStoredConfig(text: string, path: string): StoredConfig {
  const options = configFromJson(text, path)
  const json = JSON.parse(text) as Record<string, unknown>
  const { success, data, error } = stored.safeParse(json)
  if (!success) {
    const { path: field, message } = error.issues[0]!
    throw new UserError(
      `${path}: ${field.join('.')}: ${message}; this is not the configuration of a run`,
    )
  }
  const { dataHash, example } = data
  const config = {
    ...resolved(options, path),
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

function resolved(options: Readonly<Record<string, unknown>>, path: string): RunConfig {
  try {
    return resolveConfig(options)
  } catch (error) {
    throw error instanceof UserError ? new UserError(worded`${path}: ${error.wording}`) : error
  }
}
