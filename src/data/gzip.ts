import { createGunzip, gunzipSync } from 'node:zlib'
import { Gunzip } from 'fflate'
import { UserError } from '../tensor/errors.ts'
import { byteText } from './elements.ts'
import { requireRoom } from './memory-limit.ts'
import { unpackHead } from './stream-head.ts'
import { maximumRatio } from './zip.ts'

/** Bytes to unpack at a time. */
const PIECE = 2 ** 20

/**
 * Unpacks a gzip file. Memory is allocated for `limit` bytes and no more.
 *
 * @param limit most bytes of the content
 * @param set what sets the limit, for the message
 * @throws UserError if the gzip data is corrupted, truncated, or unpacks to more than `limit`.
 */
export function gunzip(bytes: Uint8Array, name: string, limit: number, set = ''): Uint8Array {
  try {
    // A single chunk with room for one more byte: the result is not copied and cannot grow longer.
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, limit), chunkSize: limit + 64 })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new UserError(`${name}: unpacks to more than the limit of ${byteText(limit)}${set}`)
    if (error instanceof RangeError)
      throw new UserError(`${name}: there is not enough memory for its ${byteText(limit)}`)
    throw corrupted(name, message)
  }
}

/**
 * Unpacks a gzip file whose content declares its own length.
 *
 * @param length bytes that the content's header declares
 * @throws UserError as `gunzip`, and for a length that the file cannot have or memory cannot hold
 */
export function gunzipDeclared(bytes: Uint8Array, name: string, length: number): Uint8Array {
  // Also refuses NaN, which an overflowing product times zero gives.
  if (!(length <= bytes.length * maximumRatio))
    throw new UserError(
      `${name}: its header claims ${byteText(length)}, which ${byteText(bytes.length)} of gzip cannot hold: the file is truncated or its header is wrong`,
    )
  requireRoom(length, name)
  return gunzip(bytes, name, length, ' that its header declares')
}

/** The first `count` bytes of the content of a gzip file, or all if there are fewer. Throws UserError. */
export function gunzipHead(bytes: Uint8Array, name: string, count: number): Uint8Array {
  return streamed(name, () => unpackHead(new Gunzip(), bytes, count))
}

/**
 * The length of the content of a gzip file and its last bytes, found with little memory.
 *
 * @param limit most bytes that the content may have
 * @param count how many of the last bytes
 * @throws UserError for corrupted gzip data and more than `limit` bytes
 */
export async function gunzipEnd(
  bytes: Uint8Array,
  name: string,
  limit: number,
  count: number,
): Promise<{ length: number; tail: Uint8Array }> {
  const refused = (length: number) =>
    new UserError(
      `${name}: unpacks to ${byteText(length)} or more, the limit is ${byteText(limit)}`,
    )
  // The last four bytes state the length, modulo 2³², so that most large files are refused at once.
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true)
  if (stated > limit) throw refused(stated)
  let length = 0
  let tail: Uint8Array = new Uint8Array(0)
  try {
    const unpacking = createGunzip({ chunkSize: PIECE })
    unpacking.end(bytes)
    for await (const piece of unpacking as AsyncIterable<Uint8Array>) {
      length += piece.length
      if (length > limit) throw refused(length)
      const kept = piece.length >= count ? [piece] : [tail, piece]
      tail = new Uint8Array(Buffer.concat(kept).subarray(-count))
    }
  } catch (error) {
    if (error instanceof UserError) throw error
    throw corrupted(name, (error as Error).message)
  }
  return { length, tail }
}

function streamed<T>(name: string, unpack: () => T): T {
  try {
    return unpack()
  } catch (error) {
    throw corrupted(name, error instanceof Error ? error.message : String(error))
  }
}

const corrupted = (name: string, why: string): UserError =>
  new UserError(`${name}: the gzip data is corrupted or truncated (${why})`)
