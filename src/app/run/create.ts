import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { asUserError, syncFolder, writeSynced } from '../../data/disk/files.ts'
import { createFolders, removeEmpty } from '../../data/disk/folders.ts'
import { temporaryPath } from '../../data/disk/temporary.ts'
import { UserError } from '../../tensor/errors.ts'
import { option, verb, worded } from '../../tensor/wording.ts'
import type { RunConfig } from '../config.ts'
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
 * so that a folder of that name always holds a configuration; what a killed process leaves is removed by the next one.
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
  let created: string | undefined
  let unfinished: string | undefined
  const remove = async (unwanted: string) => {
    await removeFolder(unwanted)
    if (created !== undefined) await removeEmpty(parent, created)
  }
  try {
    created = await createFolders(parent)
    const temporary = await temporaryPath(parent)
    unfinished = temporary
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
    const { checkpoint } = runPaths(folder)
    const kept = await Promise.all([checkpoint('last'), checkpoint('best')].map(exists))
    if (!kept.includes(true)) await remove(folder)
  }
}

/** Removes a folder; under a temporary name first, so that a kill meanwhile leaves no part of a run. */
async function removeFolder(folder: string): Promise<void> {
  const temporary = await temporaryPath(dirname(folder))
  const removed = await rename(folder, temporary).then(
    () => temporary,
    () => folder,
  )
  await rm(removed, { recursive: true, force: true }).catch(() => {})
}
