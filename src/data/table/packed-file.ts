import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { UserError } from '../../tensor/errors.ts'
import type { Digest } from '../../tensor/sha256.ts'
import { asUserError, syncFolder, writeFully } from '../disk/files.ts'
import { temporaryPath } from '../disk/temporary.ts'
import { inStoreOrder } from '../store-order.ts'
import type { RowWriter, StoredRows } from './stored-rows.ts'

/**
 * A file of packed rows: the rows, a header that describes them, and a footer of 64 bytes: a magic text, the lengths
 * of rows, header and one row as uint64, and the SHA-256 of header and lengths.
 */
const MAGIC = 'LLTABLE1'
const FOOTER = 64

/**
 * A gap between rows that is read over, since another call takes as long, and the most that is read at once, which fits
 * into a processor's cache, in bytes.
 */
const [LONGEST_GAP, LONGEST_READ] = [2 ** 15, 2 ** 18]

/** SHA-256 by Node, several times as fast as the portable one. */
export function nodeDigest(): Digest {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), finish: () => hash.digest('hex') }
}

/**
 * A new file of packed rows, written under a temporary name beside it, synced and renamed at the end. Only its owner
 * can read it.
 *
 * @throws UserError where it cannot be written; nothing is left behind then
 */
export async function fileRows(path: string, stride: number): Promise<RowWriter> {
  const temporary = await temporaryPath(dirname(path))
  let descriptor: number | undefined
  let bytes = 0
  const close = () => {
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = undefined
  }
  const discard = async () => {
    close()
    await rm(temporary, { force: true }).catch(() => {})
  }
  try {
    descriptor = openSync(temporary, 'wx', 0o600)
  } catch (error) {
    throw asUserError(error, 'write', path)
  }
  return {
    discard,
    write(rows) {
      try {
        writeFully(descriptor!, rows)
      } catch (error) {
        throw asUserError(error, 'write', path)
      }
      bytes += rows.length
    },
    async finish(header) {
      try {
        const text = header()
        writeFully(descriptor!, text)
        writeFully(descriptor!, footerOf(text, bytes, stride))
        fsyncSync(descriptor!)
        close()
        await rename(temporary, path)
        await syncFolder(dirname(path))
      } catch (error) {
        await discard()
        throw asUserError(error, 'write', path)
      }
      const opened = openRows(path)
      if (!opened)
        throw new UserError(`${path}: was changed by another program while it was written`)
      return opened.rows
    },
  }
}

function footerOf(header: Uint8Array, rows: number, stride: number): Uint8Array {
  const footer = new Uint8Array(FOOTER)
  footer.set(new TextEncoder().encode(MAGIC))
  const view = new DataView(footer.buffer)
  for (const [i, length] of [rows, header.length, stride].entries())
    view.setBigUint64(8 * (i + 1), BigInt(length), true)
  footer.set(checksumOf(header, footer), 32)
  return footer
}

const checksumOf = (header: Uint8Array, footer: Uint8Array): Uint8Array =>
  createHash('sha256').update(header).update(footer.subarray(0, 32)).digest()

/** Opens a file of packed rows with its header; undefined for one that is missing, damaged or someone else's. */
export function openRows(path: string): { header: Uint8Array; rows: StoredRows } | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const lengths = lengthsIn(descriptor)
    const header = lengths && headerIn(descriptor, lengths)
    if (lengths && header) {
      const rows = storedRows(path, descriptor, lengths)
      descriptor = undefined
      return { header, rows }
    }
  } catch {
    // A file that cannot be opened or read is made again.
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
  return undefined
}

interface Lengths {
  readonly rows: number
  readonly header: number
  readonly stride: number
  readonly footer: Uint8Array
}

