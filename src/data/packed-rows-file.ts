import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { UserError } from '../tensor/errors.ts'
import { asUserError, writeFully } from './disk/files.ts'
import { temporaryPath } from './disk/temporary.ts'
import type { RowStore } from './row-store.ts'

/**
 * A file of rows in storage type: a header of 128 bytes, one line of JSON, then row after row, little-endian. It is
 * readable by its owner alone.
 */
export interface RowsFile extends RowStore {
  readonly path: string
  close(): void
}

/** Writes a file of rows, one batch after the other. */
export interface RowsFileWriter {
  /** Some rows, one after the other. */
  write(values: Uint8Array | Float32Array): void
  /** Gives the file its name, once all rows are written. */
  finish(): void
  /** Removes what was written. */
  discard(): void
}

interface Header {
  readonly format: typeof FORMAT
  readonly dtype: RowStore['dtype']
  readonly count: number
  readonly width: number
}

const FORMAT = 'latentlab rows 1'
const HEADER_BYTES = 128

/** Bytes between two rows up to which they are read by one call: copying them takes as long as another call. */
const GAP = 2 ** 14

/** Most bytes of one call, unless a single row has more. */
const LONGEST_READ = 2 ** 20

const sizes: Readonly<Record<RowStore['dtype'], number>> = { uint8: 1, float32: 4 }

/**
 * Starts a file of rows, which has its name only once it is finished.
 *
 * @throws UserError if it cannot be written
 */
export async function rowsFileWriter(
  path: string,
  dtype: RowStore['dtype'],
  width: number,
): Promise<RowsFileWriter> {
  const temporary = await temporaryPath(dirname(path))
  const attempt = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      rmSync(temporary, { force: true })
      throw asUserError(error, 'write', path)
    }
  }
  const file = attempt(() => openSync(temporary, 'wx', 0o600))
  attempt(() => writeFully(file, new Uint8Array(HEADER_BYTES)))
  let count = 0
  return {
    write(values) {
      if (values.length % width !== 0)
        throw new RangeError(`${values.length} values are no rows of ${width}`)
      attempt(() => writeFully(file, bytesOf(values)))
      count += values.length / width
    },
    finish() {
      attempt(() => {
        writeSync(file, headerOf({ format: FORMAT, dtype, count, width }), 0, HEADER_BYTES, 0)
        closeSync(file)
        renameSync(temporary, path)
      })
    },
    discard() {
      closeSync(file)
      rmSync(temporary, { force: true })
    },
  }
}

/**
 * Opens a file of rows. Rows are read when they are gathered: in the order of the file, neighbours by one call.
 *
 * @throws UserError for a file that is none, or is cut off; from `gather`, if its size has changed meanwhile
 */
export function openRowsFile(path: string): RowsFile {
  const file = attempted(path, () => openSync(path, 'r'))
  try {
    const { dtype, count, width } = readHeader(file, path)
    const rowBytes = width * sizes[dtype]
    const size = HEADER_BYTES + count * rowBytes
    requireSize(file, size, path)
    return {
      path,
      dtype,
      count,
      width,
      gather(rows) {
        requireSize(file, size, path)
        const bytes = new Uint8Array(rows.length * rowBytes)
        for (const span of spansOf(rows, count, rowBytes))
          copySpan(file, path, span, bytes, rowBytes)
        return dtype === 'uint8' ? bytes : new Float32Array(bytes.buffer)
      },
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** Rows that one call reads. */
interface Span {
  /** First row, and the one after the last. */
  readonly start: number
  readonly end: number
  /** Its rows, ascending, and the position of each among those to gather. */
  readonly rows: Float64Array
  readonly positions: Float64Array
}

/** Rows in the order of the file, near ones together. */
function* spansOf(rows: ArrayLike<number>, count: number, rowBytes: number): Generator<Span> {
  const total = rows.length
  // A row and its position in one number, which sorts natively: exact up to 2⁵³.
  const keys = new Float64Array(total)
  for (let i = 0; i < total; i++) {
    const row = rows[i]!
    if (!Number.isInteger(row) || row < 0 || row >= count)
      throw new RangeError(`row ${row} of ${count} rows`)
    keys[i] = row * total + i
  }
  keys.sort()
  const sorted = keys.map((key) => Math.floor(key / total))
  const positions = keys.map((key, i) => key - sorted[i]! * total)
  for (let from = 0; from < total; ) {
    let to = from + 1
    const start = sorted[from]!
    while (
      to < total &&
      (sorted[to]! - sorted[to - 1]! - 1) * rowBytes <= GAP &&
      (sorted[to]! + 1 - start) * rowBytes <= LONGEST_READ
    )
      to++
    yield {
      start,
      end: sorted[to - 1]! + 1,
      rows: sorted.subarray(from, to),
      positions: positions.subarray(from, to),
    }
    from = to
  }
}

const buffer = new Uint8Array(LONGEST_READ)

function copySpan(file: number, path: string, span: Span, into: Uint8Array, rowBytes: number) {
  const { start, end, rows, positions } = span
  const at = HEADER_BYTES + start * rowBytes
  if (end - start === 1 && rows.length === 1)
    return readFully(file, path, into.subarray(positions[0]! * rowBytes).subarray(0, rowBytes), at)
  const length = (end - start) * rowBytes
  const read = length <= buffer.length ? buffer.subarray(0, length) : new Uint8Array(length)
  readFully(file, path, read, at)
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i]! - start) * rowBytes
    into.set(read.subarray(from, from + rowBytes), positions[i]! * rowBytes)
  }
}

function readFully(file: number, path: string, into: Uint8Array, at: number): void {
  for (let done = 0; done < into.length; ) {
    const read = attempted(path, () => readSync(file, into, done, into.length - done, at + done))
    if (read === 0) throw changed(path)
    done += read
  }
}

function requireSize(file: number, size: number, path: string): void {
  if (fstatSync(file).size !== size) throw changed(path)
}

const changed = (path: string) =>
  new UserError(
    `${path}: its size is not that of its rows: it has changed or is cut off; make it anew`,
  )

function attempted<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw asUserError(error, 'read', path)
  }
}

const headerOf = (header: Header): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(header).padEnd(HEADER_BYTES - 1)}\n`)

function readHeader(file: number, path: string): Header {
  const bytes = new Uint8Array(HEADER_BYTES)
  const read = attempted(path, () => readSync(file, bytes, 0, HEADER_BYTES, 0))
  try {
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(0, read))) as Header
    const { format, dtype, count, width } = header
    const sound = [count, width].every((size) => Number.isSafeInteger(size) && size >= 0)
    if (format === FORMAT && Object.hasOwn(sizes, dtype) && sound) return header
  } catch {
    // Said below.
  }
  throw new UserError(`${path}: is not a file of packed rows`)
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)
