import { gunzipSync, constants as zlib } from 'node:zlib'
import { fileHead } from './file-head.ts'
import { isGzip, isIdx, isNpy, isZip } from './magic.ts'
import { pathOf } from './named-tables.ts'

/** Bytes that tell formats apart, also of a packed file. */
const HEAD = 512

/**
 * Whether a file is a table with columns, and not one of arrays (`.npy`, `.npz`, IDX). Its first bytes decide; a file that
 * cannot be read is none.
 */
export function isTable(data: string): boolean {
  const head = data === 'mnist' ? undefined : headOf(pathOf(data))
  if (!head) return false
  if (head.length === 0) return !ofArrays.test(data)
  return !(isNpy(head) || isZip(head) || isIdx(head))
}

/** Names of files of arrays, which an empty file alone needs to be told apart. */
const ofArrays = /\.np[yz](\.gz)?$|ubyte/i

/** The first bytes of a file, unpacked. */
function headOf(path: string): Uint8Array | undefined {
  const head = fileHead(path, HEAD)
  if (!head || !isGzip(head)) return head
  try {
    return gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH })
  } catch {
    return undefined
  }
}
