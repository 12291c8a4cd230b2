/** Parts of a file, packed by gzip as they come. */
export async function* gzipParts(
  parts: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array> {
  const utf8 = new TextEncoder()
  const source = parts[Symbol.asyncIterator]()
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await source.next()
      if (done) controller.close()
      else
        controller.enqueue(
          (typeof value === 'string' ? utf8.encode(value) : value) as Uint8Array<ArrayBuffer>,
        )
    },
    async cancel() {
      await source.return?.()
    },
  })
  const reader = stream.pipeThrough(new CompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
