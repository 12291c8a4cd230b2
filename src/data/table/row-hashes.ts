import type { PackedColumn } from './packed.ts'
import type { PackedLayout } from './packed-layout.ts'

const SEED = 0x9e3779b9

/** MurmurHash3's finaliser (Appleby): a bijection of 32-bit integers in which every bit depends on every bit. */
function mixed(value: number): number {
  let h = value ^ (value >>> 16)
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** A 32-bit hash of a text: FNV-1a (Fowler, Noll and Vo) over its UTF-16 code units, mixed. */
export function textHash(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mixed(h)
}

/**
 * A hash of 53 bits for each row of decoded values, over the columns that a model is trained on and the labels. Equal
 * rows have equal hashes also in different tables: categories count as text, not as codes.
 */
export function rowHashes(
  columns: readonly PackedColumn[],
): (values: Float64Array, into: Float64Array) => void {
  const width = columns.length
  const hashed = columns.flatMap(({ kind, dictionary }, j) => {
    if (kind === 'text') return []
    const texts = dictionary && {
      low: Int32Array.from(dictionary, (text) => textHash(text)),
      high: Int32Array.from(dictionary, (text) => textHash(text, SEED)),
    }
    return [{ j, texts }]
  })
  const number = new Float64Array(1)
  const halves = new Int32Array(number.buffer)
  return (values, into) => {
    for (let row = 0, at = 0; row < into.length; row++, at += width) {
      let [low, high] = [1, SEED | 0]
      for (const { j, texts } of hashed) {
        const value = values[at + j]!
        number[0] = !Number.isNaN(value) ? value : Number.NaN
        const isText = texts !== undefined && !Number.isNaN(value)
        const first = isText ? texts.low[value]! : halves[0]!
        const second = isText ? texts.high[value]! : halves[1]!
        low = mixed(Math.imul(low, 31) + first + Math.imul(second, 0x2c1b3c6d))
        high = mixed(Math.imul(high, 37) + second + Math.imul(first, 0x297a2d39))
      }
      into[row] = (high & 0x1fffff) * 2 ** 32 + (low >>> 0)
    }
  }
}

/**
 * The same for packed rows, whose codes are the same text only within their table: several times as fast, since the
 * bytes are not decoded.
 *
 * @param kinds of all columns of the layout
 */
export function packedRowHashes(
  { fields, mask, stride }: PackedLayout,
  kinds: readonly PackedColumn['kind'][],
): (bytes: Uint8Array, into: Float64Array) => void {
  const words = stride / 4
  // What is hashed of each word: keys count nothing, nor whether they are missing.
  const hashed = new Uint8Array(stride).fill(0xff)
  kinds.forEach((kind, j) => {
    if (kind !== 'text') return
    hashed.fill(0, fields[j]!.offset, fields[j]!.offset + 4)
    hashed[mask + (j >> 3)]! &= ~(1 << (j & 7))
  })
  const bits = new Int32Array(hashed.buffer)
  return (bytes, into) => {
    const values = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    for (let row = 0, at = 0; row < into.length; row++) {
      let [low, high] = [1, SEED | 0]
      for (let i = 0; i < words; i++, at++) {
        const value = values[at]! & bits[i]!
        low = Math.imul(low ^ value, 0x85ebca6b)
        low ^= low >>> 15
        high = Math.imul(high + value, 0xc2b2ae35)
        high ^= high >>> 13
      }
      into[row] = (mixed(high) & 0x1fffff) * 2 ** 32 + (mixed(low) >>> 0)
    }
  }
}
