import type { ModelDefinition } from '../../models/model.ts'
import { described, isRecord } from '../../tensor/described.ts'
import { sha256 } from '../../tensor/digest.ts'
import { UserError } from '../../tensor/errors.ts'
import { type Checkpoint, decodeCheckpointLater } from '../../train/checkpoint.ts'
import type { RunConfig } from '../config.ts'
import { runFileNames } from './file-names.ts'
import { parseStoredConfig } from './stored-config.ts'
import { withSecondsIn } from './timing-lines.ts'

/**
 * The files of a run by their paths within its folder, as a run on disk has them: `config.json`, `environment.json`,
 * `metrics.jsonl`, `timings.jsonl`, and `checkpoint.safetensors` in `checkpoints/last/` and, where one epoch was the
 * best, in `checkpoints/best/`.
 */
export type RunFiles = Readonly<Record<string, Uint8Array>>

/** What is stored of a run, read and checked. */
export interface StoredRun {
  readonly config: RunConfig
  readonly last?: Checkpoint | undefined
  readonly best?: Checkpoint | undefined
  /** The texts of the files, of the metrics as far as the last checkpoint counts them. */
  readonly metrics: string
  readonly timings: string
}

/**
 * Reads the files of a run.
 *
 * @param definition of its model, if it is not one of the built-in models
 * @throws UserError, one line that names the file, for what is not a run, and for a file that is damaged
 */
export async function readRunFiles(
  given: unknown,
  definition?: ModelDefinition,
): Promise<StoredRun> {
  const files = requireRunFiles(given)
  const { config } = parseStoredConfig(
    textOf(files, runFileNames.config),
    runFileNames.config,
    definition,
  )
  const timings = textOf(files, runFileNames.timings)
  const read = async (path: string) => {
    const bytes = fileOf(files, path)
    if (!bytes) return undefined
    const checkpoint = await decodeCheckpointLater(bytes, path, (part) => sha256([part]))
    return withSecondsIn(timings, checkpoint)
  }
  const [last, best] = [await read(runFileNames.last), await read(runFileNames.best)]
  return { config, last, best, timings, metrics: metricsOf(files, last) }
}

function requireRunFiles(given: unknown): RunFiles {
  const expected = 'expected the files of a run by their paths, as Uint8Array'
  if (!isRecord(given)) throw new UserError(`files: ${expected}, got ${described(given)}`)
  const wrong = Object.entries(given).find(([, bytes]) => !(bytes instanceof Uint8Array))
  if (wrong)
    throw new UserError(`files: ${described(wrong[0])} is ${described(wrong[1])}; ${expected}`)
  const files = given as RunFiles
  if (fileOf(files, runFileNames.config)) return files
  const isPackage = fileOf(files, 'manifest.json') !== undefined
  throw new UserError(
    `files: there is no ${runFileNames.config}; ${isPackage ? 'they are those of a package: open it with loadPackage' : expected}`,
  )
}

const fileOf = (files: RunFiles, path: string): Uint8Array | undefined =>
  Object.hasOwn(files, path) ? files[path] : undefined

const textOf = (files: RunFiles, path: string): string =>
  new TextDecoder().decode(fileOf(files, path) ?? new Uint8Array())

/** The metrics, without lines of steps that are trained again. */
function metricsOf(files: RunFiles, last: Checkpoint | undefined): string {
  const { metrics: path } = runFileNames
  const bytes = fileOf(files, path)
  const length = last?.progress.metricsBytes ?? 0
  if ((bytes?.length ?? 0) < length)
    throw new UserError(
      `${path}: ${bytes ? `${bytes.length} bytes` : 'is missing'}, but the checkpoint expects ${length}; restore it, or train again`,
    )
  return new TextDecoder().decode(bytes?.subarray(0, length))
}
