import { open, stat, truncate } from 'node:fs/promises'
import {
  asUserError,
  decoded,
  LONG_TEXT,
  markedEncoding,
  writeAtomically,
} from '../../data/disk/files.ts'
import { readRegularFile } from '../../data/regular-file.ts'
import { UserError } from '../../tensor/errors.ts'

/**
 * Undoes how an editor has saved the metrics: with a byte order mark, as UTF-16, or with carriage returns. The length
 * in a checkpoint counts the bytes that training wrote.
 */
export async function restoreMetrics(path: string): Promise<void> {
  if (!(await stat(path).catch(() => undefined))?.isFile()) return
  const bytes = await readRegularFile(path, LONG_TEXT).catch((error) => {
    throw asUserError(error, 'read', path)
  })
  const written = asWritten(bytes)
  if (written.length !== bytes.length) await writeAtomically(path, written)
}

function asWritten(bytes: Uint8Array): Uint8Array {
  const unmarked = Buffer.from(markedEncoding(bytes) ? decoded(bytes) : bytes)
  if (!unmarked.includes('\r\n')) return unmarked
  return Buffer.from(unmarked.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

export async function truncateMetrics(path: string, length: number): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found && !found.isFile()) throw new UserError(`${path}: is not a regular file; restore it`)
  if ((found?.size ?? 0) < length)
    throw new UserError(
      `${path}: ${found ? `${found.size} bytes` : 'is missing'}, but the checkpoint expects ${length}; restore it, or train again`,
    )
  try {
    if (found) await truncate(path, length)
    else await writeAtomically(path, '')
  } catch (error) {
    throw asUserError(error, 'write', path)
  }
}

/**
 * Writes all bytes at a position of a file, and syncs it. A disk that is filling up may take only a part of them.
 */
export async function writeAt(path: string, bytes: Uint8Array, position: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
      done += bytesWritten
    }
    await file.sync()
  } finally {
    await file.close()
  }
}
