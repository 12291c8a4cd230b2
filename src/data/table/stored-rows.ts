/** Packed rows that are all there, in memory or in a file. */
export interface StoredRows {
  readonly count: number
  readonly bytes: number
  readonly inMemory: boolean
  /** The bytes of some rows, one after the other; whoever calls may change them. */
  gather(rows: ArrayLike<number>): Uint8Array
  /** The bytes of the rows from `start` to before `end`. */
  slice(start: number, end: number): Uint8Array
  close(): void
}

/** Takes packed rows one batch after the other. */
export interface RowWriter {
  /** The bytes are only valid during the call. */
  write(rows: Uint8Array): void
  /** Ends the rows; `header` describes them, where they are kept for others. */
  finish(header: () => Uint8Array): Promise<StoredRows>
  /** Removes what was written. */
  discard(): Promise<void>
}

/** Bytes of a block of rows in memory, about. */
const BLOCK = 2 ** 22

/**
 * Rows in memory, in blocks: growing needs no copy.
 *
 * @param expected how many rows will come, where that is known: a block is no larger than they need
 */
export function memoryRows(
  stride: number,
  expected = Number.POSITIVE_INFINITY,
): RowWriter & { readonly bytes: number; blocks(): Iterable<Uint8Array> } {
  const words = stride / 8
  // A power of two, so that the block of a row is found by a shift.
  const most = Math.min(BLOCK / stride, 2 ** Math.ceil(Math.log2(Math.max(1, expected))))
  const shift = Math.max(0, Math.floor(Math.log2(most)))
  const rowsEach = 2 ** shift
  const blocks: Float64Array[] = []
  let count = 0

  const write = (rows: Uint8Array) => {
    for (let at = 0; at < rows.length; ) {
      const within = count & (rowsEach - 1)
      if (within === 0) blocks.push(new Float64Array(rowsEach * words))
      const part = rows.subarray(at, at + (rowsEach - within) * stride)
      bytesOf(blocks.at(-1)!).set(part, within * stride)
      count += part.length / stride
      at += part.length
    }
  }

  const gather = (rows: ArrayLike<number>) => {
    const gathered = new Float64Array(rows.length * words)
    for (let i = 0, to = 0; i < rows.length; i++) {
      const row = rows[i]!
      const block = blocks[row >>> shift]!
      let from = (row & (rowsEach - 1)) * words
      for (const end = from + words; from < end; ) gathered[to++] = block[from++]!
    }
    return bytesOf(gathered)
  }
  return {
    write,
    get bytes() {
      return count * stride
    },
    *blocks() {
      for (const [i, block] of blocks.entries())
        yield bytesOf(block).subarray(0, Math.min(rowsEach, count - i * rowsEach) * stride)
    },
    async finish() {
      return {
        count,
        bytes: count * stride,
        inMemory: true,
        gather,
        slice: (start, end) =>
          gather(Float64Array.from({ length: end - start }, (_, i) => start + i)),
        close: () => blocks.splice(0),
      }
    },
    async discard() {
      blocks.splice(0)
    },
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
