import { npyMagic } from './npy.ts'

/** The formats of files by their first bytes. */

const beginsWith =
  (magic: ArrayLike<number>) =>
  (bytes: Uint8Array): boolean =>
    Array.from(magic).every((byte, i) => bytes[i] === byte)

export const isGzip = beginsWith([0x1f, 0x8b])

export const isNpy = beginsWith(npyMagic)

/** Also `.npz`. */
export const isZip = beginsWith([0x50, 0x4b])

export const isIdx = beginsWith([0, 0])

/** `PAR1`, with which a Parquet file also ends. */
export const isParquet = beginsWith([0x50, 0x41, 0x52, 0x31])
