import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../../tensor/errors.ts'
import { asUserError } from '../files.ts'

interface Holder {
  readonly pid: number
  /** When the process started, in the kernel's ticks, where the system tells: process numbers come again. */
  readonly started: string | null
  readonly host: string
}

/** How often two that start on a run in the same instant may step back before both are refused. */
const ATTEMPTS = 8
const LONGEST_PAUSE = 40

/**
 * Start of a process by its number, from Linux's /proc; null where there is none, and for a process that
 * has ended and is only waiting for its parent to notice.
 */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : (fields[19] ?? null)
  } catch {
    return null
  }
}

function alive({ pid, started, host }: Holder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === null || startOf(pid) === started
}

/**
 * A lock is an empty file whose name says whose it is: it is there as a whole or not at all, and a full
 * disk has room for it. The random part keeps any name from being used twice.
 */
function newLock(): string {
  const parts = [
    process.pid,
    startOf(process.pid) ?? '',
    hostname(),
    randomBytes(8).toString('hex'),
  ]
  return `lock,${parts.map((part) => encodeURIComponent(part)).join(',')}`
}

function holderOf(name: string): Holder | undefined {
  const [kind, pid, started, host] = name.split(',')
  if (kind !== 'lock' || host === undefined) return undefined
  return { pid: Number(pid), started: started || null, host: decodeURIComponent(host) }
}

/**
 * Takes a run for this process; a second one is refused. The lock of a process that is gone is taken
 * over. Returns what gives it back.
 *
 * Whoever wants a run leaves a lock in the folder and only then looks for those of others: of two, the
 * later one sees the other, so that never both go on. A dead process's lock can be removed without a
 * race, because nobody else will ever have its name.
 *
 * @throws UserError where another process has the run, or where the folder cannot be written
 */
export async function lockRun(folder: string): Promise<() => Promise<void>> {
  let seen: string | undefined
  for (let attempt = 1; ; attempt++) {
    const mine = newLock()
    const release = () => rm(join(folder, mine), { force: true }).catch(() => {})
    try {
      await writeFile(join(folder, mine), '', { flag: 'wx' })
      const other = await otherLock(folder, mine)
      if (other === undefined) return release
      if (other === seen || attempt === ATTEMPTS) throw taken(folder, other)
      seen = other
    } catch (error) {
      await release()
      throw asUserError(error, 'lock', folder)
    }
    await release()
    // The other may be stepping back just as well; whoever returns alone has the run.
    await sleep(Math.random() * LONGEST_PAUSE)
  }
}

/** The lock of a living process that has or wants the run; locks of dead ones are removed. */
async function otherLock(folder: string, mine: string): Promise<string | undefined> {
  for (const name of await readdir(folder)) {
    const holder = holderOf(name)
    if (holder === undefined || name === mine) continue
    if (alive(holder)) return name
    await rm(join(folder, name), { force: true })
  }
  return undefined
}

function taken(folder: string, name: string): UserError {
  const { pid, host } = holderOf(name)!
  const elsewhere = host === hostname() ? '' : ` (if it is gone, remove ${join(folder, name)})`
  return new UserError(
    `${folder}: process ${pid} on ${host} is working on this run; wait for it, or stop it${elsewhere}`,
  )
}
