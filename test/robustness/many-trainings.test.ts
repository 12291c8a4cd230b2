import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { compiledUrl } from '../compiled.ts'
import { TIMEOUT, temporaryFolder, WIDTH, writeData } from './runs.ts'

const execute = promisify(execFile)

const folder = temporaryFolder()
const data = writeData(folder)
const script = fileURLToPath(new URL('many-trainings.mjs', import.meta.url))
const root = dirname(dirname(dirname(fileURLToPath(compiledUrl('config/version.js')))))

/** MiB of parameters and moments, once: of the encoder, with a mean and a variance, and of the decoder. */
const STATE = (3 * 4 * (4000 * (2 * WIDTH + 4 + 2))) / 2 ** 20

/** Freed memory goes back to the system: glibc would keep what it may use again. */
const env = {
  ...process.env,
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '65536',
}

/** MiB in use after two trainings and after six, in a process of its own. */
async function memory(kernels: string): Promise<{ readonly early: number; readonly late: number }> {
  const parts = [script, join(root, 'dist'), data, join(folder, kernels), kernels]
  const { stdout, stderr } = await execute(process.execPath, ['--expose-gc', ...parts], { env })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('six trainings in one process, cancelled or not', () => {
  it(
    'hold no more memory than two, whatever the kernels',
    async () => {
      const found = await Promise.all(['auto', 'onnx'].map(memory))
      // Half a state kept of each of the four last ones would be as much.
      for (const { early, late } of found) expect(late - early).toBeLessThan(2 * STATE)
    },
    TIMEOUT,
  )
})
