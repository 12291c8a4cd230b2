import { fstatSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { leaveTerminal, log } from './terminal.ts'

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Handles Ctrl-C (SIGINT), SIGTERM, and SIGHUP, which is sent when the terminal is closed. */
export interface Interruption {
  /** Aborted by the first signal during `hold`. */
  readonly signal: AbortSignal
  /** The exit code of the received signal: 129, 130 or 143. */
  readonly exitCode: number | undefined
  /**
   * Does work that must not be killed, because a native call may be running (the process would abort) or
   * something must be saved. A signal meanwhile aborts `signal` and prints `message`; further ones are ignored.
   * At all other times a signal ends the process at once.
   */
  hold<T>(message: string, work: () => Promise<T>): Promise<T>
}

/**
 * Installs the signal handlers.
 *
 * @param isDetached whether the process outlives its terminal, so that SIGHUP is ignored
 */
export function watchSignals(isDetached = isStartedByNohup()): Interruption {
  const controller = new AbortController()
  let exitCode: number | undefined
  const held: string[] = []
  for (const [signal, code] of Object.entries(SIGNALS))
    process.on(signal, () => {
      if (signal === 'SIGHUP') {
        if (isDetached) return
        leaveTerminal()
      }
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

/**
 * Whether `nohup` started this process, so that it must outlive its terminal. Node resets the ignored SIGHUP with which
 * `nohup` starts a program. Two things remain: bash and zsh name the started command in `_`, and `nohup` replaces a
 * terminal as standard input.
 */
export function isStartedByNohup(shellCommand = process.env._): boolean {
  return basename(shellCommand ?? '') === 'nohup' || isInputOfNohup()
}

/** Whether standard input is what `nohup` puts in place of a terminal: /dev/null, opened for writing only. */
function isInputOfNohup(): boolean {
  try {
    if (fstatSync(0).rdev !== statSync('/dev/null').rdev) return false
  } catch {
    return false
  }
  try {
    readSync(0, new Uint8Array(1))
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EBADF'
  }
}
