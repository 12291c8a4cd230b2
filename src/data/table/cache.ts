import { createHash } from 'node:crypto'
import { type BigIntStats, createReadStream, futimesSync, rmSync } from 'node:fs'
import { chmod, lstat, open, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import { asUserError, writeAtomically } from '../disk/files.ts'
import { createFolders } from '../disk/folders.ts'
import { holderMark } from '../disk/process-identity.ts'
import { ENTRY, entriesIn, markKind, POINTER, tablesFolder, trimCache } from './cache-entries.ts'
import { type PackOptions, packTable } from './pack.ts'
import type { PackedTable } from './packed.ts'
import { fileRows, nodeDigest, openRows } from './packed-file.ts'
import { type PackedHeader, packedTable } from './packed-table.ts'
import type { RecordSource, TableReading } from './records.ts'
import type { TableSchema } from './schema.ts'
import type { RowWriter, StoredRows } from './stored-rows.ts'

/** Changed when rows, their header or the meaning of values change: older entries are then not found any more. */
const VERSION = 1

/** The file that a source reads, and how. */
export interface TableFile {
  readonly path: string
  readonly reading?: TableReading | undefined
}

export interface CacheOptions
  extends Pick<PackOptions, 'memory' | 'newData' | 'keyBytes' | 'leftOut' | 'signal' | 'onRows'> {
  /** Whether files may be written; by default they may. Without them, a table must fit in memory. */
  readonly useCache?: boolean | undefined
  /** The folder of the entries, by default `tables` in Latentlab's folder in the user's cache. */
  readonly folder?: string | undefined
  /** Most bytes of all entries: 20 GB by default. */
  readonly limit?: number | undefined
}

/**
 * The packed rows of a table in a file: in memory if they take less than 256 MB, otherwise from the cache, where they
 * are found again by the file's path, size and modification time, or else by its contents.
 *
 * @throws UserError as `packTable` does, for a file that changes meanwhile, and where the cache cannot be written
 */
export async function cachedTable(
  file: TableFile,
  source: RecordSource,
  schema: TableSchema,
  { useCache = true, folder = tablesFolder(), limit, ...options }: CacheOptions = {},
): Promise<PackedTable> {
  const digest = nodeDigest
  const before = await stateOf(file.path)
  const unchanged = async () => {
    if ((await stateOf(file.path)) !== before)
      throw new UserError(
        `${file.path}: changed while it was read; try again when nothing writes to it`,
      )
  }
  if (!useCache) {
    const table = await packTable(source, schema, { ...options, digest })
    await unchanged()
    return table
  }
  const lookupOf = (newData: boolean): Lookup => {
    const kept = options.keyBytes ?? null
    const settings = digestOf([VERSION, file.reading ?? {}, schema, newData, kept])
    const state = digestOf([before, settings])
    return { folder, path: file.path, name: source.name, settings, state }
  }
  const { newData = false } = options
  const lookup = lookupOf(newData)
  // What has been packed for training is packed in the same way as new data.
  const known =
    (await pointedEntry(lookup)) ??
    (newData ? await pointedEntry(lookupOf(false)) : undefined) ??
    (await equalEntry(lookup))
  if (known) return known
  let entry: string | undefined
  const overflow = async (stride: number) => {
    await makeFolder(folder)
    entry = await entryName(lookup)
    const path = join(folder, entry + ENTRY)
    const writer = advising(await fileRows(path, stride).catch(refuse))
    return guarded(writer, unchanged, folder, entry)
  }
  const table = await packTable(source, schema, { ...options, digest, overflow })
  if (entry === undefined) await unchanged()
  // The rows are there, also where a full disk has no room for the way to find them again.
  else await recordPointer(lookup, entry, limit).catch(() => {})
  return table
}

interface Lookup {
  readonly folder: string
  readonly path: string
  readonly name: string
  /** Digest of all that rows depend on besides the file. */
  readonly settings: string
  /** Digest of path, size and modification time, and the settings. */
  readonly state: string
}

const digestOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 32)

/** Where a file is, its size and when it was changed, to the nanosecond. */
async function stateOf(path: string): Promise<string> {
  let found: BigIntStats
  let where: string
  try {
    where = await realpath(path)
    found = await stat(path, { bigint: true })
  } catch (error) {
    throw asUserError(error, 'read', path)
  }
  return [where, found.size, found.mtimeNs, found.ino].join('\0')
}

/** The name of an entry: a digest of the file's contents and the settings. */
async function entryName({ path, settings }: Lookup): Promise<string> {
  const hash = createHash('sha256').update(settings)
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece)
  } catch (error) {
    throw asUserError(error, 'read', path)
  }
  return hash.digest('hex').slice(0, 32)
}

