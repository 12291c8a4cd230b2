import { closeSync, constants, openSync, readSync } from 'node:fs'
import { gunzipSync, constants as zlib } from 'node:zlib'
import { pathOf } from './named-tables.ts'
import { npyMagic } from './npy.ts'

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
  const isArrays =
    npyMagic.every((byte, i) => head[i] === byte) ||
    (head[0] === 0x50 && head[1] === 0x4b) ||
    (head[0] === 0 && head[1] === 0)
  return !isArrays
}

/** Names of files of arrays, which an empty file alone needs to be told apart. */
const ofArrays = /\.np[yz](\.gz)?$|ubyte/i

/** The first bytes of a regular file, unpacked. */
function headOf(path: string): Uint8Array | undefined {
  let file: number | undefined
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const bytes = new Uint8Array(HEAD)
    const head = bytes.subarray(0, readSync(file, bytes, 0, HEAD, 0))
    const isPacked = head[0] === 0x1f && head[1] === 0x8b
    return isPacked ? gunzipSync(head, { finishFlush: zlib.Z_SYNC_FLUSH }) : head
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
