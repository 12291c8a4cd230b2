import type { Stats } from 'node:fs'
import { constants, type FileHandle, open, stat } from 'node:fs/promises'
import { UserError } from '../tensor/errors.ts'
import { byteText } from './elements.ts'
import { requireRoom } from './memory-limit.ts'

/** A single read returns less than 2 GiB. */
const LONGEST_READ = 2 ** 30

/**
 * Reads a whole regular file. Its size is known before anything is read, and a file that grows meanwhile is read
 * up to that size. A pipe, a socket or a device is never opened: it could block, or never end.
 *
 * @param most largest size of the file, in bytes
 * @throws UserError for another kind of file, a larger file, and one that does not fit in memory; the system's
 * errors as they are
 */
export async function readRegularFile(path: string, most: number): Promise<Buffer<ArrayBuffer>> {
  const { file, found } = await openRegularFile(path)
  try {
    if (found.size > most)
      throw new UserError(
        `${path}: has ${byteText(found.size)}, and at most ${byteText(most)} of such a file can be read`,
      )
    return await readAll(file, found.size, path)
  } finally {
    await file.close()
  }
}

/**
 * Opens a regular file; close it. Anything else is not even opened.
 *
 * @throws UserError for another kind of file but a folder; the system's errors as they are
 */
export async function openRegularFile(path: string): Promise<{ file: FileHandle; found: Stats }> {
  requireRegular(await stat(path), path)
  // Without O_NONBLOCK, a pipe that has taken the file's place meanwhile would wait for a writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const found = await file.stat()
    requireRegular(found, path)
    return { file, found }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readAll(file: FileHandle, size: number, path: string): Promise<Buffer<ArrayBuffer>> {
  requireRoom(size, path)
  const bytes = allocate(size, path)
  let done = 0
  for (;;) {
    const length = Math.min(size - done, LONGEST_READ)
    const { bytesRead } = await file.read(bytes, done, length, done)
    done += bytesRead
    if (bytesRead === 0 || done === size) return bytes.subarray(0, done)
  }
}

function allocate(size: number, path: string): Buffer<ArrayBuffer> {
  try {
    return Buffer.from(new ArrayBuffer(size))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new UserError(`${path}: there is not enough memory for its ${byteText(size)}`)
  }
}

const kinds = [
  ['a named pipe', (found: Stats) => found.isFIFO()],
  ['a socket', (found: Stats) => found.isSocket()],
  ['a character device', (found: Stats) => found.isCharacterDevice()],
  ['a block device', (found: Stats) => found.isBlockDevice()],
] as const

/** Refuses anything but a regular file, except a folder: the system refuses to read that. */
function requireRegular(found: Stats, path: string): void {
  const kind = kinds.find(([, is]) => is(found))
  if (kind) throw new UserError(`${path}: is ${kind[0]}; expected a regular file`)
}
