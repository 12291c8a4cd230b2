import { gunzipSync } from 'node:zlib'
import { UserError } from '../tensor/errors.ts'
import { byteText } from './elements.ts'
import { inflateLimit } from './zip.ts'

/** Whether the bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The bytes of a file, gunzipped if they are gzip, else as they are.
 *
 * @param limit most bytes to unpack to
 * @throws UserError when the gzip data is corrupted, truncated, or unpacks to more than `limit`.
 */
export function plainBytes(bytes: Uint8Array, name: string, limit = inflateLimit): Uint8Array {
  if (!isGzip(bytes)) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: limit })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new UserError(`${name}: unpacks to more than the limit of ${byteText(limit)}`)
    throw new UserError(`${name}: the gzip data is corrupted or truncated (${message})`)
  }
}
