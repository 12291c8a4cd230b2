import type { Gunzip, Inflate } from 'fflate'

/** Packed bytes to unpack at a time: at most a few megabytes unpacked, since deflate packs 1032 bytes into one. */
const PIECE = 4096

/**
 * The first `count` bytes of what deflated bytes unpack to, or all if there are fewer; the rest is not unpacked.
 *
 * @throws Error if the bytes are corrupted
 */
export function unpackHead(
  stream: Gunzip | Inflate,
  packed: Uint8Array,
  count: number,
): Uint8Array {
  const head = new Uint8Array(count)
  let filled = 0
  stream.ondata = (piece: Uint8Array) => {
    const part = piece.subarray(0, count - filled)
    head.set(part, filled)
    filled += part.length
  }
  for (let at = 0; filled < count && at < packed.length; at += PIECE)
    stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length)
  return head.subarray(0, filled)
}
