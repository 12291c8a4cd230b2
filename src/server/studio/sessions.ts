import { HttpError } from '../http-error.ts'
import type { FrameStream } from './frame-stream.ts'
import type { StudioOptions } from './options.ts'
import type { SessionOptions, StudioSession } from './session.ts'

/** The sessions of the pages that are open, by the names that the pages gave them. */
export interface Sessions {
  /**
   * Opens the session of a page where it is not open yet, and sends its frames to the stream. An earlier stream of the same
   * session ends.
   *
   * @param ended settles when the stream's connection is closed
   * @throws HttpError where too many sessions are open or the server ends, and what opening throws
   */
  listen(id: string, stream: FrameStream, ended: Promise<void>): Promise<void>
  /** @throws HttpError 404 for a session that is not open */
  call(id: string, frame: Uint8Array): Promise<Uint8Array>
  /**
   * Closes all sessions, and opens no more.
   *
   * @returns how many were still open after `within` milliseconds
   */
  close(within: number): Promise<number>
}

interface Entry {
  readonly opened: Promise<StudioSession>
  stream: FrameStream | undefined
  /** Closes the session where its page does not come back. */
  leaving: NodeJS.Timeout | undefined
  closing: Promise<void> | undefined
}

type Limits = Pick<StudioOptions, 'maxSessions' | 'grace'>

/** @param logError called with what closing a session throws, since nobody waits for that */
export function sessions(
  open: (send: SessionOptions['send']) => Promise<StudioSession>,
  { maxSessions, grace }: Limits,
  logError: (error: unknown) => void,
): Sessions {
  const entries = new Map<string, Entry>()
  let isEnding = false

  const requireOpen = () => {
    if (isEnding) throw new HttpError(503, 'the Studio is ending', { Connection: 'close' })
  }

  const add = (id: string): Entry => {
    if (entries.size >= maxSessions)
      throw new HttpError(
        429,
        `${maxSessions} sessions are open, and no more may be; close another page of the Studio, and try again after ${grace / 1000} s`,
        { 'Retry-After': String(Math.ceil(grace / 1000)) },
      )
    const opened = open((frame) => entry.stream?.send(frame))
    const entry: Entry = { opened, stream: undefined, leaving: undefined, closing: undefined }
    opened.catch(() => {
      clearTimeout(entry.leaving)
      entries.delete(id)
    })
    entries.set(id, entry)
    return entry
  }

  const closed = async (id: string, entry: Entry): Promise<void> => {
    clearTimeout(entry.leaving)
    // What opening threw was answered to the page.
    const session = await entry.opened.catch(() => undefined)
    try {
      await session?.close()
    } catch (error) {
      logError(error)
    }
    entry.stream?.end()
    entries.delete(id)
  }
  const close = (id: string, entry: Entry): Promise<void> => {
    entry.closing ??= closed(id, entry)
    return entry.closing
  }

  return {
    async listen(id, stream, ended) {
      requireOpen()
      while (entries.get(id)?.closing) await entries.get(id)?.closing
      requireOpen()
      const entry = entries.get(id) ?? add(id)
      clearTimeout(entry.leaving)
      entry.stream?.end()
      entry.stream = stream
      void ended.then(() => {
        if (entry.stream !== stream) return
        entry.stream = undefined
        const isOpen = entries.get(id) === entry && !entry.closing
        if (isOpen) entry.leaving = setTimeout(() => close(id, entry), grace)
      })
      await entry.opened
      stream.begin()
    },
    async call(id, frame) {
      requireOpen()
      const entry = entries.get(id)
      const session = entry?.closing ? undefined : await entry?.opened.catch(() => undefined)
      if (!session)
        throw new HttpError(404, 'there is no session of this name; listen to its events first')
      return session.call(frame)
    },
    async close(within) {
      isEnding = true
      const all = Promise.all([...entries].map(([id, entry]) => close(id, entry)))
      let late: NodeJS.Timeout | undefined
      const limit = new Promise<void>((done) => {
        late = setTimeout(done, within)
      })
      await Promise.race([all, limit])
      clearTimeout(late)
      for (const { stream } of entries.values()) stream?.end()
      return entries.size
    },
  }
}
