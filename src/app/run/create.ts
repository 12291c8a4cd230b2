import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { option, verb, worded } from '../../tensor/wording.ts'
import type { RunConfig } from '../config.ts'
import { asUserError, syncFolder, writeSynced } from '../files.ts'
import type { Environment } from './environment.ts'
import { exists, json, runPaths } from './folder.ts'
import { storedConfigText } from './stored-config.ts'

/** Refuses a folder that exists: a run is never overwritten. */
export async function requireNewRun(folder: string): Promise<void> {
  if (await exists(folder))
    throw new UserError(
      worded`${folder} exists already and is not overwritten; choose another ${option('out')}, or continue it with: ${verb('resume', folder)}`,
    )
}

/**
 * Creates a run's folder with its configuration and environment. It is built under a temporary name and renamed,
 * so that a folder of that name always holds a configuration.
 *
 * @returns a function that removes the folder again unless it has a checkpoint; to be called while its lock is
 * held
 */
export async function createRun(
  folder: string,
  config: RunConfig,
  environment: Environment,
): Promise<() => Promise<void>> {
  await requireNewRun(folder)
  const parent = dirname(resolve(folder))
  const temporary = join(parent, `.latentlab-${randomBytes(4).toString('hex')}`)
  let created: string | undefined
  let unfinished: string | undefined = temporary
  const remove = async (unwanted: string) => {
    await rm(unwanted, { recursive: true, force: true }).catch(() => {})
    if (created !== undefined) await removeEmpty(parent, created)
  }
  try {
    created = await createFolders(parent)
    await mkdir(temporary)
    const paths = runPaths(temporary)
    for (const kind of ['last', 'best'] as const)
      await mkdir(dirname(paths.checkpoint(kind)), { recursive: true })
    await mkdir(paths.samples)
    await writeSynced(paths.environment, json(environment))
    await writeSynced(paths.config, storedConfigText(config))
    await writeSynced(paths.metrics, '')
    await rename(temporary, folder)
    unfinished = folder
    await syncFolder(parent)
    unfinished = undefined
  } catch (error) {
    throw asUserError(error, 'create', folder)
  } finally {
    if (unfinished !== undefined) await remove(unfinished)
  }
  return async () => {
    if (!(await exists(runPaths(folder).checkpoint('last')))) await remove(folder)
  }
}

/**
 * Creates a folder and its missing parents; returns the outermost that was created. Node's own recursive `mkdir`
 * reports a read-only file system as a missing folder.
 */
async function createFolders(folder: string): Promise<string | undefined> {
  if (await exists(folder)) return undefined
  const parent = dirname(folder)
  const outermost = await createFolders(parent)
  try {
    await mkdir(folder)
  } catch (error) {
    if (outermost !== undefined) await removeEmpty(parent, outermost)
    throw error
  }
  return outermost ?? folder
}

/** Removes the folders that are no longer needed, from `inner` up to `outer`, as long as they are empty. */
async function removeEmpty(inner: string, outer: string): Promise<void> {
  try {
    for (let folder = inner; ; folder = dirname(folder)) {
      await rmdir(folder)
      if (folder === outer) return
    }
  } catch {
    // Something else has been put into it meanwhile.
  }
}
