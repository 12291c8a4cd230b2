import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from 'latentlab/browser'
import type { FolderEntry, SessionEvent } from '../../protocol/api.ts'
import { bundledData, bundledNames } from '../bundled.ts'
import { givenFiles, readingOptions } from '../given-files.ts'
import type { Host } from '../host.ts'
import { localStorage } from './local-storage.ts'
import { picturesFolder } from './pictures-folder.ts'

/** The files of the build, beside the script of the session. */
const page = fileURLToPath(new URL('./page/', import.meta.url))

/** A session in the local server: it reads and writes in one folder. */
export function localHost(folder: string, send: (event: SessionEvent) => void): Host {
  const asset = async (path: string): Promise<Blob> =>
    new Blob([new Uint8Array(await readFile(join(page, path)))])
  return {
    place: 'local',
    send,
    asset,
    storage: localStorage(join(folder, 'runs')),
    bundled: bundledNames,
    folder: () => entriesOf(folder),
    async data(request, { onProgress }) {
      onProgress(0)
      if (request.from === 'folder') {
        const path = await within(folder, request.path)
        const options = readingOptions(request.reading ?? {})
        return { name: request.path, source: { data: path }, data: path as never, options }
      }
      if (request.from === 'files')
        return givenFiles(request, async (files, reading) => ({
          data: (await picturesFolder(files)) as never,
          options: readingOptions(reading),
        }))
      return bundledData(request.name, asset)
    },
    async files(path) {
      const inside = await within(folder, path)
      const names = await readdir(inside, { recursive: true, withFileTypes: true })
      return Promise.all(
        names
          .filter((entry) => entry.isFile())
          .map(async (entry) => {
            const full = join(entry.parentPath, entry.name)
            return {
              path: join(basename(inside), relative(inside, full)).replaceAll(sep, '/'),
              file: new Blob([new Uint8Array(await readFile(full))]),
            }
          }),
      )
    },
  }
}

/** The full path of a file of the folder. Throws UserError for one that lies elsewhere. */
async function within(folder: string, path: string): Promise<string> {
  const full = await realpath(resolve(folder, path)).catch(() => {
    throw new UserError(`${path}: is not there any more`)
  })
  const inside = relative(folder, full)
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
    throw new UserError(`${path}: is not in the folder of the Studio`)
  return full
}

const dataNames = /\.(csv|tsv|parquet|jsonl|ndjson|arff|npy|npz|idx)(\.gz)?$|idx\d-ubyte(\.gz)?$/i

/** Data, runs and packages in a folder, and in the folders directly in it. */
async function entriesOf(folder: string): Promise<FolderEntry[]> {
  const found: FolderEntry[] = []
  const look = async (inside: string, depth: number): Promise<void> => {
    for (const entry of await readdir(inside, { withFileTypes: true }).catch(() => [])) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const path = join(inside, entry.name)
      const kind = entry.isDirectory() ? await kindOf(path) : fileKind(entry.name)
      if (kind) found.push({ path: relative(folder, path), kind })
      else if (entry.isDirectory() && depth < 2) await look(path, depth + 1)
    }
  }
  await look(folder, 0)
  return found.slice(0, 200)
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
  return undefined
}
