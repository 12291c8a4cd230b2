import { createHash } from 'node:crypto'
import { type FileHandle, open, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import { hostTensor, sizeOf } from '../../tensor/host.ts'
import { writeAtomically } from '../disk/files.ts'
import { createFolders } from '../disk/folders.ts'
import { picturesFolder, tablesFolder, trimCache } from '../table/cache-entries.ts'
import type { PackedPictures } from './packed.ts'

/**
 * A file of packed pictures: `MAGIC`, the number of bytes before the rows as uint32 (little endian), a JSON text of
 * `Stored` filled up with spaces, and the rows one after the other.
 */
const MAGIC = 'latentlab-pictures 1\n'
const HEADER_UNIT = 4096

interface Stored extends Omit<PackedPictures, 'rows'> {
  readonly count: number
}

/** Identifies packed pictures by what they were made of: any JSON value. */
export const cacheKey = (madeOf: unknown): string =>
  createHash('sha256').update(MAGIC).update(JSON.stringify(madeOf)).digest('hex').slice(0, 32)

const pathOf = (key: string): string => join(picturesFolder(), `${key}.rows`)

/** The packed pictures of a key; undefined if there are none, or the file is not complete or somebody else's. */
export async function cachedPictures(
  key: string,
  allocate: (bytes: number) => Uint8Array,
): Promise<PackedPictures | undefined> {
  let file: FileHandle | undefined
  try {
    file = await open(pathOf(key), 'r')
    const start = Buffer.alloc(MAGIC.length + 4)
    await file.read(start, 0, start.length, 0)
    if (start.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
    const offset = start.readUInt32LE(MAGIC.length)
    const { size, uid } = await file.stat()
    if (process.getuid && uid !== process.getuid()) return undefined
    if (offset > size || offset % HEADER_UNIT !== 0) return undefined
    const header = Buffer.alloc(offset - start.length)
    await file.read(header, 0, header.length, start.length)
    const { count, ...stored } = JSON.parse(header.toString()) as Stored
    const width = sizeOf(stored.shape)
    if (size !== offset + count * width) return undefined
    const rows = allocate(count * width)
    await readAt(file, rows, offset)
    // Entries are removed in the order of their last use, which is their time of modification.
    await utimes(pathOf(key), new Date(), new Date()).catch(() => {})
    return { ...stored, rows: hostTensor('uint8', [count, width], rows) }
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined)
      return undefined
    throw error
  } finally {
    await file?.close()
  }
}

/** A single read returns less than 2 GiB. */
const LONGEST = 2 ** 30

async function readAt(file: FileHandle, to: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < to.length; ) {
    const { bytesRead } = await file.read(
      to,
      done,
      Math.min(to.length - done, LONGEST),
      offset + done,
    )
    if (bytesRead === 0)
      throw Object.assign(new Error('the file has become shorter'), { code: 'EIO' })
    done += bytesRead
  }
}

/**
 * Keeps packed pictures in a folder that their owner alone can read. Where that fails, they are packed again at the next
 * start.
 */
export async function keepPictures(key: string, { rows, ...facts }: PackedPictures): Promise<void> {
  const folder = picturesFolder()
  const stored: Stored = { ...facts, count: rows.shape[0]! }
  const text = Buffer.from(JSON.stringify(stored))
  const length = Math.ceil((MAGIC.length + 4 + text.length) / HEADER_UNIT) * HEADER_UNIT
  const header = Buffer.alloc(length, ' ')
  header.write(MAGIC, 'latin1')
  header.writeUInt32LE(length, MAGIC.length)
  text.copy(header, MAGIC.length + 4)
  try {
    await createFolders(folder, 0o700)
    await writeAtomically(pathOf(key), inParts(header, rows.data), 0o600)
    await trimCache([tablesFolder(), folder])
  } catch (error) {
    if (!(error instanceof UserError) && (error as NodeJS.ErrnoException).code === undefined)
      throw error
  }
}

async function* inParts(header: Uint8Array, rows: Uint8Array): AsyncIterable<Uint8Array> {
  yield header
  for (let at = 0; at < rows.length; at += LONGEST) yield rows.subarray(at, at + LONGEST)
}
