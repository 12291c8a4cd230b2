import { log } from './terminal.ts'

/** Writes an error that a client does not see, with its stack. */
export function logBug(error: unknown): void {
  log(
    `latentlab: a bug: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  )
}

/** Waits for a signal. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done()
    signal.addEventListener('abort', () => done(), { once: true })
  })
}
