import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { compiledUrl } from '../compiled.ts'
import { TIMEOUT, temporaryFolder, WIDTH, writeData } from './runs.ts'

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

describe('six trainings in one process, cancelled or not', () => {
  it.each(['auto', 'onnx'])(
    'hold no more memory than two: kernels %s',
    (kernels) => {
      const parts = [script, join(root, 'dist'), data, join(folder, kernels), kernels]
      const { stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', ...parts], {
        encoding: 'utf8',
        env,
      })
      expect(stderr).toBe('')
      const { early, late } = JSON.parse(stdout) as Record<'early' | 'late', number>
      // Half a state kept of each of the four last ones would be as much.
      expect(late - early).toBeLessThan(2 * STATE)
    },
    TIMEOUT,
  )
})
