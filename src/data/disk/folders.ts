import { mkdir, rmdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Creates a folder and its missing parents; returns the outermost that was created. Node's own recursive `mkdir`
 * reports a read-only file system as a missing folder, and never ends where the system refuses a folder as missing, as
 * in /proc.
 *
 * @param mode permissions of what is created
 */
export async function createFolders(folder: string, mode?: number): Promise<string | undefined> {
  if (await isThere(folder)) return undefined
  const parent = dirname(folder)
  const outermost = await createFolders(parent, mode)
  try {
    await mkdir(folder, { mode })
  } catch (error) {
    // Another process may have created it meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return outermost
    if (outermost !== undefined) await removeEmpty(parent, outermost)
    throw error
  }
  return outermost ?? folder
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Removes the folders that are no longer needed, from `inner` up to `outer`, as long as they are empty. */
export async function removeEmpty(inner: string, outer: string): Promise<void> {
  try {
    for (let folder = inner; ; folder = dirname(folder)) {
      await rmdir(folder)
      if (folder === outer) return
    }
  } catch {
    // Something else has been put into it meanwhile.
  }
}
