import { UserError } from '../../../tensor/errors.ts'
import { isGzip, isNpy, isParquet, isZip } from '../../magic.ts'
import type { RecordSource, TableReading } from '../records.ts'
import { isArff, openArff } from './arff.ts'
import { openNpy, openNpz } from './arrays.ts'
import { type ByteSource, readHead } from './bytes.ts'
import { openCsv } from './csv.ts'
import { gunzipped } from './gunzipped.ts'
import { openJsonLines, openJsonList } from './json.ts'
import { encodingOf, textHead } from './text.ts'

/** Bytes from which the format of a file is found out. */
const FORMAT_HEAD = 2 ** 16

/**
 * Opens the table in a file. Its first bytes decide on the format, not its name; gzip is unpacked.
 *
 * @param reading how it is read, where that is not found out from the file itself
 * @throws UserError in one line for a file that holds no table, or a damaged one
 */
export async function openRecords(
  bytes: ByteSource,
  reading: TableReading = {},
): Promise<RecordSource> {
  const packed = isGzip(await readHead(bytes, 2))
  const source = packed ? gunzipped(bytes) : bytes
  const head = await readHead(source, FORMAT_HEAD)
  const { name } = source
  if (head.length === 0)
    throw new UserError(`${name}: is empty; expected a table with a row for each example`)
  if (isParquet(head)) {
    const { openParquet } = await import('./parquet.ts')
    return openParquet(source)
  }
  if (isNpy(head)) return openNpy(source)
  if (isZip(head)) return openNpz(source, reading)
  requireText(head, name)
  const text = textHead(head, encodingOf(head, false, reading.encoding, name))
  if (isArff(text)) return openArff(source, reading)
  const begin = text.trimStart()
  if (begin.startsWith('{')) return openJsonLines(source, reading)
  if (/^\[\s*[[{\]]/.test(begin)) return openJsonList(source, reading)
  return openCsv(source, reading)
}

/** Files that are often given by mistake, by their first bytes. */
const others = [
  ['a PNG image', [0x89, 0x50, 0x4e, 0x47]],
  ['a JPEG image', [0xff, 0xd8, 0xff]],
  ['a GIF image', [0x47, 0x49, 0x46, 0x38]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['an old Excel or Word file', [0xd0, 0xcf, 0x11, 0xe0]],
  ['an HDF5 file', [0x89, 0x48, 0x44, 0x46]],
  ['an SQLite database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65, 0x20, 0x66]],
  ['a Zstandard file', [0x28, 0xb5, 0x2f, 0xfd]],
  ['a bzip2 file', [0x42, 0x5a, 0x68]],
  ['an xz file', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
] as const

function requireText(head: Uint8Array, name: string): void {
  const other = others.find(([, bytes]) => bytes.every((byte, i) => head[i] === byte))
  if (other)
    throw new UserError(
      `${name}: is ${other[0]}; expected a table as CSV, JSON lines, Parquet, ARFF, .npy or .npz`,
    )
}
