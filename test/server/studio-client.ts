/** A page's side of a session. */
export interface Client {
  /** Sends a text or bytes to the session. */
  call(frame: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>): Promise<Answer>
  /** Listens to the session's events. */
  listen(): Promise<Stream>
}

export interface Answer {
  readonly status: number
  readonly type: string | null
  readonly bytes: Uint8Array
  readonly text: string
}

export interface Stream {
  readonly status: number
  /** The next frame; undefined at the end. Rejects where the connection is cut. */
  next(): Promise<Uint8Array | undefined>
  /** The next frame with bytes, as text. */
  text(): Promise<string | undefined>
  /** What an answer that is no stream says. */
  error(): Promise<string>
  leave(): void
}

export function client(address: string, id: string): Client {
  const url = `${address}session/${id}`
  return {
    async call(frame, headers = { 'Content-Type': 'application/octet-stream' }) {
      const response = await fetch(`${url}/call`, { method: 'POST', body: frame, headers })
      const bytes = new Uint8Array(await response.arrayBuffer())
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        bytes,
        text: new TextDecoder().decode(bytes),
      }
    },
    async listen() {
      const leaving = new AbortController()
      const response = await fetch(`${url}/events`, { signal: leaving.signal })
      const next = framesOf(response)
      return {
        status: response.status,
        next,
        async text() {
          for (;;) {
            const frame = await next()
            if (!frame) return undefined
            if (frame.length > 0) return new TextDecoder().decode(frame)
          }
        },
        error: async () => ((await response.json()) as { error: string }).error,
        leave: () => leaving.abort(),
      }
    },
  }
}

/** Takes a stream of bytes apart, as the protocol states it. */
function framesOf(response: Response): Stream['next'] {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  let held = Buffer.alloc(0)
  const atLeast = async (length: number): Promise<boolean> => {
    reader ??= response.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
    while (held.length < length) {
      const { value, done } = await reader.read()
      if (done) return false
      held = Buffer.concat([held, value])
    }
    return true
  }
  return async () => {
    if (!(await atLeast(4))) return undefined
    const length = held.readUInt32LE(0)
    if (!(await atLeast(4 + length))) throw new Error('the stream ends within a frame')
    const frame = held.subarray(4, 4 + length)
    held = held.subarray(4 + length)
    return frame
  }
}
