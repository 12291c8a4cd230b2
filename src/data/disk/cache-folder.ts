import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The folder for files that can be made again, by the convention of the system, which ignores a relative one. */
export function cacheFolder(): string {
  const stated = process.env.XDG_CACHE_HOME ?? ''
  return join(isAbsolute(stated) ? stated : join(homeFolder(), '.cache'), 'latentlab')
}

/** The user's home; `/`, as for users of services, where the system knows none. */
function homeFolder(): string {
  try {
    const home = homedir()
    return isAbsolute(home) ? home : '/'
  } catch {
    return '/'
  }
}
