import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'

/** Bytes of a file of which those so far are taken away, so that they need not stay in memory. */
export class DrainedBytes extends ByteWriter {
  /** The bytes since the last call. */
  take(): Uint8Array {
    const bytes = this.getBytes().slice()
    this.index = 0
    return bytes
  }
}
