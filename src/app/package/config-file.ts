import { z } from 'zod'
import { VERSION } from '../../config/version.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { parsedJson } from '../../package/json-file.ts'
import { PACKAGE_FORMAT } from '../../package/manifest.ts'
import { lastName } from '../../tensor/described.ts'
import type { StoredPrecision } from '../../tensor/safetensors.ts'
import type { RunConfig } from '../config.ts'
import { parseStoredConfig, storedConfigText } from '../run/stored-config.ts'

/** What `config.json` of a package says: the model, and what it was trained as. */
export interface PackageConfig {
  readonly run: RunConfig
  readonly checkpoint: 'best' | 'last'
  readonly epoch: number
  readonly step: number
  readonly precision: StoredPrecision
}

const schema = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  latentlab: z.string(),
  library_name: z.literal('latentlab'),
  model_type: z.string(),
  precision: z.enum(['float32', 'float16']),
  checkpoint: z.enum(['best', 'last']),
  epoch: z.int().nonnegative(),
  step: z.int().nonnegative(),
  run: z.record(z.string(), z.unknown()),
})

export function packageConfigText({ run, ...rest }: PackageConfig): string {
  const file: z.infer<typeof schema> = {
    format: PACKAGE_FORMAT,
    latentlab: VERSION,
    library_name: 'latentlab',
    model_type: run.model,
    ...rest,
    run: JSON.parse(storedConfigText(withoutPlaces(run))) as Record<string, unknown>,
  }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** The configuration without the places of files on the machine of the training; of the data, the name stays. */
function withoutPlaces(config: RunConfig): RunConfig {
  const { data, history, ...rest } = config
  const { labels: _, testData: _t, testLabels: _l, schema: _s, ...kept } = data
  const named = { ...kept, data: lastName(data.data) }
  const changes = history?.map((change) => ({
    ...change,
    before: withoutData(change.before),
    after: withoutData(change.after),
  }))
  return { ...rest, data: named, ...(changes && { history: changes }) }
}

type Changed = NonNullable<RunConfig['history']>[number]['before']

const withoutData = ({ data: _, labels: _l, testData: _t, testLabels: _s, ...kept }: Changed) =>
  kept

/**
 * Reads it.
 *
 * @param definition of the model, if it is not one of the built-in models
 * @throws UserError on one line, beginning with the file
 */
export function parsePackageConfig(
  bytes: Uint8Array,
  file: string,
  definition?: ModelDefinition,
): PackageConfig {
  const { run, precision, checkpoint, epoch, step } = parsedJson(schema, bytes, file)
  const { config } = parseStoredConfig(JSON.stringify(run), file, definition)
  return { run: config, precision, checkpoint, epoch, step }
}
