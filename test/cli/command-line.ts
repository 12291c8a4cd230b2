import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import { hostTensor } from '../../src/tensor/host.ts'
import { requireCompiled } from '../compiled.ts'

const manyCommands = fileURLToPath(new URL('many-commands.mjs', import.meta.url))
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
}

/** A working folder for commands, removed after the suite. */
export function workingFolder() {
  requireCompiled()
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Runs the built command line. */
  const latentlab = (
    args: readonly string[],
    { onStderr, closedOutput = false }: Watching = {},
  ): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [bin, ...args], { cwd: folder })
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
  /** Runs several commands in one process, which is what takes the time of each. */
  const latentlabs = async (commands: readonly string[]): Promise<Ended[]> => {
    const args = [manyCommands, JSON.stringify(commands.map(words))]
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder })
    return JSON.parse(stdout) as Ended[]
  }
  return { folder, latentlab, latentlabs, inFolder: (name: string) => join(folder, name) }
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
