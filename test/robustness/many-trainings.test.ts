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

describe('twelve trainings in one process, cancelled or not', () => {
  it.each(['auto', 'onnx'])(
    'hold no more memory than a few: kernels %s',
    (kernels) => {
      const parts = [script, join(root, 'dist'), data, join(folder, kernels), kernels]
      const { stdout, stderr } = spawnSync(process.execPath, parts, { encoding: 'utf8' })
      expect(stderr).toBe('')
      const sizes = JSON.parse(stdout) as number[]
      const most = (some: readonly number[]) => Math.max(...some)
      // Half a state kept of each of the six last ones would be three states.
      expect(most(sizes.slice(6)) - most(sizes.slice(0, 6))).toBeLessThan(3 * STATE)
    },
    TIMEOUT,
  )
})
