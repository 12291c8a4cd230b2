import { fork } from 'node:child_process'
import { programFile } from './installed-package.ts'
import { environmentFor } from './own-process.ts'
import type { ClientEvents, ClientPort } from './worker-client.ts'
import type { Answer } from './worker-protocol.ts'

/** Starts `node-process.ts`, which ends when its runtime is closed or this process is gone. */
export function connectProcess(events: ClientEvents): ClientPort {
  const env = environmentFor('node-process')
  const child = fork(programFile('runtime/node-process.js'), {
    execArgv: [],
    env,
    serialization: 'advanced',
  })
  let ending = false
  child.on('message', (answer) => events.answered(answer as Answer))
  child.once('error', (error) => events.failed(error))
  child.once('exit', (code, signal) => {
    const how = signal ?? `exit code ${code}`
    const end = ending ? 'the runtime has been closed' : `the process of the runtime ended (${how})`
    events.failed(new Error(end))
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
