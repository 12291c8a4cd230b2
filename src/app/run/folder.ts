import { createHash } from 'node:crypto'
import { access, mkdir, readdir, rm, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  asUserError,
  decoded,
  LONG_TEXT,
  SHORT_TEXT,
  textOf,
  writeAtomically,
} from '../../data/disk/files.ts'
import { removeAbandoned } from '../../data/disk/temporary.ts'
import { memoryLimit } from '../../data/memory-limit.ts'
import { readRegularFile } from '../../data/regular-file.ts'
import type { ModelDefinition } from '../../models/model.ts'
import { PACKAGE_FORMAT } from '../../package/manifest.ts'
import { requireText } from '../../tensor/checks.ts'
import { isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { verb, worded } from '../../tensor/wording.ts'
import {
  type Checkpoint,
  type Digest,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../train/checkpoint.ts'
import type { TrainingStore } from '../../train/trainer-options.ts'
import type { RunConfig } from '../config.ts'
import { noteOnce } from '../notes.ts'
import { type Metrics, parseMetrics } from '../report/metrics.ts'
import type { Environment } from './environment.ts'
import { runFileNames } from './file-names.ts'
import { restoreMetrics, truncateMetrics, writeAt } from './metrics-file.ts'
import { parseStoredConfig, storedConfigText } from './stored-config.ts'
import { timings, withTimings } from './timings.ts'

/** Paths within a run's folder. */
export const runPaths = (folder: string) => ({
  config: join(folder, runFileNames.config),
  metrics: join(folder, runFileNames.metrics),
  timings: join(folder, runFileNames.timings),
  environment: join(folder, runFileNames.environment),
  report: join(folder, 'report.html'),
  samples: join(folder, 'samples'),
  checkpoint: (kind: 'last' | 'best') => join(folder, runFileNames[kind]),
})

const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest('hex')

/** A value as JSON, as these files hold it. */
export const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

export async function writeConfig(folder: string, config: RunConfig): Promise<void> {
  await writeAtomically(runPaths(folder).config, storedConfigText(config))
}

export async function writeEnvironment(folder: string, environment: Environment): Promise<void> {
  await writeAtomically(runPaths(folder).environment, json(environment))
}

/**
 * Reads and checks a run's configuration.
 *
 * @param definition of its model, if it is not one of the built-in models
 */
export async function readConfig(folder: string, definition?: ModelDefinition): Promise<RunConfig> {
  requireText(folder, 'folder', 'the folder of a run', UserError)
  const path = runPaths(folder).config
  let text: string
  try {
    text = decoded(await readRegularFile(path, SHORT_TEXT))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw new UserError(`${folder} is not the folder of a run: it has no config.json`)
    throw asUserError(error, 'read', path)
  }
  if (text.includes(`"${PACKAGE_FORMAT}"`))
    throw new UserError(
      worded`${folder} is a package, not a run: it holds neither data nor figures; use the run that it came from${{ library: ', or loadPackage', commandLine: '' }}`,
    )
  const { config, isSealed } = parseStoredConfig(text, path, definition)
  if (!isSealed)
    noteOnce(`${path} is of an older version and has no digest, so edits to it cannot be detected`)
  return config
}

/** The metrics of a run; none if there is no file of them. Throws UserError if the file cannot be read. */
export async function readMetrics(folder: string): Promise<Metrics> {
  const paths = runPaths(folder)
  const metrics = parseMetrics((await textOf(paths.metrics, LONG_TEXT)) ?? '')
  return { ...metrics, epochs: await withTimings(paths.timings, metrics.epochs) }
}

/** The environment that a run has recorded; undefined if there is none, or it is damaged. */
export async function readEnvironment(
  folder: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await textOf(runPaths(folder).environment, SHORT_TEXT)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Reads a checkpoint of a run; undefined if there is none yet. Throws UserError if it is damaged. */
export async function readCheckpoint(
  folder: string,
  kind: 'last' | 'best',
): Promise<Checkpoint | undefined> {
  const path = runPaths(folder).checkpoint(kind)
  const bytes = await bytesOf(path)
  if (!bytes) return undefined
  try {
    return decodeCheckpoint(bytes, path, digest)
  } catch (error) {
    throw error instanceof UserError ? await withIntact(folder, kind, error) : error
  }
}

/** The error of a damaged checkpoint; it names the other one of the run if that is intact. */
async function withIntact(
  folder: string,
  damaged: 'last' | 'best',
  error: UserError,
): Promise<UserError> {
  const kind = damaged === 'last' ? 'best' : 'last'
  const path = runPaths(folder).checkpoint(kind)
  try {
    const { epoch } = decodeCheckpoint((await bytesOf(path))!, path, digest).progress
    const use = {
      library: `load('${folder}', { checkpoint: '${kind}' })`,
      commandLine: `latentlab evaluate ${folder} --checkpoint ${kind}`,
    }
    return new UserError(
      worded`${error.wording}; the ${kind} checkpoint, of epoch ${epoch}, is intact and can be used: ${use}`,
    )
  } catch {
    return error
  }
}

async function bytesOf(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readRegularFile(path, memoryLimit())
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asUserError(error, 'read', path)
  }
}

/**
 * Opens a run for writing. The metrics are truncated at `metricsBytes`: later lines belong to steps that will be
 * repeated.
 */
export async function openStore(folder: string, metricsBytes: number): Promise<TrainingStore> {
  const paths = runPaths(folder)
  let length = metricsBytes
  await restoreMetrics(paths.metrics)
  await truncateMetrics(paths.metrics, length)
  for (const kind of ['last', 'best'] as const) {
    const inside = dirname(paths.checkpoint(kind))
    await mkdir(inside, { recursive: true }).catch((error) => {
      throw asUserError(error, 'create', inside)
    })
  }
  await removeLeftovers(folder)
  const measured = timings(paths.timings)
  return {
    async save(kind, checkpoint) {
      if (kind === 'last') await measured.checkpoint(checkpoint.progress)
      const path = paths.checkpoint(kind)
      await writeAtomically(path, encodeCheckpoint(checkpoint, digest)).catch(async (error) => {
        throw await resumable(folder, error)
      })
    },
    async append(event) {
      const line = Buffer.from(`${JSON.stringify(await measured.without(event))}\n`)
      try {
        await writeAt(paths.metrics, line, length)
      } catch (error) {
        await truncate(paths.metrics, length).catch(() => {})
        throw await resumable(folder, asUserError(error, 'write', paths.metrics))
      }
      length += line.length
      return length
    },
  }
}

/** The error of a write during training; it says how to go on if there is a checkpoint. */
async function resumable(folder: string, error: unknown): Promise<unknown> {
  if (!(error instanceof UserError) || !(await exists(runPaths(folder).checkpoint('last'))))
    return error
  return new UserError(
    worded`${error.wording}; what was saved before is kept: when the folder can be written again, continue with: ${verb('resume', folder)}`,
  )
}

/** Removes what killed processes have left; also under the names of older versions, whose processes are not known. */
async function removeLeftovers(folder: string): Promise<void> {
  const paths = runPaths(folder)
  const written = (['last', 'best'] as const).map((kind) => dirname(paths.checkpoint(kind)))
  for (const inside of [folder, ...written]) {
    await removeAbandoned(inside)
    for (const name of await readdir(inside).catch(() => [] as string[]))
      if (name.endsWith('.tmp')) await rm(join(inside, name), { force: true })
  }
}
