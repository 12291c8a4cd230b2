import { homedir } from 'node:os'
import { join } from 'node:path'

/** The folder for files that can be made again, by the convention of the system. */
export const cacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'latentlab')
