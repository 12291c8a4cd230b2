import { UserError } from 'latentlab/browser'
import type { DataRequest, KeptRun } from '../protocol/api.ts'
import {
  DATA,
  type Files,
  RECORD,
  type RunRecord,
  type RunStorage,
  type StoredRequest,
} from './run-storage.ts'

/** How far a run has been trained. */
export type Progress = Pick<RunRecord, 'epoch' | 'epochs' | 'finished'>

/** A run that is being kept while it is trained. */
export interface KeptRunWriter {
  readonly id: string
  /** Replaces files of the run, and its record last. */
  keep(files: Files, progress: Progress): Promise<void>
}

/** The runs of a storage, the latest first. */
export async function keptRuns(storage: RunStorage): Promise<KeptRun[]> {
  const found = await storage.list()
  return found
    .map(({ id, record: { data: _, ...record } }) => ({ id, ...record }))
    .sort((a, b) => b.changed - a.changed)
}

/** Starts to keep a run, with the files that its data came from. */
export async function keptRun(
  storage: RunStorage,
  name: string,
  model: string,
  data: DataRequest,
): Promise<KeptRunWriter> {
  const id = await storage.newId(`${name} ${model}`)
  try {
    const stored = await storeData(storage, id, data)
    return writerOf(storage, id, { name, model, data: stored })
  } catch (error) {
    await storage.remove(id)
    throw error
  }
}

/** Goes on keeping a run. */
export const writerOf = (
  storage: RunStorage,
  id: string,
  { name, model, data }: Pick<RunRecord, 'name' | 'model' | 'data'>,
): KeptRunWriter => ({
  id,
  async keep(files, progress) {
    for (const [path, bytes] of Object.entries(files)) await storage.write(id, path, bytes)
    const record: RunRecord = { name, model, data, ...progress, changed: Date.now() }
    await storage.write(id, RECORD, new TextEncoder().encode(JSON.stringify(record)))
  },
})

async function storeData(
  storage: RunStorage,
  id: string,
  data: DataRequest,
): Promise<StoredRequest> {
  if (data.from !== 'files') return data
  for (const { path, file } of data.files) await storage.write(id, `${DATA}${path}`, file)
  const { reading } = data
  return { from: 'files', paths: data.files.map(({ path }) => path), ...(reading && { reading }) }
}

/** What a kept run consists of: its record, its own files, and the request for its data. */
export async function readRun(
  storage: RunStorage,
  id: string,
): Promise<{ readonly record: RunRecord; readonly files: Files; readonly data: DataRequest }> {
  const found = (await storage.list()).find((run) => run.id === id)
  if (!found) throw new UserError('this run is not there any more')
  const { record } = found
  const files: Record<string, Uint8Array> = {}
  for (const path of await storage.paths(id)) {
    if (path === RECORD || path.startsWith(DATA)) continue
    files[path] = new Uint8Array(await (await present(storage, id, path)).arrayBuffer())
  }
  return { record, files, data: await requestOf(storage, id, record.data) }
}

async function requestOf(
  storage: RunStorage,
  id: string,
  stored: StoredRequest,
): Promise<DataRequest> {
  if (stored.from !== 'files') return stored
  const { paths, reading } = stored
  const files = await Promise.all(
    paths.map(async (path) => ({ path, file: await present(storage, id, `${DATA}${path}`) })),
  )
  return { from: 'files', files, ...(reading && { reading }) }
}

async function present(storage: RunStorage, id: string, path: string): Promise<Blob> {
  const file = await storage.read(id, path)
  if (!file) throw new UserError(`${path} of this run is missing; forget it, and train again`)
  return file
}
