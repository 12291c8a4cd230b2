import { totalmem } from 'node:os'
import { addressesLeft } from '../runtime/address-space.ts'
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
