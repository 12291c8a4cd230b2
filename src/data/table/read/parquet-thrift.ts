/** Kinds of values in Thrift's compact protocol, as the format of Parquet uses them. */
const [STOP, TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, STRUCT] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12,
]

/** Structures of Parquet lie in each other about ten deep. */
const DEEPEST = 32

/** Bytes of a number of 64 bits, seven bits in each. */
const LONGEST_NUMBER = 10

/**
 * Walks over a structure in Thrift's compact protocol and checks that it ends within its bytes. hyparquet believes every
 * length: a damaged one would make it go round in circles or fill the memory.
 *
 * @returns the position after the structure
 * @throws Error for a length that the bytes cannot hold
 */
export function requireStructure(bytes: Uint8Array, start: number): number {
  let at = start

  function byte(): number {
    if (at >= bytes.length) throw new Error('it ends within a structure')
    return bytes[at++]!
  }

  function skip(count: number): void {
    if (count > bytes.length - at)
      throw new Error(`a length of ${count} is beyond the ${bytes.length - at} bytes that follow`)
    at += count
  }

  function number(): number {
    let value = 0
    for (let i = 0; i < LONGEST_NUMBER; i++) {
      const next = byte()
      value += (next & 0x7f) * 2 ** (7 * i)
      if (next < 0x80) return value
    }
    throw new Error('a number has more than 64 bits')
  }

  function structure(depth: number): void {
    if (depth > DEEPEST) throw new Error('its structures are nested too deeply')
    for (;;) {
      const head = byte()
      const type = head & 0x0f
      if (type === STOP) return
      if (head >> 4 === 0) number()
      value(type, depth)
    }
  }

  function list(depth: number): void {
    const head = byte()
    const type = head & 0x0f
    const count = head >> 4 === 15 ? number() : head >> 4
    // Each takes a byte at least.
    if (count > bytes.length - at)
      throw new Error(`a list of ${count} is beyond the ${bytes.length - at} bytes that follow`)
    for (let i = 0; i < count; i++) value(type === TRUE || type === FALSE ? BYTE : type, depth)
  }

  function value(type: number, depth: number): void {
    if (type === TRUE || type === FALSE) return
    if (type === BYTE) skip(1)
    else if (type === I16 || type === I32 || type === I64) number()
    else if (type === DOUBLE) skip(8)
    else if (type === BINARY) skip(number())
    else if (type === LIST) list(depth + 1)
    else if (type === STRUCT) structure(depth + 1)
    else throw new Error(`a value is of the unknown type ${type}`)
  }

  structure(0)
  return at
}
