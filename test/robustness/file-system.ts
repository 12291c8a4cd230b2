import { constants, type FileHandle, open } from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'

type Call = (...args: unknown[]) => Promise<unknown>

/** Calls that change what is on the disk. */
const CHANGES = ['open', 'writeFile', 'rename', 'mkdir', 'truncate', 'rm', 'rmdir'] as const

const promises = createRequire(import.meta.url)('node:fs/promises') as Record<string, Call>

/**
 * Does `work` while every change of a file or folder is announced before it is made; a write to an open
 * file is announced once more when half of it is done. Where `before` throws, the change fails with that.
 */
export async function withFileSystem<T>(
  before: (change: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  const handles = await handlePrototype()
  const originals = { ...promises }
  const { writeFile, write, sync } = handles
  for (const name of CHANGES)
    promises[name] = async (...args) => {
      if (name !== 'open' || !isForReading(args[1])) before(name)
      return originals[name]!(...args)
    }
  handles.writeFile = async function (this: FileHandle, contents: string | Uint8Array) {
    const bytes = Buffer.from(contents as Uint8Array)
    const middle = bytes.length >> 1
    before('write')
    await write.call(this, bytes, 0, middle)
    before('write on')
    await write.call(this, bytes, middle, bytes.length - middle)
  }
  handles.write = async function (this: FileHandle, bytes: Uint8Array, offset, length, position) {
    before('write')
    // A short write, as when a disk fills up: who calls must go on with the rest.
    const part = length > 1 ? length >> 1 : length
    return write.call(this, bytes, offset, part, position)
  } as typeof write
  handles.sync = async function (this: FileHandle) {
    before('sync')
    return sync.call(this)
  }
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    Object.assign(promises, originals)
    Object.assign(handles, { writeFile, write, sync })
    syncBuiltinESMExports()
  }
}

const isForReading = (flags: unknown): boolean =>
  typeof flags === 'number'
    ? (flags & (constants.O_WRONLY | constants.O_RDWR)) === 0
    : flags === 'r'

interface Handles {
  writeFile(contents: string | Uint8Array): Promise<void>
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position?: number,
  ): Promise<{ bytesWritten: number }>
  sync(): Promise<void>
}

async function handlePrototype(): Promise<Handles> {
  const handle = await open(import.meta.filename, 'r')
  await handle.close()
  return Object.getPrototypeOf(handle) as Handles
}

/** What the system says of a full disk, or of one that cannot be written. */
export function systemError(code: 'ENOSPC' | 'EROFS'): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: simulated`), { code })
}
