import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { writePackage } from '../../src/package/folder.ts'
import { pythonCheck } from '../../src/package/python-check.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { writeSafetensors } from '../../src/tensor/safetensors.ts'
import { madeUp, sealed } from '../package/made-up.ts'

const python = process.env.LATENTLAB_PYTHON ?? 'python3'
const run = (args: string[], cwd?: string) => {
  const { status, stdout, stderr } = spawnSync(python, args, { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}
const isThere = run(['-c', 'import numpy, onnxruntime']).status === 0

const root = mkdtempSync(join(tmpdir(), 'latentlab-python-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const script = fileURLToPath(new URL('./verify-package.py', import.meta.url))

/** A package with goldens of its encoder z = x W, the last of z off by that much. */
async function packageWith(name: string, off: number): Promise<string> {
  // x = [1, 2] and [-1, 0.5]; W = [[1, -2, 3], [0.5, 0, 7]].
  const x = Float32Array.of(1, 2, -1, 0.5)
  const z = Float32Array.of(2, -2, 17, -0.75, 2, 0.5 + off)
  const goldens = writeSafetensors(
    new Map<string, HostTensor>([
      ['encoder/inputs/values', hostTensor('float32', [2, 2], x)],
      ['encoder/outputs/z', hostTensor('float32', [2, 3], z)],
      ['rows', hostTensor('uint8', [2], Uint8Array.of(91, 93))],
    ]),
    { format: 'latentlab package 1' },
  )
  const folder = join(root, name)
  await writePackage(
    folder,
    await sealed(
      new Map([
        ...(await madeUp()),
        ['goldens.safetensors', goldens],
        ['preprocess.json', new TextEncoder().encode('{}')],
      ]),
    ),
  )
  return folder
}

describe.skipIf(!isThere)(
  'a package in Python (needs numpy and onnxruntime; LATENTLAB_PYTHON names another)',
  () => {
    it('agrees with its goldens, by the script and by the lines of the model card', async () => {
      const good = await packageWith('good', 0)
      expect(run([script, good])).toEqual({ status: 0, stdout: 'encoder: 0.0e+00\n', stderr: '' })
      expect(run(['-c', pythonCheck], good)).toEqual({
        status: 0,
        stdout: 'encoder 0.0\n',
        stderr: '',
      })
      expect(pythonCheck.trimEnd().split('\n')).toHaveLength(12)

      const off = await packageWith('off', 1.5)
      // |0.5 - 2| / (1 + 2)
      expect(run([script, off])).toEqual({
        status: 1,
        stdout: 'encoder: 5.0e-01\n',
        stderr: 'encoder: the goldens do not agree\n',
      })
      expect(run(['-c', pythonCheck], off).stdout).toBe('encoder 0.5\n')

      writeFileSync(join(good, 'README.md'), 'edited')
      expect(run([script, good])).toEqual({
        status: 1,
        stdout: '',
        stderr: 'README.md does not match its hash\n',
      })
    })
  },
)
