import { pause } from '../pause.ts'
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
  const opened = readEvents(at('events'), ended.signal, onEvent, () => {
    void call('resend', []).catch(() => {})
  })
  const call = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(at('call'), {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: await encodeFrame({ method, args } satisfies CallMessage),
    }).catch(() => {
      throw new SessionError(GONE, false)
    })
    if (!response.ok) throw new SessionError(await refusal(response), response.status >= 500)
    return answerValue(decodeFrame(new Uint8Array(await response.arrayBuffer())) as AnswerMessage)
  }
  return {
    async call(method, args) {
      await opened
      return call(method, args)
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

/** Milliseconds before a stream that was cut is opened anew, the last time within the 10 seconds that a session waits. */
const RETRIES = [0, 500, 1500, 3000]

/**
 * Resolves when the stream of events has begun; events follow until it is aborted. A stream that is cut may have lost some, so
 * `reopened` is called once another one has begun.
 */
async function readEvents(
  address: URL,
  signal: AbortSignal,
  onEvent: (event: SessionEvent) => void,
  reopened: () => void,
): Promise<void> {
  const open = async () => {
    const response = await fetch(address, { signal })
    if (!response.ok || !response.body) throw new SessionError(await refusal(response), false)
    return response.body.getReader()
  }
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined = await open()
  void (async () => {
    while (reader && !signal.aborted) {
      await readFrames(reader, onEvent).catch(() => {})
      reader = undefined
      for (const wait of RETRIES) {
        await pause(wait)
        if (signal.aborted) return
        reader = await open().catch(() => undefined)
        if (reader) break
      }
      if (reader) reopened()
    }
    if (!signal.aborted) onEvent({ type: 'failed', message: GONE })
  })()
}

/** Reads frames until the stream ends. */
async function readFrames(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  onEvent: (event: SessionEvent) => void,
): Promise<void> {
  let bytes = new Uint8Array()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    bytes = joined(bytes, value)
    for (let frame = firstFrame(bytes); frame; frame = firstFrame(bytes)) {
      bytes = bytes.slice(LENGTH_BYTES + frame.length)
      if (frame.length > 0) onEvent(decodeFrame(frame) as SessionEvent)
    }
  }
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
