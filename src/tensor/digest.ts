import { UserError } from './errors.ts'

/**
 * SHA-256 of the parts one after the other, hexadecimal. Works in Node and in browsers.
 *
 * @throws UserError in a page that is not a secure context: browsers offer digests only to pages from https or
 * localhost
 */
export async function sha256(parts: readonly Uint8Array[]): Promise<string> {
  if (!globalThis.crypto?.subtle)
    throw new UserError(
      'the page is not a secure context, and browsers compute the digest of the data only in one: serve it over https or from localhost',
    )
  const bytes =
    parts.length === 1
      ? parts[0]!
      : await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
