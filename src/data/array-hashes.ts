import type { HostTensor } from '../tensor/host.ts'

/** MurmurHash3's multipliers (Appleby). */
const [FIRST, SECOND] = [0x85ebca6b, 0xc2b2ae35]

/**
 * A hash of 53 bits for each row of an array `[n, …]`: equal rows have equal ones, others almost never. Floats count by
 * their value: 0 and -0 are equal.
 */
export function arrayHashes({ shape, data }: Pick<HostTensor, 'shape' | 'data'>): Float64Array {
  const count = shape[0] ?? 0
  const hashes = new Float64Array(count)
  if (data.length === 0) return hashes
  const words = wordsOf(data, data.length / count)
  const width = words.length / count
  for (let row = 0, at = 0; row < count; row++) {
    let [low, high] = [1, 2]
    for (const end = at + width; at < end; at++) {
      const word = words[at]!
      low = Math.imul(low ^ word, FIRST)
      low ^= low >>> 15
      high = Math.imul(high ^ word, SECOND)
      high ^= high >>> 13
    }
    hashes[row] = (high & 0x1fffff) * 2 ** 32 + (low >>> 0)
  }
  return hashes
}

/** The values of an array as 32-bit words, the same number of them for each row. */
function wordsOf(data: HostTensor['data'], width: number): ArrayLike<number> {
  const { buffer, byteOffset, byteLength } = data
  if (data instanceof Float32Array || data instanceof Float64Array) {
    // Adding 0 makes 0 of -0.
    const values = data instanceof Float32Array ? new Float32Array(data) : new Float64Array(data)
    for (let i = 0; i < values.length; i++) values[i]! += 0
    return new Int32Array(values.buffer)
  }
  const isAligned = byteOffset % 4 === 0 && (width * data.BYTES_PER_ELEMENT) % 4 === 0
  return isAligned ? new Int32Array(buffer, byteOffset, byteLength / 4) : (data as Uint8Array)
}
