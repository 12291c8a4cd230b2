import type { Gunzip, Inflate } from 'fflate'

/** Packed bytes to unpack at a time: at most a few megabytes unpacked, since deflate packs 1032 bytes into one. */
const PIECE = 4096

/**
 * Unpacks deflated bytes piece by piece, so that the whole result is never in memory.
 *
 * @param take called with each piece of the result; it returns false to stop
 * @throws Error if the bytes are corrupted
 */
export function unpackPieces(
  stream: Gunzip | Inflate,
  packed: Uint8Array,
  take: (piece: Uint8Array) => boolean,
): void {
  let isWanted = true
  stream.ondata = (piece: Uint8Array) => {
    isWanted &&= take(piece)
  }
  for (let at = 0; isWanted && at < packed.length; at += PIECE)
    stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length)
}

/** The first `count` unpacked bytes, or all if there are fewer. */
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