/** The lengths in the footer, where they are those of the file, which belongs to this user. */
function lengthsIn(descriptor: number): Lengths | undefined {
  const found = fstatSync(descriptor)
  const { size, uid } = found
  const isOurs = process.getuid === undefined || uid === process.getuid()
  if (!found.isFile() || !isOurs || size < FOOTER) return undefined
  const footer = new Uint8Array(FOOTER)
  readFully(descriptor, footer, size - FOOTER)
  if (new TextDecoder().decode(footer.subarray(0, 8)) !== MAGIC) return undefined
  const view = new DataView(footer.buffer)
  const [rows, header, stride] = [1, 2, 3].map((i) => Number(view.getBigUint64(8 * i, true)))
  const isWhole = rows! + header! + FOOTER === size && stride! > 0 && rows! % stride! === 0
  return isWhole ? { rows: rows!, header: header!, stride: stride!, footer } : undefined
}

function headerIn(descriptor: number, { rows, header, footer }: Lengths): Uint8Array | undefined {
  const bytes = new Uint8Array(header)
  readFully(descriptor, bytes, rows)
  return Buffer.compare(checksumOf(bytes, footer), footer.subarray(32)) === 0 ? bytes : undefined
}

/** Reads until the bytes, or `length` of them from `start`, are full. */
function readFully(
  descriptor: number,
  bytes: Uint8Array,
  position: number,
  start = 0,
  length = bytes.length,
): void {
  for (let done = 0; done < length; ) {
    const read = readSync(descriptor, bytes, start + done, length - done, position + done)
    if (read === 0) throw new RangeError('the file ends too early')
    done += read
  }
}

function storedRows(path: string, descriptor: number, { rows, stride }: Lengths): StoredRows {
  let isOpen = true
  const read: ReadRows = (row, count, into, at) => {
    if (!isOpen) throw new RangeError('the table is closed')
    try {
      readFully(descriptor, into, row * stride, at, count * stride)
    } catch (error) {
      if (error instanceof RangeError)
        throw new UserError(`${path}: was cut short by another program while it was used`)
      throw asUserError(error, 'read', path)
    }
  }
  const aligned = (count: number) => new Uint8Array(new Float64Array((count * stride) / 8).buffer)
  return {
    count: rows / stride,
    bytes: rows,
    inMemory: false,
    gather(wanted) {
      const gathered = aligned(wanted.length)
      gather(wanted, stride, gathered, read)
      return gathered
    },
    slice(start, end) {
      const bytes = aligned(end - start)
      read(start, end - start, bytes, 0)
      return bytes
    },
    close() {
      if (isOpen) closeSync(descriptor)
      isOpen = false
    },
  }
}

/** Reads some rows from the file into bytes from `at`. */
type ReadRows = (row: number, count: number, into: Uint8Array, at: number) => void

/** Reads rows in the order of the file, neighbours at once, and puts them in the wanted order. */
function gather(wanted: ArrayLike<number>, stride: number, into: Uint8Array, read: ReadRows): void {
  const { rows, places } = inStoreOrder(wanted)
  const count = rows.length
  const words = stride / 4
  const target = wordsOf(into)
  const gap = Math.max(1, Math.floor(LONGEST_GAP / stride))
  const longest = Math.max(1, Math.floor(LONGEST_READ / stride))
  const bytes = new Uint8Array(
    Math.min(longest, count > 0 ? rows[count - 1]! - rows[0]! + 1 : 0) * stride,
  )
  const source = wordsOf(bytes)
  for (let start = 0, end = 0; start < count; start = end) {
    const first = rows[start]!
    for (end = start + 1; end < count; end++)
      if (rows[end]! - rows[end - 1]! > gap || rows[end]! - first >= longest) break
    const last = rows[end - 1]!
    if (isRun(rows, places, start, end)) {
      read(first, end - start, into, places[start]! * stride)
      continue
    }
    read(first, last - first + 1, bytes, 0)
    for (let at = start; at < end; at++) {
      let from = (rows[at]! - first) * words
      let to = places[at]! * words
      for (const stop = from + words; from < stop; ) target[to++] = source[from++]!
    }
  }
}

/** Whether rows are neighbours in the file and where they go, so that one call reads them in place. */
function isRun(rows: Float64Array, places: Float64Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end; at++)
    if (rows[at] !== rows[at - 1]! + 1 || places[at] !== places[at - 1]! + 1) return false
  return true
}

const wordsOf = ({ buffer, byteOffset, length }: Uint8Array): Int32Array =>
  new Int32Array(buffer, byteOffset, length / 4)
