import { readdir, readFile, realpath } from 'node:fs/promises'
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { UserError } from 'latentlab/browser'
import type { SessionEvent } from '../../protocol/api.ts'
import { bundledData, bundledNames } from '../bundled.ts'
import { givenFiles, readingOptions } from '../given-files.ts'
import { gpuIsThere } from '../gpu.ts'
import type { Host } from '../host.ts'
import { entriesOf } from './folder-entries.ts'
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
    hasGpu: gpuIsThere,
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
