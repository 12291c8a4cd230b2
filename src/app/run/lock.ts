import { readdir, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { asUserError } from '../../data/disk/files.ts'
import {
  holderMark,
  isAlive,
  markHolder,
  type ProcessIdentity,
} from '../../data/disk/process-identity.ts'
import { UserError } from '../../tensor/errors.ts'

/** How often two processes that start on a run at the same instant may back off before both are refused. */
const ATTEMPTS = 8
const LONGEST_PAUSE = 40

/** What the name of a lock begins with. */
const LOCK = 'lock'

const holderOf = (name: string): ProcessIdentity | undefined => markHolder(LOCK, name)

/**
 * Locks a run for this process; a second process is refused. The lock of a dead process is taken over. Returns a
 * function that releases the lock.
 *
 * A process first leaves its lock in the folder and only then looks for those of others. Of two, the later one
 * sees the other, so that they never both proceed. A dead process's lock can be removed without a race, because no
 * other process will ever use its name.
 *
 * @throws UserError if another process has the run, or the folder cannot be written
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  let seen: string | undefined
  for (let attempt = 1; ; attempt++) {
    const mine = holderMark(LOCK)
    const release = () => rm(join(folder, mine), { force: true }).catch(() => {})
    try {
      await writeFile(join(folder, mine), '', { flag: 'wx' })
      const other = await otherLock(folder, mine)
      if (other === undefined) return release
      if (other === seen || attempt === ATTEMPTS) throw lockedBy(folder, other)
      seen = other
    } catch (error) {
      await release()
      throw asUserError(error, 'lock', folder)
    }
    await release()
    // The other may be backing off too; the one that comes back alone gets the run.
    await sleep(Math.random() * LONGEST_PAUSE)
  }
}

/** The lock of a living process that has or wants the run; locks of dead ones are removed. */
async function otherLock(folder: string, mine: string): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const holder = holderOf(name)
    if (holder === undefined || name === mine) continue
    if (isAlive(holder)) return name
    await rm(join(folder, name), { force: true })
  }
  return undefined
}

/** Whether a running process holds the run or is about to, by the names of the files in its folder. */
export const isLocked = (names: readonly string[]): boolean =>
  names.some((name) => {
    const holder = holderOf(name)
    return holder !== undefined && isAlive(holder)
  })

function lockedBy(folder: string, name: string): UserError {
  const { pid, host } = holderOf(name)!
  const elsewhere = host === hostname() ? '' : ` (if it is gone, remove ${join(folder, name)})`
  return new UserError(
    `${folder}: process ${pid} on ${host} is working on this run; wait for it, or stop it${elsewhere}`,
  )
}
