import { fork } from 'node:child_process'
import { programFile } from './installed-package.ts'
import { environmentFor } from './own-process.ts'
import type { ClientEvents, ClientPort } from './worker-client.ts'
import type { Answer } from './worker-protocol.ts'

/**
 * Starts a program of this package that serves one runtime, and ends when that is closed or this process is gone.
 *
 * @param program such as `node-process`
 * @param options.ended the error of a program that has ended by itself, from how it did
 * @param options.isQuiet whether what it writes, such as a driver's warnings, is dropped
 */
export function connectProcess(
  events: ClientEvents,
  program = 'node-process',
  options: { readonly ended?: (how: string) => Error; readonly isQuiet?: boolean } = {},
): ClientPort {
  const child = fork(programFile(`runtime/${program}.js`), {
    execArgv: [],
    env: environmentFor(program),
    serialization: 'advanced',
    ...(options.isQuiet && { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }),
  })
  let ending = false
  child.on('message', (answer) => events.answered(answer as Answer))
  child.once('error', (error) => events.failed(error))
  child.once('exit', (code, signal) => {
    const how = signal ?? `exit code ${code}`
    const failed =
      options.ended ?? ((why) => new Error(`the process of the runtime ended (${why})`))
    events.failed(ending ? new Error('the runtime has been closed') : failed(how))
  })
  // Bun's channel has neither method; there it goes with the process.
  const awaiting = (some: boolean) => {
    if (some || ending) {
      child.ref()
      child.channel?.ref?.()
    } else {
      child.unref()
      child.channel?.unref?.()
    }
  }
  awaiting(false)
  return {
    // A request that cannot be sent fails with the process, when its exit is noticed.
    post: (request) => void child.send(request, () => {}),
    awaiting,
    async ended() {
      ending = true
      await new Promise((resolve) => child.once('exit', resolve))
    },
  }
}
