import { createHash, randomBytes } from 'node:crypto'
import { readlinkSync } from 'node:fs'
import { lstat, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isAlive, thisProcess } from './process-identity.ts'

/** Process id, start, a digest of where process ids count, and a random part. */
const NAME = /^\.latentlab-(\d+)-(\d*)-([0-9a-f]{8})-[0-9a-f]{8}$/

/**
 * A path for something that is written here first and then renamed. Its name identifies this process, so that what a
 * killed process has left can be recognised. Such leftovers are removed from the folder now.
 */
export async function temporaryPath(folder: string): Promise<string> {
  await removeAbandoned(folder)
  const { pid, started } = thisProcess()
  const random = randomBytes(4).toString('hex')
  return join(folder, `.latentlab-${pid}-${started ?? ''}-${processSpace()}-${random}`)
}

/**
 * Removes from a folder what killed processes have left there under temporary names. Anything of a running process, of
 * another user, host or container stays, and so does what cannot be removed.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [] as string[])) {
    if (!isOfEndedProcess(name)) continue
    const path = join(folder, name)
    const { uid } = (await lstat(path).catch(() => undefined)) ?? {}
    if (uid === undefined || (process.getuid && uid !== process.getuid())) continue
    await rm(path, { recursive: true, force: true }).catch(() => {})
  }
}

function isOfEndedProcess(name: string): boolean {
  const [, pid, started, space] = NAME.exec(name) ?? []
  if (pid === undefined || space !== processSpace()) return false
  return !isAlive({ pid: Number(pid), started: started || null, host: hostname() })
}

/** A digest of the host and, within it, of the container that process ids count in. */
function processSpace(): string {
  let namespace = ''
  try {
    namespace = readlinkSync('/proc/self/ns/pid')
  } catch {
    // Only Linux has them.
  }
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8)
}
