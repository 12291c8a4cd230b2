import { z } from 'zod'
import { UserError } from '../tensor/errors.ts'
import { configFromJson, type RunConfig, resolveConfig } from './config.ts'

const sizes = z.array(z.int().positive()).min(1)

/** What `config.json` holds beside the options, which `resolveConfig` judges. */
const stored = z.object({
  format: z.literal(1),
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
})

/**
 * Reads the text of a run's `config.json`.
 *
 * @param path names the file in messages
 * @throws UserError where it is not what `train` has written, or an option in it does not fit
 */
export function parseStoredConfig(text: string, path: string): RunConfig {
  const options = configFromJson(text, path)
  const { success, data, error } = stored.safeParse(JSON.parse(text))
  if (!success) {
    const { path: field, message } = error.issues[0]!
    throw new UserError(
      `${path}: ${field.join('.')}: ${message}; this is not the configuration of a run`,
    )
  }
  const { dataHash, example } = data
  return {
    ...resolved(options, path),
    ...(dataHash === undefined ? {} : { dataHash }),
    ...(example === undefined ? {} : { example: example as NonNullable<RunConfig['example']> }),
  }
}

function resolved(options: Readonly<Record<string, unknown>>, path: string): RunConfig {
  try {
    return resolveConfig(options)
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${path}: ${error.message}`) : error
  }
}
