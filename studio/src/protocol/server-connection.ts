import type { SessionEvent } from './api.ts'
import {
  type AnswerMessage,
  answerValue,
  type CallMessage,
  type Connection,
  SessionError,
} from './connection.ts'
import { decodeFrame, encodeFrame } from './frames.ts'

const LENGTH_BYTES = 4

/** A session in the local server that the page comes from, by addresses relative to the page. */
export function serverConnection(onEvent: (event: SessionEvent) => void): Connection {
  const id = crypto.randomUUID()
  const at = (what: string) => new URL(`session/${id}/${what}`, document.baseURI)
  const ended = new AbortController()
  const opened = readEvents(at('events'), ended.signal, onEvent)
  return {
    async call(method, args) {
      await opened
      const response = await fetch(at('call'), {
        method: 'POST',
        headers: { 'Content-Type': 'application/octet-stream' },
        body: await encodeFrame({ method, args } satisfies CallMessage),
      }).catch(() => {
        throw new SessionError(GONE, false)
      })
      if (!response.ok) throw new SessionError(await refusal(response), response.status >= 500)
      return answerValue(decodeFrame(new Uint8Array(await response.arrayBuffer())) as AnswerMessage)
    },
    close: () => ended.abort(),
  }
}

const GONE = 'the local server does not answer; is `latentlab studio` still running?'

async function refusal(response: Response): Promise<string> {
  const text = await response.text()
  try {
    return String((JSON.parse(text) as { error: unknown }).error)
  } catch {
    return `the local server answered ${response.status}`
  }
}

/** Resolves when the stream of events has begun; events follow until it is aborted. */
async function readEvents(
  address: URL,
  signal: AbortSignal,
  onEvent: (event: SessionEvent) => void,
): Promise<void> {
  const response = await fetch(address, { signal })
  if (!response.ok || !response.body) throw new SessionError(await refusal(response), false)
  const reader = response.body.getReader()
  void (async () => {
    let bytes = new Uint8Array()
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return onEvent({ type: 'failed', message: GONE })
      bytes = joined(bytes, value)
      for (let frame = firstFrame(bytes); frame; frame = firstFrame(bytes)) {
        bytes = bytes.slice(LENGTH_BYTES + frame.length)
        if (frame.length > 0) onEvent(decodeFrame(frame) as SessionEvent)
      }
    }
  })().catch(() => {
    if (!signal.aborted) onEvent({ type: 'failed', message: GONE })
  })
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

/** The first frame of a stream, where all of it has arrived. */
function firstFrame(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < LENGTH_BYTES) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true)
  if (bytes.length < LENGTH_BYTES + length) return undefined
  return bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length)
}
