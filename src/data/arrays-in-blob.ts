import type { HostTensor } from '../tensor/host.ts'
import { parseIdx } from './idx.ts'
import { isGzip, isIdx, isNpy, isZip } from './magic.ts'
import { parseNpy } from './npy.ts'
import { parseNpz } from './npz.ts'
import { bytesOfBlob, readAll, readHead } from './table/read/bytes.ts'
import { gunzipped } from './table/read/gunzipped.ts'
import { inflateLimit } from './zip.ts'

/** Bytes that tell formats apart. */
const HEAD = 8

/**
 * The arrays of a `.npy`, `.npz` or IDX file, by name, also in gzip; undefined for any other file, which may be a table.
 *
 * @param name of the file in messages
 * @throws UserError for a damaged file
 */
export async function arraysInBlob(
  blob: Blob,
  name: string,
): Promise<ReadonlyMap<string, HostTensor> | undefined> {
  const bytes = bytesOfBlob(blob, name)
  const source = isGzip(await readHead(bytes, 2)) ? gunzipped(bytes) : bytes
  const head = await readHead(source, HEAD)
  if (isNpy(head)) return new Map([['', parseNpy(await readAll(source, inflateLimit), name)]])
  if (isZip(head)) return parseNpz(await readAll(source, inflateLimit), name)
  if (head.length > 3 && isIdx(head))
    return new Map([['', parseIdx(await readAll(source, inflateLimit), name)]])
  return undefined
}
