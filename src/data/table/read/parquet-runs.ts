/**
 * Walks over small numbers, such as indices in a dictionary, in runs of equal ones and packed groups of eight. hyparquet
 * writes as many values as a run claims, so a damaged length would fill the memory.
 *
 * @param width bits of a number
 * @param count how many numbers there should be
 * @returns how many of them are 1, where `width` is 1
 * @throws Error for a run that is longer than what is left, and where the bytes end before
 */
export function requireRuns(bytes: Uint8Array, width: number, count: number): number {
  if (width > 32) throw new Error(`a page claims numbers of ${width} bits`)
  let at = 0
  let ones = 0
  const byte = (): number => {
    if (at >= bytes.length) throw new Error('a page ends before its last value')
    return bytes[at++]!
  }
  for (let seen = 0; seen < count; ) {
    const head = runHead(byte)
    const left = count - seen
    const isPacked = head % 2 === 1
    const values = Math.floor(head / 2) * (isPacked ? 8 : 1)
    // Groups are filled up to eight.
    if (values > (isPacked ? Math.ceil(left / 8) * 8 + MOST_FILLING : left))
      throw new Error(`a page claims a run of ${values} values, and only ${left} are left`)
    const start = at
    at += isPacked ? (values / 8) * width : Math.ceil(width / 8)
    if (width === 1)
      ones += isPacked ? bitsOf(bytes, start, Math.min(values, left)) : values * (bytes[start]! & 1)
    seen += values
  }
  return ones
}

/** Some programs fill the last packed run up to a whole block of values. */
const MOST_FILLING = 2 ** 16

function runHead(byte: () => number): number {
  let head = 0
  for (let shift = 0; shift <= 28; shift += 7) {
    const next = byte()
    head += (next & 0x7f) * 2 ** shift
    if (next < 0x80) return head
  }
  throw new Error('a page claims a run without an end')
}

function bitsOf(bytes: Uint8Array, start: number, count: number): number {
  let ones = 0
  for (let i = 0; i < count; i++) ones += ((bytes[start + (i >> 3)] ?? 0) >> (i & 7)) & 1
  return ones
}

/** The numbers behind their length in four bytes, and what follows them. */
export function prefixed(bytes: Uint8Array): { runs: Uint8Array; rest: Uint8Array } {
  const length =
    bytes.length < 4
      ? bytes.length
      : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (length > bytes.length - 4)
    throw new Error(`a page claims ${length} bytes of runs, and ${bytes.length} follow`)
  return { runs: bytes.subarray(4, 4 + length), rest: bytes.subarray(4 + length) }
}
