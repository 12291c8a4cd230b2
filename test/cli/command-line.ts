import { type ChildProcess, fork, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { hostTensor } from '../../src/tensor/host.ts'
import { requireCompiled } from '../compiled.ts'

const server = fileURLToPath(new URL('command-server.mjs', import.meta.url))
const bin = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))

/** What a command left behind: its exit code (null after an unhandled signal) and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Watching {
  /** Called with all that has come so far. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void
  /** Nobody reads standard output. */
  readonly closedOutput?: boolean
  /** What is started, with its first arguments, in place of the command. */
  readonly program?: readonly string[]
}

/** A working folder for commands, removed after the suite. */
export function workingFolder() {
  requireCompiled()
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-cli-'))
  const perform = (args: readonly string[]) => performed(folder, args)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs the command line as a process of its own, for what the others of a process would disturb. */
  const latentlabProcess = (
    args: readonly string[],
    { onStderr, closedOutput = false, program = [bin] }: Watching = {},
  ): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...program, ...args], { cwd: folder })
      if (closedOutput) child.stdout.destroy()
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (chunk) => {
        stdout += chunk
      })
      child.stderr.on('data', (chunk) => {
        stderr += chunk
        onStderr?.(stderr, (signal) => child.kill(signal))
      })
      child.on('error', reject)
      child.on('close', (code) => resolve({ code, stdout, stderr }))
    })
  /** Runs several commands, one after the other. */
  const latentlabs = (commands: readonly string[]): Promise<Ended[]> =>
    Promise.all(commands.map((command) => perform(words(command))))
  return {
    folder,
    latentlab: perform,
    latentlabs,
    latentlabProcess,
    inFolder: (name: string) => join(folder, name),
  }
}

const waiting = new Map<number, { resolve(ended: Ended): void; reject(error: Error): void }>()
let child: ChildProcess | undefined
let asked = 0

/**
 * Runs a command in a folder, in one process for all test files, started with the first: starting a process and loading
 * the program takes longer than most commands.
 */
function performed(folder: string, args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    child ??= startedServer()
    const id = ++asked
    waiting.set(id, { resolve, reject })
    child.send({ id, args, folder, environment: process.env })
  })
}

/** It ends with this process, which closes its channel, and does not keep this one from ending. */
function startedServer(): ChildProcess {
  const started = fork(server)
  started.on('message', ({ id, ...ended }: Ended & { id: number }) => {
    waiting.get(id)!.resolve(ended)
    waiting.delete(id)
  })
  started.once('exit', (code, signal) => {
    child = undefined
    for (const { reject } of waiting.values())
      reject(new Error(`the process of the commands ended (${signal ?? code})`))
    waiting.clear()
  })
  started.unref()
  started.channel?.unref()
  return started
}

/** The words of a command, separated by spaces. */
export const words = (text: string) => text.split(' ')

/**
 * 8 by 8 pictures of a bright quarter on black, and which quarter it is: something that a small network
 * learns in a few steps.
 */
export function quarters(count: number) {
  const pixels = new Uint8Array(count * 64)
  for (let i = 0; i < count; i++) {
    const [top, left] = [4 * (Math.floor((i % 4) / 2) as number), 4 * (i % 2)]
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 4; x++)
        pixels[i * 64 + (top + y) * 8 + left + x] = 160 + ((i * 7 + y) % 96)
  }
  return {
    images: hostTensor('uint8', [count, 8, 8], pixels),
    labels: hostTensor(
      'int32',
      [count],
      Int32Array.from({ length: count }, (_, i) => i % 4),
    ),
  }
}
