/** What holds memory or a thread until it is closed. */
export interface Closable {
  /** Waits for calls under way, then frees everything. Closing again does nothing. */
  close(): Promise<void>
}

/**
 * The same object, closed once: from then on its methods reject, those under way end first, and closing it
 * again does nothing.
 *
 * @param what names it in the message: `run: the session has been closed`
 * @param open its methods, all of which return promises
 */
export function closable<T extends Closable>(
  what: string,
  open: T,
  Failure: new (message: string) => Error = Error,
): T {
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  const guarded = Object.entries(open).map(([name, part]) => {
    if (typeof part !== 'function') return [name, part]
    const call = async (...given: unknown[]) => {
      if (closing) throw new Failure(`${name}: ${what} has been closed`)
      const answer = part(...given)
      underWay.add(answer)
      try {
        return await answer
      } finally {
        underWay.delete(answer)
      }
    }
    return [name, call]
  })
  const end = async () => {
    await Promise.allSettled(underWay)
    await open.close()
  }
  return { ...Object.fromEntries(guarded), close: () => (closing ??= end()) } as T
}
