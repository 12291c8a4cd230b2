// A lock between processes that end at any moment: a file that names its holder.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const RETRY_MS = 100
/** Far longer than any build: a process of the holder's number is by then another one. */
const LONGEST_MS = 10 * 60_000
/** Between making the file and naming the holder in it. */
const NAMING_MS = 2_000

export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/**
 * Calls `action` while no other process that uses the same lock is in its own. A lock whose holder is gone is
 * taken over; two that do so at the same time may both act, so actions must stand that.
 *
 * @template T
 * @param {string} file
 * @param {string} doing what the others do, for whoever waits: "compiles the sources"
 * @param {() => T | Promise<T>} action
 * @throws {Error} with a `code` where the file cannot be written
 */
export async function locked(file, doing, action) {
  for (let told = false; !acquired(file); ) {
    if (isAbandoned(file)) {
      rmSync(file, { force: true })
      continue
    }
    if (!told) process.stderr.write(`latentlab: waiting for another process that ${doing}\n`)
    told = true
    await pause(RETRY_MS)
  }
  try {
    return await action()
  } finally {
    rmSync(file, { force: true })
  }
}

function acquired(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function isAbandoned(file) {
  const { mtimeMs } = statSync(file, { throwIfNoEntry: false }) ?? {}
  if (mtimeMs === undefined) return false
  const age = Date.now() - mtimeMs
  const pid = holder(file)
  return pid === undefined ? age > NAMING_MS : !isAlive(pid) || age > LONGEST_MS
}

function holder(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return Number.isNaN(pid) ? undefined : pid
  } catch {
    // Released meanwhile.
    return undefined
  }
}
