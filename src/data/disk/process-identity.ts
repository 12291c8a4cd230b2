import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Identifies a process to others, also after it has ended. */
export interface ProcessIdentity {
  readonly pid: number
  /** When the process started, in the kernel's ticks, if the system reports it: process ids are reused. */
  readonly started: string | null
  readonly host: string
}

/** The process that this code runs in. */
export const thisProcess = (): ProcessIdentity => ({
  pid: process.pid,
  started: startOf(process.pid),
  host: hostname(),
})

/** Whether a process may still be running; nothing is known of other hosts. */
export function isAlive({ pid, started, host }: ProcessIdentity): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  return started === null || startOf(pid) === started
}

/**
 * Start of a process by its id, from Linux's /proc; null if there is none, and for a process that has ended and is
 * only waiting for its parent to notice.
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

/**
 * The name of an empty file that marks something as held by this process: it exists as a whole or not at all, and fits
 * on a full disk. The random part keeps any name from being used twice.
 *
 * @param kind what the mark means, without a comma
 */
export function holderMark(kind: string): string {
  const { pid, started, host } = thisProcess()
  const parts = [pid, started ?? '', host, randomBytes(8).toString('hex')]
  return `${kind},${parts.map((part) => encodeURIComponent(part)).join(',')}`
}

/** The process that a mark names; undefined for a file of another name. */
export function markHolder(kind: string, name: string): ProcessIdentity | undefined {
  const [found, pid, started, host] = name.split(',')
  if (found !== kind || host === undefined) return undefined
  return { pid: Number(pid), started: started || null, host: decodeURIComponent(host) }
}
