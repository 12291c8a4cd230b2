import { readFileSync } from 'node:fs'
import { UserError } from '../tensor/errors.ts'

/** Bytes left under a limit on the address space (`ulimit -v`), from Linux's /proc; undefined without a limit. */
export function addressesLeft(): number | undefined {
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

/** Bytes of address space that a thread with ONNX Runtime reserves, mostly for V8's code and the allocator. */
const THREAD = 640 * 2 ** 20

/**
 * Refuses to start a thread where V8 could not reserve its address space and would end the process.
 *
 * @param left bytes of address space that are left; undefined for no limit
 */
export function requireThreadRoom(left: number | undefined = addressesLeft()): void {
  if (left === undefined || left >= THREAD) return
  const inMib = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`
  throw new UserError(
    `there is not enough memory to compute: it takes ${inMib(THREAD)} of address space, and ${inMib(left)} are left of the limit (see ulimit -v)`,
  )
}
