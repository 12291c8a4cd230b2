import { type HostTensor, sizeOf } from '../tensor/host.ts'
import { bytesOf } from './elements.ts'
import { gunzipDeclared, gunzipHead } from './gzip.ts'
import { idxHeader, LONGEST_IDX_HEADER, parseIdx } from './idx.ts'
import { isGzip } from './magic.ts'

/**
 * Reads an IDX file, which may be in gzip.
 *
 * @param name of the file in messages
 * @throws UserError as `parseIdx`, and for gzip data that is damaged or longer than the header says
 */
export function parseIdxFile(bytes: Uint8Array, name: string): HostTensor {
  const plain = isGzip(bytes) ? gunzipDeclared(bytes, name, gzippedLength(bytes, name)) : bytes
  return parseIdx(plain, name)
}

/** Bytes of a gzipped IDX file when unpacked, as its header declares. Throws UserError. */
function gzippedLength(bytes: Uint8Array, name: string): number {
  const { code, shape, start } = idxHeader(gunzipHead(bytes, name, LONGEST_IDX_HEADER), name)
  return start + sizeOf(shape) * bytesOf(code)
}
