import { decompress } from 'fzstd'
import type { Compressors } from 'hyparquet'
import { snappyUncompress } from 'hyparquet/src/snappy.js'
// None of these three has declarations, and those of the package are of a module that loads WebAssembly at once.
// @ts-expect-error
import { decompressBrotli } from 'hyparquet-compressors/src/brotli.js'
// @ts-expect-error
import { gunzip } from 'hyparquet-compressors/src/gzip.js'
// @ts-expect-error
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors/src/lz4.js'
import { snappyUncompressor } from 'hysnappy'

type Unpack = (input: Uint8Array, length: number) => Uint8Array

let snappy: Unpack | undefined

/**
 * What unpacks the pages of a Parquet file: `compressors` of hyparquet-compressors, but Snappy loads with its first page.
 * It is WebAssembly, for which the engine reserves some 10 GB of addresses: no table could be read under a `ulimit -v`.
 */
export const codecs: Compressors = {
  SNAPPY(input, length) {
    snappy ??= snappyByWasm() ?? snappyByScript
    return snappy(input, length)
  },
  GZIP: (input, length) => gunzip(input, new Uint8Array(length)),
  BROTLI: decompressBrotli,
  ZSTD: (input) => decompress(input),
  LZ4: decompressLz4,
  LZ4_RAW: decompressLz4Raw,
}

/** Undefined where there is no room for WebAssembly, or it is not allowed. */
function snappyByWasm(): Unpack | undefined {
  try {
    return snappyUncompressor()
  } catch {
    return undefined
  }
}

/** Several times as slow. */
function snappyByScript(input: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length)
  snappyUncompress(input, output)
  return output
}
