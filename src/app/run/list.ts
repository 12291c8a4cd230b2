import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { asUserError, SHORT_TEXT, textOf } from '../../data/disk/files.ts'
import { isMember } from '../../models/definition.ts'
import { isRecord } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { headerLength, LENGTH_BYTES } from '../../tensor/safetensors.ts'
import { type Progress, progressInHeader } from '../../train/checkpoint.ts'
import { type EpochEvent, parseMetrics } from '../report/metrics.ts'
import { stagePosition } from './describe.ts'
import { runPaths } from './folder.ts'
import { isLocked } from './lock.ts'
import { parseStoredConfig } from './stored-config.ts'

/** A run in a list of runs. What its files do not say is null. */
export interface ListedRun {
  readonly folder: string
  readonly model: string | null
  readonly data: string | null
  /** Epochs done at the last checkpoint, and how many there are to be, of the stage that it is in. */
  readonly epoch: number | null
  readonly epochs: number | null
  /** Name of the stage, if the model has several. */
  readonly stage: string | null
  /** The monitored figure: of the best epoch on validation, or of the last epoch if none is kept. */
  readonly loss: { readonly value: number; readonly epoch: number; readonly best: boolean } | null
  readonly state: 'finished' | 'stopped' | 'running' | 'damaged'
  /** What is wrong with a damaged run. */
  readonly damage: string | null
  /** When a file of the run was last written, as ISO 8601. */
  readonly written: string
}

/** Levels of folders below the given one in which runs are looked for. */
const DEPTH = 2

/**
 * The runs in a folder, the latest first: those in it and in its folders. Of checkpoints only the headers are read.
 *
 * @throws UserError if there is no such folder
 */
export async function listRuns(folder: string): Promise<ListedRun[]> {
  const found = await runFolders(folder, DEPTH)
  const runs: ListedRun[] = []
  for (const one of found) runs.push(await listed(one))
  return runs.sort((a, b) => b.written.localeCompare(a.written) || a.folder.localeCompare(b.folder))
}

async function runFolders(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR')
      throw new UserError(`${folder}: is not a folder; expected a folder of runs`)
    throw asUserError(error, 'read', folder)
  })
  const has = (file: string) => entries.some(({ name }) => name === file)
  // A package has a configuration, too, and is no run.
  if (has('config.json')) return has('manifest.json') ? [] : [folder]
  if (depth === 0) return []
  const inside = entries.filter(
    (entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.'),
  )
  const found = inside.map(({ name }) => runFolders(join(folder, name), depth - 1).catch(() => []))
  return (await Promise.all(found)).flat()
}

async function listed(folder: string): Promise<ListedRun> {
  const names = await readdir(folder)
  const described = { folder, ...unknown, ...(await written(folder)) }
  try {
    const text = (await textOf(runPaths(folder).config, SHORT_TEXT)) ?? ''
    const about = aboutRun(text, runPaths(folder).config)
    Object.assign(described, { model: about.model, data: about.data, epochs: about.epochs })
    const progress = await lastProgress(folder)
    const position = about.position?.(progress?.stage ?? 0)
    const epoch = progress?.epoch ?? 0
    const epochs = position?.epochs ?? about.epochs
    const endedEarly = about.patience > 0 && (progress?.sinceBest ?? 0) >= about.patience
    const isDone = (position?.isLast ?? true) && (epoch >= epochs || endedEarly)
    return {
      ...described,
      epoch,
      epochs,
      stage: position?.stage?.name ?? null,
      loss: about.monitor === 'none' ? null : await lossOf(folder, progress),
      state: isLocked(names) ? 'running' : isDone ? 'finished' : 'stopped',
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return { ...described, state: 'damaged', damage: error.commandLine }
  }
}

const unknown = {
  model: null,
  data: null,
  epoch: null,
  epochs: null,
  stage: null,
  loss: null,
  damage: null,
} as const

interface About {
  readonly model: string
  readonly data: string
  readonly epochs: number
  readonly monitor: string
  readonly patience: number
  /** Where a training is in the stage of that number; unknown for a model of the user's own. */
  readonly position?: (stage: number) => ReturnType<typeof stagePosition>
}

function aboutRun(text: string, path: string): About {
  const model = modelIn(text)
  if (model !== undefined && !isMember(model.name)) return model.about
  const { config } = parseStoredConfig(text, path)
  const { epochs, monitor, patience } = config.train
  return {
    model: config.model,
    data: config.data.data,
    epochs,
    monitor,
    patience,
    position: (stage) => stagePosition(config, stage),
  }
}

/** The model that a configuration names, with what it says without its definition. */
function modelIn(text: string): { name: string; about: About } | undefined {
  try {
    const json: unknown = JSON.parse(text)
    if (!isRecord(json) || typeof json.model !== 'string') return undefined
    const {
      data,
      epochs,
      monitor,
      patience = 0,
    } = { ...(json.data as object), ...(json.train as object) } as {
      readonly [name: string]: unknown
    }
    const about = { model: json.model, data: String(data), epochs: Number(epochs) }
    return {
      name: json.model,
      about: { ...about, monitor: String(monitor), patience: Number(patience) },
    }
  } catch {
    return undefined
  }
}

/** Largest header of a checkpoint that is read. */
const LONGEST_HEADER = 2 ** 24

/** How far training had come at the last checkpoint; undefined if there is none yet. */
async function lastProgress(folder: string): Promise<Progress | undefined> {
  const path = runPaths(folder).checkpoint('last')
  const damaged = () => new UserError(`${path}: the checkpoint is damaged`)
  const first = await bytesOf(path, 0, LENGTH_BYTES)
  if (first === undefined) return undefined
  if (first.bytes.length < LENGTH_BYTES) throw damaged()
  const length = headerLength(first.bytes)
  if (length > Math.min(LONGEST_HEADER, first.size)) throw damaged()
  const rest = await bytesOf(path, LENGTH_BYTES, length)
  const progress = rest && progressInHeader(rest.bytes, first.size)
  if (!progress) throw damaged()
  return progress
}

/** A part of a file, and the size of the whole; undefined if there is no such file. */
async function bytesOf(path: string, from: number, length: number) {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new UserError(`${path}: is not a regular file`)
    const file = await open(path)
    try {
      const start = from < 0 ? Math.max(0, found.size + from) : from
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start)
      return { size: found.size, bytes: new Uint8Array(buffer.subarray(0, bytesRead)) }
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asUserError(error, 'read', path)
  }
}

/** Bytes at the end of the metrics that hold the last epoch. */
const TAIL = 2 ** 16

async function lossOf(folder: string, progress: Progress | undefined): Promise<ListedRun['loss']> {
  if (progress?.best) return { ...progress.best, best: true }
  const tail = await bytesOf(runPaths(folder).metrics, -TAIL, TAIL)
  const { epochs } = parseMetrics(new TextDecoder().decode(tail?.bytes))
  const last: EpochEvent | undefined = epochs.at(-1)
  if (!last) return null
  const { objective } = last.validation ?? last.train
  return Number.isFinite(objective) ? { value: objective, epoch: last.epoch, best: false } : null
}

/** When the latest of a run's files was written. */
async function written(folder: string): Promise<Pick<ListedRun, 'written'>> {
  const { config, metrics, checkpoint } = runPaths(folder)
  const times = await Promise.all(
    [config, metrics, checkpoint('last')].map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return { written: new Date(Math.max(...times)).toISOString() }
}
