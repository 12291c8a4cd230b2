import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { UserError } from '../../../tensor/errors.ts'
import { readProblem } from '../../files.ts'
import { openRegularFile } from '../../regular-file.ts'
import { type ByteSource, PIECE } from './bytes.ts'

/**
 * A regular file on disk. It is opened for every reading and closed after it, and must stay as it was at first.
 *
 * @throws UserError, here and while it is read, if there is no such file, if it is not a regular one or may not be read,
 * or if its size or its time of modification changes
 */
export async function fileBytes(path: string, piece = PIECE): Promise<ByteSource> {
  const first = await opened(path, async (_, found) => found)
  const { size } = first
  return {
    name: path,
    size,
    slice: (start, end) =>
      opened(path, async (file, found) => {
        requireSame(first, found, path)
        const bytes = await readAt(file, start, Math.min(end, size))
        requireSame(first, await file.stat(), path)
        return bytes
      }),
    async *stream() {
      const { file, found } = await open(path)
      try {
        requireSame(first, found, path)
        for (let at = 0; at < size; at += piece)
          yield await readAt(file, at, Math.min(at + piece, size))
        requireSame(first, await file.stat(), path)
      } catch (error) {
        throw readable(error, path)
      } finally {
        await file.close()
      }
    },
  }
}

async function opened<T>(
  path: string,
  use: (file: FileHandle, found: Stats) => Promise<T>,
): Promise<T> {
  const { file, found } = await open(path)
  try {
    return await use(file, found)
  } catch (error) {
    throw readable(error, path)
  } finally {
    await file.close()
  }
}

async function open(path: string): Promise<{ file: FileHandle; found: Stats }> {
  try {
    const { file, found } = await openRegularFile(path)
    if (!found.isDirectory()) return { file, found }
    await file.close()
  } catch (error) {
    throw readable(error, path)
  }
  throw new UserError(`${path}: is a folder; expected a file`)
}

const readable = (error: unknown, path: string): unknown =>
  error instanceof UserError
    ? error
    : new UserError(`${path}: ${readProblem(error as NodeJS.ErrnoException)}`)

/** Reads less than asked for only where the file has become shorter, which `requireSame` then finds. */
async function readAt(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start))
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done)
    if (bytesRead === 0) return bytes.subarray(0, done)
    done += bytesRead
  }
  return bytes
}

function requireSame(first: Stats, now: Stats, path: string): void {
  if (now.size === first.size && now.mtimeMs === first.mtimeMs && now.ino === first.ino) return
  throw new UserError(
    `${path}: was changed while it was read (its size or its time of modification is another one); try again when nothing writes to it`,
  )
}
