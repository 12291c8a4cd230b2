import type { Gunzip, Inflate } from 'fflate'

/** Packed bytes unpacked at a time: a few megabytes at most, since deflate packs 1032 bytes into one. */
const PIECE = 4096

/**
 * Unpacks deflated bytes piece by piece, so that what they unpack to is never held as a whole.
 *
 * @param take called with each piece of the result; false ends it
 * @throws Error where the bytes are corrupted
 */
export function unpackPieces(
  stream: Gunzip | Inflate,
  packed: Uint8Array,
  take: (piece: Uint8Array) => boolean,
): void {
  let goesOn = true
  stream.ondata = (piece: Uint8Array) => {
    goesOn &&= take(piece)
  }
  for (let at = 0; goesOn && at < packed.length; at += PIECE)
    stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length)
}

/** The first `count` bytes that the packed bytes unpack to, or all where they are fewer. */
export function unpackHead(
  stream: Gunzip | Inflate,
  packed: Uint8Array,
  count: number,
): Uint8Array {
  const head = new Uint8Array(count)
  let filled = 0
  unpackPieces(stream, packed, (piece) => {
    const part = piece.subarray(0, count - filled)
    head.set(part, filled)
    filled += part.length
    return filled < count
  })
  return head.subarray(0, filled)
}
