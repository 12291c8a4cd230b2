import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SoftwareDevice } from './software-device.ts'

export interface ComputeJob {
  readonly code: string
  readonly inputs: readonly Uint32Array[]
  /** Length of the output, in 32-bit words. */
  readonly words: number
  readonly workgroups: number
}

/** Compute shaders in one process with a software device, one after the other. */
export class Computer {
  readonly #child: ChildProcess
  /** Settled when the child waits for its next job; rejected if it has no device. */
  #idle: Promise<unknown>

  constructor({ environment }: SoftwareDevice) {
    this.#child = fork(fileURLToPath(new URL('compute-process.mjs', import.meta.url)), {
      env: environment,
      execArgv: [],
      serialization: 'advanced',
    })
    this.#idle = this.#answer()
    this.#idle.catch(() => {})
  }

  /** The output of one dispatch of `main`: binding 0 is the output, each input has a binding after it. */
  async run(job: ComputeJob): Promise<Uint32Array> {
    const answered = this.#idle.then(() => {
      this.#child.send(job)
      return this.#answer()
    })
    // A refused shader leaves the device as it was.
    this.#idle = Promise.all([this.#idle, answered.catch(() => {})])
    this.#idle.catch(() => {})
    return ((await answered) as { output: Uint32Array }).output
  }

  close(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  #answer(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error('the process of the device ended'))
      this.#child.once('exit', ended)
      this.#child.once('message', (answer) => {
        this.#child.off('exit', ended)
        if (typeof answer === 'object' && 'error' in answer) reject(new Error(String(answer.error)))
        else resolve(answer)
      })
    })
  }
}
