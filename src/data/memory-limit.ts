import { totalmem } from 'node:os'
import { addressesLeft } from '../runtime/address-space.ts'
import { UserError } from '../tensor/errors.ts'
import { byteText } from './elements.ts'

/** Most bytes of memory for this process: those of the machine, its container or its `ulimit -v`. */
export function memoryLimit(): number {
  // 0, or more than the machine has, if nothing limits the process.
  const limit = process.constrainedMemory()
  return Math.min(
    totalmem(),
    limit > 0 ? limit : Number.POSITIVE_INFINITY,
    addressesLeft() ?? Number.POSITIVE_INFINITY,
  )
}

/**
 * Refuses what does not fit in memory, before anything is allocated for it.
 *
 * @param limit available bytes
 * @throws UserError if `bytes` exceeds it
 */
export function requireRoom(bytes: number, name: string, limit: number = memoryLimit()): void {
  if (bytes <= limit) return
  throw new UserError(
    `${name}: takes ${byteText(bytes)} of memory, but only ${byteText(limit)} are available; use a smaller file or more memory`,
  )
}
