import { UserError } from '../../../tensor/errors.ts'
import { byteText } from '../../elements.ts'

/** The bytes of a file, wherever it is: on disk, in a browser, in memory. */
export interface ByteSource {
  /** Name in messages: the path of a file. */
  readonly name: string
  /** Number of bytes; undefined if it is not known before all are read, as of an unpacked gzip file. */
  readonly size: number | undefined
  /** The bytes from `start` up to `end`; fewer where the file ends earlier. */
  slice(start: number, end: number): Promise<Uint8Array>
  /** All bytes from the beginning, in pieces. Can be called again. */
  stream(): AsyncIterable<Uint8Array>
}

/** Bytes to read at a time. */
export const PIECE = 2 ** 17

/** Bytes in memory as a file. */
export const bytesInMemory = (bytes: Uint8Array, name: string, piece = PIECE): ByteSource =>
  sourceOf(name, bytes.length, piece, async (start, end) => bytes.subarray(start, end))

/** A `Blob` or `File` of a browser or of Node. */
export const bytesOfBlob = (blob: Blob, name: string, piece = PIECE): ByteSource =>
  sourceOf(name, blob.size, piece, async (start, end) => {
    try {
      return new Uint8Array(await blob.slice(start, end).arrayBuffer())
    } catch (error) {
      // A browser does not read a file further that has changed since the user chose it.
      throw new UserError(
        `${name}: cannot be read (${(error as Error).message}); if it has changed, choose it again`,
      )
    }
  })

function sourceOf(
  name: string,
  size: number,
  piece: number,
  slice: ByteSource['slice'],
): ByteSource {
  return {
    name,
    size,
    slice,
    async *stream() {
      for (let at = 0; at < size; at += piece) yield await slice(at, at + piece)
    },
  }
}

/** The first bytes of a file: `count`, or all if there are fewer. */
export async function readHead(source: ByteSource, count: number): Promise<Uint8Array> {
  if (source.size !== undefined) return source.slice(0, Math.min(count, source.size))
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of source.stream()) {
    pieces.push(piece)
    length += piece.length
    if (length >= count) break
  }
  return joined(pieces, length).subarray(0, count)
}

/**
 * All bytes of a file.
 *
 * @param most bytes that it may have
 * @throws UserError if there are more
 */
export async function readAll(source: ByteSource, most: number): Promise<Uint8Array> {
  const refused = (has: string) =>
    new UserError(
      `${source.name}: has ${has}, and at most ${byteText(most)} of such a file can be read`,
    )
  if (source.size !== undefined) {
    if (source.size > most) throw refused(byteText(source.size))
    return source.slice(0, source.size)
  }
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of source.stream()) {
    pieces.push(piece)
    length += piece.length
    if (length > most) throw refused(`${byteText(length)} or more`)
  }
  return joined(pieces, length)
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
