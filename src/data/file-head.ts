import { closeSync, constants, openSync, readSync } from 'node:fs'

/** The first `count` bytes of a file, or all if there are fewer; undefined if it may not be read. */
export function fileHead(path: string, count: number): Uint8Array | undefined {
  let file: number | undefined
  try {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const bytes = new Uint8Array(count)
    return bytes.subarray(0, readSync(file, bytes, 0, count, 0))
  } catch {
    return undefined
  } finally {
    if (file !== undefined) closeSync(file)
  }
}
