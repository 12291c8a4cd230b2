import { readdir, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { asUserError, syncFolder } from '../data/disk/files.ts'
import { createFolders, removeEmpty } from '../data/disk/folders.ts'
import { writeFolder } from '../data/disk/new-folder.ts'
import { readRegularFile } from '../data/regular-file.ts'
import { requireText } from '../tensor/checks.ts'
import { UserError } from '../tensor/errors.ts'
import { isHidden, type PackageFiles, pathsFault, requireFiles } from './files.ts'
import { fileName, missing, type PackageSource, requirePath } from './source.ts'

/** The most files that a folder is listed with: one with more is not a package. */
const MOST_LISTED = 10_000

/**
 * A package in a folder. Only regular files are read, and only those inside the folder: a link that leads out of it is
 * refused.
 */
export function folderSource(folder: string): PackageSource {
  const source: PackageSource = {
    name: folder,
    async list() {
      await requireFolder(folder)
      const found: string[] = []
      await collect(folder, '', found).catch((error) => {
        throw asUserError(error, 'read', folder)
      })
      return found
    },
    async read(path, mostBytes) {
      requirePath(source, path)
      await requireFolder(folder)
      const file = fileName(source, path)
      try {
        const real = await realpath(file)
        const way = relative(await realpath(folder), real)
        if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
          throw new UserError(
            `${file}: is a link that leads out of the folder; copy the package with its files instead of links (cp -rL)`,
          )
        return await readRegularFile(file, mostBytes)
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT' || code === 'ENOTDIR') throw missing(source, path)
        throw asUserError(error, 'read', file)
      }
    },
  }
  return source
}

async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error) => {
    throw asUserError(error, 'read', folder)
  })
  if (!found.isDirectory())
    throw new UserError(`${folder}: is not a folder; expected that of a package`)
}

/** Adds the files below a folder, links as what they are called. Hidden files, as of Git, are passed over. */
async function collect(folder: string, prefix: string, into: string[]): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = prefix + entry.name
    if (isHidden(path)) continue
    if (entry.isDirectory()) await collect(join(folder, entry.name), `${path}/`, into)
    else into.push(path)
    if (into.length > MOST_LISTED)
      throw new UserError(`${folder}: has more than ${MOST_LISTED} files; expected a package`)
  }
}

/**
 * Writes a package as a new folder, which is there as a whole or not at all. Folders on the way to it are made.
 *
 * @throws UserError if there is something of that name already, or it cannot be written
 */
export async function writePackage(folder: string, files: PackageFiles): Promise<void> {
  requireText(folder, 'folder', 'the name of a new folder', UserError)
  requireFiles(files, 'files')
  const fault = pathsFault([...files.keys()])
  if (fault !== undefined) throw new UserError(`files: ${fault}`)
  const parent = dirname(resolve(folder))
  let created: string | undefined
  try {
    created = await createFolders(parent)
    if (created !== undefined) await syncFolder(dirname(created))
    await writeFolder(folder, async (made) => {
      for (const [path, bytes] of files) await made.write(path, bytes)
    })
  } catch (error) {
    if (created !== undefined) await removeEmpty(parent, created)
    throw asUserError(error, 'write', folder)
  }
}