/** The entry of a file that was not changed. */
async function pointedEntry(lookup: Lookup): Promise<PackedTable | undefined> {
  const { folder, state } = lookup
  if (!(await isOurs(folder))) return undefined
  const pointed = await readFile(join(folder, state + POINTER), 'utf8').catch(() => '')
  return /^[0-9a-f]{32}$/.test(pointed) ? openEntry(lookup, pointed) : undefined
}

/** The entry of another file of the same contents. */
async function equalEntry(lookup: Lookup): Promise<PackedTable | undefined> {
  const { folder } = lookup
  // A file that was never packed into the cache is not read twice to look for one like it.
  if (!(await isOurs(folder)) || (await entriesIn(folder)).length === 0) return undefined
  const entry = await entryName(lookup)
  const equal = await openEntry(lookup, entry)
  if (equal) await recordPointer(lookup, entry).catch(() => {})
  return equal
}

async function openEntry(
  { folder, name }: Lookup,
  entry: string,
): Promise<PackedTable | undefined> {
  const mark = await markInUse(folder, entry).catch(() => undefined)
  const opened = openRows(join(folder, entry + ENTRY))
  if (!opened) {
    if (mark) await rm(mark, { force: true })
    return undefined
  }
  await touch(join(folder, entry + ENTRY))
  const header = JSON.parse(new TextDecoder().decode(opened.header)) as PackedHeader
  return packedTable({ ...header, name }, releasing(opened.rows, mark))
}

/** Entries are removed in the order of their last use, which is their time of modification. */
async function touch(path: string): Promise<void> {
  const file = await open(path, 'r+').catch(() => undefined)
  if (!file) return
  futimesSync(file.fd, new Date(), new Date())
  await file.close()
}

/** Leaves a file that marks an entry as in use by this process, before it is opened. */
async function markInUse(folder: string, entry: string): Promise<string> {
  const mark = join(folder, holderMark(markKind(entry)))
  await writeFile(mark, '', { flag: 'wx', mode: 0o600 })
  return mark
}

/** Rows whose entry is not in use any more when they are closed. */
const releasing = (rows: StoredRows, mark: string | undefined): StoredRows => ({
  ...rows,
  close() {
    rows.close()
    try {
      if (mark) rmSync(mark, { force: true })
    } catch {
      // A mark that cannot be removed now means nothing once this process has ended.
    }
  },
})

/** A writer whose errors say what its file is for, and what to do. */
const advising = (writer: RowWriter): RowWriter => ({
  ...writer,
  write(rows) {
    try {
      writer.write(rows)
    } catch (error) {
      refuse(error)
    }
  },
  finish: (header) => writer.finish(header).catch(refuse),
})

/** A writer of an entry of a file that must not change meanwhile. */
function guarded(
  writer: RowWriter,
  unchanged: () => Promise<void>,
  folder: string,
  entry: string,
): RowWriter {
  return {
    ...writer,
    async finish(header) {
      await unchanged()
      const mark = await markInUse(folder, entry).catch((error) =>
        refuse(asUserError(error, 'write', folder)),
      )
      try {
        return releasing(await writer.finish(header), mark)
      } catch (error) {
        await rm(mark, { force: true })
        throw error
      }
    },
  }
}

async function recordPointer(
  { folder, state }: Lookup,
  entry: string,
  limit?: number,
): Promise<void> {
  await writeAtomically(join(folder, state + POINTER), entry)
  await trimCache([folder, join(folder, '..', 'pictures')], limit)
}

/** Whether the folder exists and is this user's own. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined)
  return (
    found?.isDirectory() === true &&
    (process.getuid === undefined || found.uid === process.getuid())
  )
}

/** Makes the folder, for its owner alone. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await createFolders(folder, 0o700)
    if (await isOurs(folder)) return await chmod(folder, 0o700)
  } catch (error) {
    refuse(asUserError(error, 'write', folder))
  }
  const found = await lstat(folder)
  const other = found.isSymbolicLink() ? 'is a link, which is not followed' : 'is not a folder'
  refuse(new UserError(`${folder}: ${found.isDirectory() ? 'belongs to another user' : other}`))
}

/** Throws an error; to one of the user it adds what the cache is for, and what to do. */
function refuse(error: unknown): never {
  if (!(error instanceof UserError)) throw error
  throw new UserError(
    worded`${error.message}; packed rows that do not fit in memory are kept in this folder: set XDG_CACHE_HOME to a folder of your own, or state ${option('cache', false)} for a smaller table`,
  )
}
