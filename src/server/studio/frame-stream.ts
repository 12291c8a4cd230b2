import type { ServerResponse } from 'node:http'
import type { StudioOptions } from './options.ts'

/** Frames on their way to a page, each behind its length as uint32, little-endian. */
export interface FrameStream {
  /** Begins the answer, with the frames that were kept for it. */
  begin(): void
  /** Sends a frame, or keeps it until the answer begins. Its bytes must not change afterwards. */
  send(frame: Uint8Array): void
  end(): void
}

/** A frame without bytes, which shows a page that the stream is alive. */
const HEARTBEAT = new Uint8Array(0)

/**
 * The answer to a page that listens. Frames wait for a page that reads slowly; one that comes while more than `maxWaiting`
 * bytes wait cuts the connection, and the page listens anew.
 */
export function frameStream(
  outgoing: ServerResponse,
  { heartbeat, maxWaiting }: Pick<StudioOptions, 'heartbeat' | 'maxWaiting'>,
): FrameStream {
  let kept: Uint8Array[] | undefined = []
  const write = (frame: Uint8Array) => {
    if (outgoing.destroyed || outgoing.writableEnded) return
    if (outgoing.writableLength > maxWaiting) {
      outgoing.destroy()
      return
    }
    outgoing.write(lengthOf(frame))
    if (frame.length > 0) outgoing.write(frame)
  }
  return {
    begin() {
      if (outgoing.destroyed || outgoing.writableEnded) return
      outgoing.writeHead(200, { 'Content-Type': 'application/octet-stream' })
      outgoing.flushHeaders()
      const beating = setInterval(() => write(HEARTBEAT), heartbeat)
      outgoing.once('close', () => clearInterval(beating))
      for (const frame of kept ?? []) write(frame)
      kept = undefined
    },
    send(frame) {
      if (frame.length === 0) return
      if (kept) kept.push(frame)
      else write(frame)
    },
    end() {
      kept = []
      outgoing.end()
    },
  }
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(4)
  new DataView(prefix.buffer).setUint32(0, length, true)
  return prefix
}
