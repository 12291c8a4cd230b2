import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { UserError } from '../../tensor/errors.ts'
import { byteText } from '../elements.ts'
import { readProblem } from '../files.ts'
import { requireRoom } from '../memory-limit.ts'
import { nameText } from './names.ts'
import type { FileState } from './walk.ts'

/** Most bytes of the file of a picture. */
const LARGEST = 2 ** 30

/**
 * Reads the file of a picture. Thousands of small files are read much faster without a thread for each.
 *
 * @param expected its size and time of change when the folder was listed
 * @throws UserError if it is missing, may not be read, or has changed since
 */
export function readPictureFile(path: string, expected: FileState): Uint8Array {
  const { size } = expected
  if (size > LARGEST)
    throw new UserError(
      `${nameText(path)}: has ${byteText(size)}; expected a picture of at most ${byteText(LARGEST)}`,
    )
  requireRoom(size, nameText(path))
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const bytes = new Uint8Array(size)
    let done = 0
    while (done < size) {
      const read = readSync(file, bytes, done, size - done, done)
      if (read === 0) break
      done += read
    }
    const found = fstatSync(file)
    if (done < size || found.size !== size || found.mtimeMs !== expected.mtimeMs)
      throw new UserError(
        `${nameText(path)}: changed while it was read; try again when it is complete`,
      )
    return bytes
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(`${nameText(path)}: ${readProblem(error as NodeJS.ErrnoException)}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
