/**
 * What the server asks of the module of sessions. It carries frames between a page and its session, and knows nothing of
 * what they say.
 */
export interface SessionModule {
  openSession(options: SessionOptions): Promise<StudioSession>
}

export interface SessionOptions {
  /** The folder whose files the session may read, and where it writes. */
  readonly folder: string
  /**
   * Sends a frame to the page. It is dropped while no page listens: one that comes back asks for what it missed. The bytes
   * must not change afterwards.
   */
  send(frame: Uint8Array): void
}

export interface StudioSession {
  /** Answers a frame. Calls may come while others are answered. The bytes of a frame begin at 0 of a buffer of their own. */
  call(frame: Uint8Array): Promise<Uint8Array>
  /** Ends the session, after saving what must be saved. */
  close(): Promise<void>
}
