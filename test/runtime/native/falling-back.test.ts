import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import koffi from 'koffi'
import { afterAll, describe, expect, it } from 'vitest'
import { libraryFile, openLibrary } from '../../../src/runtime/native/library.ts'
import { type LoopParts, nativeLoops } from '../../../src/runtime/native/loops.ts'
import { probeModels } from '../../../src/runtime/native/probe-models.ts'
import { engine } from './native.ts'

const folder = mkdtempSync(join(tmpdir(), 'latentlab-native-'))
afterAll(() => rmSync(folder, { recursive: true }))

const parts: LoopParts = {
  versions: { node: '20.0.0' },
  file: libraryFile,
  koffi: () => import('koffi'),
}
const loops = async (changed: Partial<LoopParts> = {}, models = probeModels()) => {
  const found = await nativeLoops(engine, models, { ...parts, ...changed })
  return 'reason' in found ? found.reason : found.level
}
const rejecting = (error: object) => async () => {
  throw Object.assign(new Error('Cannot find it\n  at somewhere'), error)
}

/** A model in which one number of four bytes is another. */
function withNumber(model: Uint8Array, from: number, to: number): Uint8Array {
  const bytes = (x: number) => [...new Uint8Array(Float32Array.of(x).buffer)]
  const changed = model.slice()
  const at = changed.findIndex((_, i) => bytes(from).every((byte, j) => changed[i + j] === byte))
  expect(at).toBeGreaterThan(0)
  changed.set(bytes(to), at)
  return changed
}

describe('native loops', () => {
  it('have an instruction set where the library fits', async () => {
    expect(await loops()).toMatch(/^(baseline|AVX2|AVX-512|NEON)$/)
  })

  it('are left out where koffi is missing, or cannot be loaded', async () => {
    expect(await loops({ koffi: rejecting({ code: 'ERR_MODULE_NOT_FOUND' }) })).toBe(
      'the npm package koffi is not installed',
    )
    expect(await loops({ koffi: rejecting({}) })).toBe('Cannot find it')
  })

  it('are left out where there is no library for the machine, and elsewhere than in Node', async () => {
    expect(await loops({ file: () => libraryFile('linux', 'riscv64') })).toBe(
      'there is no library for linux on riscv64',
    )
    expect(await loops({ file: () => libraryFile('aix', 'ppc64') })).toBe(
      'there is no library for aix on ppc64',
    )
    expect(await loops({ versions: { node: '24.0.0', bun: '1.4.5' } })).toBe(
      'they need Node.js, and this is bun',
    )
  })

  it('are left out where the file is no library, or is built from other sources', async () => {
    const file = join(folder, 'latentlab.so')
    writeFileSync(file, 'not a library')
    expect(await loops({ file: () => file })).toMatch(/^Failed to load shared library/)
    expect(() => openLibrary(koffi, libraryFile(), 'f'.repeat(64))).toThrow(
      /^the library is of version [0-9a-f]{12}, not f{12}$/,
    )
  })

  it('are left out where they compute something else than plain ONNX, in the last place or by far', async () => {
    const models = probeModels()
    const differ = 'their results differ from those of plain ONNX'
    for (const rate of [0.125 + 1e-4, -0.125, Number.NaN])
      expect(await loops({}, { ...models, native: withNumber(models.native, 0.125, rate) })).toBe(
        differ,
      )
    expect(await loops({}, { ...models, native: Uint8Array.of(8) })).not.toMatch(/^AVX|^base/)
  })
})
