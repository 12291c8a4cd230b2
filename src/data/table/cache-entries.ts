import { lstat, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheFolder } from '../disk/cache-folder.ts'
import { isAlive, markHolder } from '../disk/process-identity.ts'
import { removeAbandoned } from '../disk/temporary.ts'
import { openRows } from './packed-file.ts'
import type { PackedHeader } from './packed-table.ts'

/** Ends of the names of files in the cache: packed rows, and which rows a file has. */
export const ENTRY = '.rows'
export const POINTER = '.file'

/** Most bytes of all entries. */
export const CACHE_LIMIT = 20e9

/** The folder of packed tables in the user's cache. */
export const tablesFolder = (): string => join(cacheFolder(), 'tables')

/** The folder of packed pictures. */
export const picturesFolder = (): string => join(cacheFolder(), 'pictures')

/** The kind of the mark of an entry that a process uses. */
export const markKind = (entry: string): string => `${entry}.used`

/** Packed rows in the cache. */
export interface CacheEntry {
  /** The name of its file. */
  readonly file: string
  readonly bytes: number
  /** When it was made or used last. */
  readonly used: Date
  /** Whether a running process uses it. */
  readonly isInUse: boolean
}

/** A table in the cache, as `latentlab cache list` shows it. */
export interface CachedTable extends CacheEntry {
  /** The name of the table when it was packed; null if the entry is damaged. */
  readonly table: string | null
  readonly rows: number
  readonly columns: number
}

/** The entries of a cache folder, the one used last first. */
export async function entriesIn(folder: string): Promise<CacheEntry[]> {
  const names = await readdir(folder).catch(() => [] as string[])
  const found = names
    .filter((name) => name.endsWith(ENTRY))
    .map(async (file) => {
      const facts = await lstat(join(folder, file)).catch(() => undefined)
      if (!facts?.isFile()) return []
      const isInUse = names.some((name) => isHeld(name, file.slice(0, -ENTRY.length)))
      return [{ file, bytes: facts.size, used: facts.mtime, isInUse }]
    })
  return (await Promise.all(found)).flat().sort((a, b) => b.used.getTime() - a.used.getTime())
}

function isHeld(name: string, entry: string): boolean {
  const holder = markHolder(markKind(entry), name)
  return holder !== undefined && isAlive(holder)
}

/** The tables in the cache. */
export async function cachedTables(folder = tablesFolder()): Promise<CachedTable[]> {
  return (await entriesIn(folder)).map((entry) => {
    const opened = openRows(join(folder, entry.file))
    opened?.rows.close()
    if (!opened) return { ...entry, table: null, rows: 0, columns: 0 }
    const header = JSON.parse(new TextDecoder().decode(opened.header)) as PackedHeader
    return { ...entry, table: header.name, rows: header.count, columns: header.columns.length }
  })
}

/**
 * Removes the entries that were used longest ago until the rest fits; never one in use.
 *
 * @param folders tables and pictures, which have the limit in common
 */
export async function trimCache(folders: readonly string[], limit = CACHE_LIMIT): Promise<void> {
  const found = await Promise.all(
    folders.map(async (folder) =>
      (await entriesIn(folder)).map((entry) => ({ ...entry, path: join(folder, entry.file) })),
    ),
  )
  const entries = found.flat().sort((a, b) => a.used.getTime() - b.used.getTime())
  let total = entries.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { path, bytes, isInUse } of entries) {
    if (total <= limit) break
    if (isInUse) continue
    await rm(path, { force: true }).catch(() => {})
    total -= bytes
  }
  for (const folder of folders) await sweep(folder)
}

/** What `clearCache` removed, and what it left because a running process uses it. */
export interface ClearedCache {
  readonly removed: readonly CacheEntry[]
  readonly kept: readonly CacheEntry[]
}

/** Removes all entries that no running process uses. */
export async function clearCache(folder = tablesFolder()): Promise<ClearedCache> {
  const entries = await entriesIn(folder)
  const removed = entries.filter(({ isInUse }) => !isInUse)
  for (const { file } of removed) await rm(join(folder, file), { force: true })
  await sweep(folder)
  return { removed, kept: entries.filter(({ isInUse }) => isInUse) }
}

/** Removes what belongs to no entry any more: pointers, marks of ended processes, unfinished files of killed ones. */
async function sweep(folder: string): Promise<void> {
  await removeAbandoned(folder)
  const names = await readdir(folder).catch(() => [] as string[])
  for (const name of names) {
    const holder = markHolder(name.split(',')[0]!, name)
    const isStale = holder ? !isAlive(holder) : name.endsWith(POINTER) && (await isDangling(name))
    if (isStale) await rm(join(folder, name), { force: true }).catch(() => {})
  }

  async function isDangling(pointer: string): Promise<boolean> {
    const entry = await readFile(join(folder, pointer), 'utf8').catch(() => '')
    return !names.includes(entry + ENTRY)
  }
}
