import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { option, worded } from '../../tensor/wording.ts'
import { asUserError, syncFolder, writeSynced } from './files.ts'
import { temporaryPath } from './temporary.ts'

/** A folder that is being filled. */
export interface NewFolder {
  /** Writes a file by its path in the folder, with `/` between names; folders on the way are made. */
  write(path: string, contents: Uint8Array): Promise<void>
}

/**
 * Throws UserError unless a folder can be made there: nothing is there yet, or an empty folder.
 */
export async function requireNewFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (!found) return
  if (!found.isDirectory())
    throw new UserError(worded`${option('out', folder)}: there is a file of that name`)
  if ((await readdir(folder)).length > 0)
    throw new UserError(
      worded`${option('out', folder)}: the folder exists already and is not empty; choose another name, or remove it`,
    )
}

/**
 * Makes a folder that is there as a whole or not at all: it is filled under a temporary name beside its place, then renamed.
 * On failure nothing is left behind; what a killed process leaves is removed by the next one that writes beside it.
 *
 * @throws UserError if there is something of that name already, or it cannot be written
 */
export async function writeFolder(
  folder: string,
  fill: (folder: NewFolder) => Promise<void>,
): Promise<void> {
  await requireNewFolder(folder)
  const parent = dirname(resolve(folder))
  const temporary = await temporaryPath(parent)
  const made = new Set<string>()
  let isInPlace = false
  try {
    await mkdir(temporary)
    await fill({
      async write(path, contents) {
        const target = join(temporary, path)
        const inside = dirname(target)
        if (!made.has(inside)) await mkdir(inside, { recursive: true })
        made.add(inside)
        await writeSynced(target, contents).catch((error) => {
          throw asUserError(error, 'write', join(folder, path))
        })
      },
    })
    for (const inside of made) await syncFolder(inside)
    await rename(temporary, folder)
    isInPlace = true
    await syncFolder(parent)
  } catch (error) {
    // Under the temporary name again, so that a kill meanwhile leaves no part of it.
    if (isInPlace) await rename(folder, temporary).catch(() => {})
    await rm(temporary, { recursive: true, force: true }).catch(() => {})
    throw asUserError(error, 'write', folder)
  }
}
