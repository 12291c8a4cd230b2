import { readFileSync } from 'node:fs'
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { asUserError } from './files.ts'

interface Holder {
  readonly pid: number
  readonly host: string
  /** When the process started, in the kernel's ticks, where the system tells: process numbers come again. */
  readonly started: string | null
}

/** Start of a process by its number, from Linux's /proc; null where there is none. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

function alive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === null || startOf(pid) === started
}

/**
 * Takes a run for this process; a second one is refused. The lock of a process that is gone is taken
 * over. Returns what gives it back.
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  const mine = `${path}.${process.pid}`
  const holder: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) }
  try {
    await writeFile(mine, JSON.stringify(holder))
    try {
      await acquire(path, mine, folder)
    } finally {
      await rm(mine, { force: true })
    }
  } catch (error) {
    throw asUserError(error, 'lock', folder)
  }
  return () => rm(path, { force: true })
}

/** Links the file with our name to the lock's: that succeeds for one process only. */
async function acquire(path: string, mine: string, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      await link(mine, path)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = await readHolder(path)
    if (holder && alive(holder))
      throw new UserError(
        `${folder}: process ${holder.pid} on ${holder.host} is working on this run; wait for it, or stop it`,
      )
    // Moved away rather than removed, so that of two who find it stale only one succeeds.
    const stale = `${mine}.stale`
    await rename(path, stale).then(() => unlink(stale), () => {})
  }
  throw new UserError(`${folder}: could not lock the run; is another process starting on it?`)
}

async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder
  } catch {
    return undefined
  }
}
