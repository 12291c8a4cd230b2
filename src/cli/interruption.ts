import { log } from './terminal.ts'

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const

/** Handles Ctrl-C (SIGINT) and SIGTERM. */
export interface Interruption {
  /** Aborted by the first signal during `hold`. */
  readonly signal: AbortSignal
  /** The exit code of the received signal: 130 or 143. */
  readonly exitCode: number | undefined
  /**
   * Does work that must not be killed, because a native call may be running (the process would abort) or
   * something must be saved. A signal meanwhile aborts `signal` and prints `message`; further ones are ignored.
   * At all other times a signal ends the process at once.
   */
  hold<T>(message: string, work: () => Promise<T>): Promise<T>
}

/** Installs the signal handlers. */
export function watchSignals(): Interruption {
  const controller = new AbortController()
  let exitCode: number | undefined
  const held: string[] = []
  for (const [signal, code] of Object.entries(SIGNALS))
    process.on(signal, () => {
      if (exitCode === undefined && held.length > 0) log(`latentlab: ${held.at(-1)}`)
      exitCode ??= code
      if (held.length === 0) process.exit(exitCode)
      controller.abort()
    })
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode
    },
    async hold(message, work) {
      held.push(message)
      try {
        return await work()
      } finally {
        held.pop()
      }
    },
  }
}
