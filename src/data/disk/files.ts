import { writeSync } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { readRegularFile } from '../regular-file.ts'
import { temporaryPath } from './temporary.ts'

/** The errors of a file system, in words for the person who reads them. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'there is no permission',
  EPERM: 'there is no permission',
  EROFS: 'the file system is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'there is a folder of that name',
  ENOTEMPTY: 'there is a folder of that name',
  EEXIST: 'it exists already',
  EFBIG: 'the file would be larger than allowed here',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk reports an error',
}

/** An error of the system in words, without the path. */
export function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return reasons[code ?? ''] ?? message
}

/** A file system's error as a UserError that names the path; other errors as they are. */
export function asUserError(error: unknown, action: string, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const reason = code === undefined ? undefined : reasons[code]
  return reason ? new UserError(`cannot ${action} ${path}: ${reason}`) : error
}

/** Largest text files, in bytes: configurations and the like, and files that grow with training. */
export const SHORT_TEXT = 2 ** 20
export const LONG_TEXT = 2 ** 28

/** The encoding that a byte order mark states; undefined without a mark. */
export function markedEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  return first === 0xef && second === 0xbb && third === 0xbf ? 'utf-8' : undefined
}

/**
 * The text of a file, without a byte order mark: UTF-8, or UTF-16 if a mark says so, as some editors and shells of
 * Windows write it.
 */
export function decoded(bytes: Uint8Array): string {
  return new TextDecoder(markedEncoding(bytes)).decode(bytes)
}

/**
 * A file's text; undefined if there is no such file.
 *
 * @param most largest size, in bytes
 * @throws UserError if it is larger, is not a regular file, or cannot be read
 */
export async function textOf(path: string, most: number): Promise<string | undefined> {
  try {
    return decoded(await readRegularFile(path, most))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asUserError(error, 'read', path)
  }
}

/** What a file will hold: all of it, or one part after the other as they are made. */
export type Contents = Uint8Array | string | AsyncIterable<Uint8Array | string>

/**
 * Writes a file as a whole: to a temporary name beside it, synced, then renamed, and the folder synced.
 * After a crash at any moment there is the old file or the new one. On failure nothing is left behind; what a killed
 * process leaves is removed by the next one that writes to the folder.
 */
export async function writeAtomically(
  path: string,
  contents: Contents,
  mode?: number,
): Promise<void> {
  const temporary = await temporaryPath(dirname(path))
  try {
    await writeSynced(temporary, contents, mode)
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw asUserError(error, 'write', path)
  }
}

/** Writes all bytes to an open file: a disk that is filling up may take only a part of it at a time. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(descriptor, bytes, done)
}

/** Writes a new file and waits until it is on the disk. Errors of the system are thrown as they are. */
export async function writeSynced(path: string, contents: Contents, mode?: number): Promise<void> {
  const file = await open(path, 'wx', mode)
  try {
    const isWhole = typeof contents === 'string' || contents instanceof Uint8Array
    for await (const part of isWhole ? [contents] : contents) await file.writeFile(part)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a rename in a folder survive a power cut; not every system can. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(folder, 'r')
    await handle.sync()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EBADF', 'ENOTSUP'].includes(code ?? '')) throw error
  } finally {
    await handle?.close()
  }
}
