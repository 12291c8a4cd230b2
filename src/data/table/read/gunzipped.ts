import { UserError } from '../../../tensor/errors.ts'
import type { FileBytes } from '../../../tensor/host.ts'
import type { ByteSource } from './bytes.ts'

/**
 * The content of a gzip file, unpacked while it is read: whatever its length, a few megabytes are in memory. Only its
 * `stream` can be read.
 */
export function gunzipped(packed: ByteSource): ByteSource {
  const { name } = packed
  return {
    name,
    size: undefined,
    slice: () =>
      Promise.reject(new UserError(`${name}: this format cannot be read in gzip; unpack it first`)),
    async *stream() {
      const unpacking = packedStream(packed).pipeThrough(new DecompressionStream('gzip'))
      const reader = unpacking.getReader()
      try {
        for (;;) {
          const { done, value } = await read(reader, name)
          if (done) return
          yield value
        }
      } finally {
        await reader.cancel().catch(() => undefined)
      }
    },
  }
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  name: string,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read()
  } catch (error) {
    if (error instanceof UserError) throw error
    // Node and browsers say different things here.
    throw new UserError(`${name}: the gzip data is corrupted or truncated`)
  }
}

function packedStream(packed: ByteSource): ReadableStream<FileBytes> {
  const pieces = packed.stream()[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(value as FileBytes)
    },
    async cancel() {
      await pieces.return?.()
    },
  })
}
