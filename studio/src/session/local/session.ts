import { answered } from '../../protocol/answer.ts'
import type { CallMessage } from '../../protocol/connection.ts'
import { decodeFrame, encodeFrame } from '../../protocol/frames.ts'
import { openSession as open } from '../session.ts'
import { localHost } from './local-host.ts'

/** A session of the local server, which carries frames between the page and this. */
export async function openSession({
  folder,
  send,
}: {
  readonly folder: string
  send(frame: Uint8Array): void
}): Promise<{ call(frame: Uint8Array): Promise<Uint8Array>; close(): Promise<void> }> {
  // Events are sent in the order in which they happen, though files in a frame are read first.
  let sending = Promise.resolve()
  const session = open(
    localHost(folder, (event) => {
      sending = sending.then(async () => send(await encodeFrame(event)))
    }),
  )
  return {
    async call(frame) {
      const message = decodeFrame(frame) as CallMessage
      return encodeFrame(await answered(session.calls, message))
    },
    close: () => session.close(),
  }
}
