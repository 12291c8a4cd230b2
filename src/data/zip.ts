import { Inflate, inflateSync, zipSync } from 'fflate'
import { UserError } from '../tensor/errors.ts'
import type { FileBytes } from '../tensor/host.ts'
import { byteText } from './elements.ts'
import { unpackHead } from './stream-head.ts'

/** One file of a zip archive, as the archive's directory describes it. */
interface Entry {
  readonly name: string
  readonly method: number
  readonly encrypted: boolean
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

/** Most uncompressed bytes of an archive in all: more would not fit in memory beside a training run. */
export const inflateLimit = 2 ** 31

/** Deflate cannot pack more than 1032 bytes into one, so a larger claim is false. */
export const maximumRatio = 1032

const signature = { local: 0x04034b50, directory: 0x02014b50, end: 0x06054b50 }

/** What to read from an archive, and how much. */
export interface Unzipping {
  /** Most unpacked bytes of the wanted entries together. */
  readonly limit?: number
  /** Whether an entry of this name is wanted; by default all but folders are. */
  readonly wanted?: (entry: string) => boolean
  /**
   * Length of an entry by its own header, if it has one. `head` returns the entry's first bytes. An entry for
   * which the archive claims more is refused before it is inflated.
   */
  readonly declared?: (head: (count: number) => Uint8Array, entry: string) => number
}

/**
 * Unpacks a zip archive (stored or deflated entries), checking every entry's claimed size before anything
 * is inflated and its CRC afterwards. Stored entries are views of `bytes`.
 *
 * @throws UserError for a truncated or corrupted archive, encrypted entries, other compression methods, and
 * sizes that are impossible or exceed `limit`.
 */
export function unzip(
  bytes: Uint8Array,
  name: string,
  { limit = inflateLimit, wanted = (entry) => !entry.endsWith('/'), declared }: Unzipping = {},
): Map<string, Uint8Array> {
  const entries = readDirectory(bytes, name).filter((entry) => wanted(entry.name))
  let claimed = 0
  for (const entry of entries) {
    checkEntry(entry, name)
    claimed += entry.size
    if (claimed > limit)
      throw new UserError(
        `${name}: its entries claim ${byteText(claimed)} or more when unpacked, the limit is ${byteText(limit)}; unpack it and give the arrays as .npy files`,
      )
  }
  const files = new Map<string, Uint8Array>()
  for (const entry of entries) {
    if (files.has(entry.name))
      throw new UserError(`${name}: entry ${JSON.stringify(entry.name)} is in the archive twice`)
    files.set(entry.name, unpack(bytes, entry, name, declared))
  }
  return files
}

/** Most bytes that an entry can unpack to. */
const mostOf = ({ method, packed }: Entry): number =>
  method === 0 ? packed : packed * maximumRatio

function checkEntry(entry: Entry, name: string): void {
  const label = `${name}: entry ${JSON.stringify(entry.name)}`
  if (entry.encrypted) throw new UserError(`${label} is encrypted; expected a plain archive`)
  if (entry.method !== 0 && entry.method !== 8)
    throw new UserError(
      `${label} uses zip method ${entry.method}; expected 0 (stored) or 8 (deflate)`,
    )
  if (entry.size > mostOf(entry))
    throw new UserError(
      `${label} claims ${byteText(entry.size)} from ${byteText(entry.packed)} in the archive, which is impossible: the archive is corrupted`,
    )
}

function readDirectory(bytes: Uint8Array, name: string): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = findEnd(view)
  if (end === undefined) throw missingEnd(name)
  const count = view.getUint16(end + 10, true)
  const entries: Entry[] = []
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < count; i++) {
    const fits = at + 46 <= end && view.getUint32(at, true) === signature.directory
    const next = fits
      ? at +
        46 +
        view.getUint16(at + 28, true) +
        view.getUint16(at + 30, true) +
        view.getUint16(at + 32, true)
      : Number.POSITIVE_INFINITY
    if (next > end)
      throw new UserError(
        `${name}: entry ${i} of the zip directory is damaged: the archive is corrupted`,
      )
    entries.push(readEntry(view, bytes, at))
    at = next
  }
  return entries
}

/** The end record begins at most this many bytes before the end: only a comment may follow it. */
export const zipEndMost = 22 + 0xffff

/** Throws UserError unless these are the last bytes of a zip archive. */
export function requireZipEnd(tail: Uint8Array, name: string): void {
  if (findEnd(new DataView(tail.buffer, tail.byteOffset, tail.byteLength)) === undefined)
    throw missingEnd(name)
}

