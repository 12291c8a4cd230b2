import { readdir, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { FolderEntry } from '../../protocol/api.ts'
import { isPictureName } from '../../protocol/names.ts'

const dataNames = /\.(csv|tsv|parquet|jsonl|ndjson|arff|npy|npz|idx)(\.gz)?$|idx\d-ubyte(\.gz)?$/i

/** The most that are listed. */
const MOST = 200

/** Data, runs and packages in a folder, and in the folders directly in it. */
export async function entriesOf(folder: string): Promise<FolderEntry[]> {
  const found: FolderEntry[] = []
  const look = async (inside: string, depth: number): Promise<void> => {
    for (const entry of await entriesIn(inside)) {
      const path = join(inside, entry.name)
      const kind = entry.isDirectory() ? await kindOf(path) : fileKind(entry.name)
      if (kind) found.push({ path: relative(folder, path), kind })
      else if (entry.isDirectory() && depth < 2) await look(path, depth + 1)
    }
  }
  await look(folder, 0)
  return found.slice(0, MOST)
}

async function entriesIn(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
}

const fileKind = (name: string): FolderEntry['kind'] | undefined =>
  dataNames.test(name) ? 'data' : undefined

async function kindOf(folder: string): Promise<FolderEntry['kind'] | undefined> {
  const has = (name: string) =>
    stat(join(folder, name)).then(
      () => true,
      () => false,
    )
  if (await has('manifest.json')) return 'package'
  if ((await has('config.json')) && (await has('checkpoints'))) return 'run'
  return (await holdsPictures(folder, 1)) ? 'data' : undefined
}

/** Subfolders that are looked at, of which each may be the pictures of a label. */
const LOOKED_AT = 5

/** Whether there are pictures in a folder, or in each of its subfolders, and no other data beside them. */
async function holdsPictures(folder: string, deeper: number): Promise<boolean> {
  const entries = await entriesIn(folder)
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== 'metadata.csv')
    .map(({ name }) => name)
  if (files.some((name) => dataNames.test(name))) return false
  if (files.some(isPictureName)) return true
  const folders = entries.filter((entry) => entry.isDirectory()).slice(0, LOOKED_AT)
  if (deeper === 0 || folders.length === 0) return false
  const inside = folders.map(({ name }) => holdsPictures(join(folder, name), deeper - 1))
  return (await Promise.all(inside)).every(Boolean)
}
