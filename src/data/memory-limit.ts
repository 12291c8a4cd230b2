import { readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { UserError } from '../tensor/errors.ts'
import { byteText } from './elements.ts'

/** Bytes of memory that this process can have at most: of the machine, its container or its `ulimit -v`. */
export function memoryLimit(): number {
  // 0, or more than there is, where nothing limits the process.
  const limit = process.constrainedMemory()
  return Math.min(
    totalmem(),
    limit > 0 ? limit : Number.POSITIVE_INFINITY,
    addressesLeft() ?? Number.POSITIVE_INFINITY,
  )
}

/** What is left of a limit on the address space, from Linux's /proc; undefined where there is none. */
function addressesLeft(): number | undefined {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const limit = /^Max address space\s+(\d+)/m.exec(limits)?.[1]
    if (limit === undefined) return undefined
    const used = /^VmSize:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0
    return Math.max(0, Number(limit) - 1024 * Number(used))
  } catch {
    return undefined
  }
}

/**
 * Refuses what cannot be held in memory, before anything is allocated for it.
 *
 * @param limit bytes that there are
 * @throws UserError where `bytes` are more
 */
export function requireRoom(bytes: number, name: string, limit: number = memoryLimit()): void {
  if (bytes <= limit) return
  throw new UserError(
    `${name}: takes ${byteText(bytes)} of memory, and there are ${byteText(limit)}; use a smaller file or more memory`,
  )
}
