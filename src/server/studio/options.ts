/** How the local server of the Studio is run. */
export interface StudioOptions {
  /** The ports to try, in turn; 0 stands for any that is free. */
  readonly ports: readonly number[]
  /** Bytes of one frame that a page sends. */
  readonly maxFrame: number
  /** Bytes of frames that may wait for a page; where more wait when the next frame comes, its stream is cut. */
  readonly maxWaiting: number
  /** Sessions that are open at once. */
  readonly maxSessions: number
  /** Milliseconds that a session waits for its page to come back. */
  readonly grace: number
  /** Milliseconds between two heartbeats of a stream. */
  readonly heartbeat: number
}

/** A page's storage in the browser belongs to its port, so each start tries the same ones first. */
const FIRST_PORT = 7290
const PORTS = 10

export const studioDefaults: StudioOptions = {
  ports: [...Array.from({ length: PORTS }, (_, i) => FIRST_PORT + i), 0],
  maxFrame: 2 ** 31,
  maxWaiting: 2 ** 26,
  maxSessions: 8,
  grace: 10_000,
  heartbeat: 15_000,
}