const missingEnd = (name: string): UserError =>
  new UserError(
    `${name}: the zip directory at the end of the file is missing: the file is truncated or not a zip archive`,
  )

function findEnd(view: DataView): number | undefined {
  for (let at = view.byteLength - 22; at >= 0 && at >= view.byteLength - zipEndMost; at--)
    if (view.getUint32(at, true) === signature.end) return at
  return undefined
}

function readEntry(view: DataView, bytes: Uint8Array, at: number): Entry {
  const nameEnd = at + 46 + view.getUint16(at + 28, true)
  const extraEnd = nameEnd + view.getUint16(at + 30, true)
  const wide = wideFields(view, nameEnd, extraEnd)
  // If all bits of a field are set, its value is in the zip64 extra field, in this order.
  const field = (position: number) => {
    const value = view.getUint32(position, true)
    return value === 0xffffffff ? (wide.shift() ?? value) : value
  }
  const size = field(at + 24)
  const packed = field(at + 20)
  const offset = field(at + 42)
  return {
    name: new TextDecoder().decode(bytes.subarray(at + 46, nameEnd)),
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc: view.getUint32(at + 16, true),
    packed,
    size,
    offset,
  }
}

/** The 64-bit numbers of an entry's zip64 extra field (id 1), if it has one. */
function wideFields(view: DataView, start: number, end: number): number[] {
  const values: number[] = []
  for (let at = start; at + 4 <= end; ) {
    const next = at + 4 + view.getUint16(at + 2, true)
    if (view.getUint16(at, true) === 1)
      for (let value = at + 4; value + 8 <= Math.min(next, end); value += 8)
        values.push(Number(view.getBigUint64(value, true)))
    at = next
  }
  return values
}

function unpack(
  bytes: Uint8Array,
  entry: Entry,
  name: string,
  declared: Unzipping['declared'],
): Uint8Array {
  const label = `${name}: entry ${JSON.stringify(entry.name)}`
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { offset, packed, size } = entry
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== signature.local)
    throw new UserError(`${label} is not where the directory says: the archive is corrupted`)
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
  if (start + packed > bytes.length)
    throw new UserError(`${label} reaches beyond the end of the file: the archive is truncated`)
  const content = bytes.subarray(start, start + packed)
  if (declared) {
    const head = (count: number) =>
      entry.method === 0
        ? content.subarray(0, count)
        : inflateHead(content, Math.min(count, size), label)
    const length = declared(head, entry.name)
    if (length > mostOf(entry))
      throw new UserError(
        `${label}: its header declares ${byteText(length)}, which ${byteText(packed)} in the archive cannot hold: the archive is truncated or the header is wrong`,
      )
    if (size > length)
      throw new UserError(
        `${label} claims ${byteText(size)}, and its header declares ${byteText(length)}: expected nothing after the array`,
      )
  }
  const data = entry.method === 0 ? content.subarray(0, size) : inflate(content, size, label)
  if (data.length !== size || crc32(data) !== entry.crc)
    throw new UserError(`${label} does not match its checksum: the archive is corrupted`)
  return data
}

function inflate(content: Uint8Array, size: number, label: string): Uint8Array {
  try {
    // With `out`, fflate never grows beyond the claimed size; a longer stream then fails its checksum.
    return inflateSync(content, { out: new Uint8Array(size) })
  } catch (error) {
    if (error instanceof RangeError)
      throw new UserError(`${label}: there is not enough memory for its ${byteText(size)}`)
    throw notInflated(error, label)
  }
}

function inflateHead(content: Uint8Array, count: number, label: string): Uint8Array {
  try {
    return unpackHead(new Inflate(), content, count)
  } catch (error) {
    throw notInflated(error, label)
  }
}

const notInflated = (error: unknown, label: string): UserError =>
  new UserError(
    `${label} cannot be inflated (${error instanceof Error ? error.message : error}): the archive is corrupted`,
  )

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

/** CRC-32 as zip and gzip use it (ISO 3309, reflected polynomial 0xedb88320). */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]!) & 0xff]!
  return (crc ^ 0xffffffff) >>> 0
}

/** Packs files into a zip archive without compression; equal files give equal bytes at any time. */
export function zip(files: ReadonlyMap<string, Uint8Array>): FileBytes {
  const options = { level: 0, mtime: new Date(1980, 0, 1) } as const
  return zipSync(Object.fromEntries(files), options) as FileBytes
}
