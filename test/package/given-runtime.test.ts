import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPackage } from '../../src/app/package/node.ts'
import { writePackage } from '../../src/package/folder.ts'
import { referenceRuntime } from '../../src/runtime/reference.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { settings } from '../models/contract/data.ts'
import { trainedOn } from './trained.ts'

describe('a package that is loaded on a runtime of its caller', () => {
  let folder: string
  const codes = hostTensor('float32', [2, 2], Float32Array.of(0.5, -1, 2, 0))
  let expected: Float32Array

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-given-runtime-'))
    const { model } = await trainedOn({
      title: 'vae',
      data: async () => settings.binary.data,
      options: { model: 'vae', hidden: [6], latent: 2 },
    })
    await writePackage(join(folder, 'package'), await model.export({ name: 'given' }))
    expected = (await model.decode(codes)).data
    await model.close()
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('answers as ONNX Runtime does, after its goldens have been checked there', async () => {
    const model = await loadPackage(join(folder, 'package'), { runtime: referenceRuntime })
    expect(model.runtime).toBe(referenceRuntime)
    const { data } = await model.decode(codes)
    for (const [i, value] of data.entries()) expect(value).toBeCloseTo(expected[i]!, 5)
    await model.close()
  })

  it('leaves that runtime open', async () => {
    let closed = 0
    const runtime = { ...referenceRuntime, close: async () => void closed++ }
    const model = await loadPackage(join(folder, 'package'), { runtime, verify: false })
    await model.close()
    expect(closed).toBe(0)
    await expect(model.decode(codes)).rejects.toThrow('decode: the model has been closed')
  })

  it('refuses threads beside it', async () => {
    const both = loadPackage(join(folder, 'package'), { runtime: referenceRuntime, threads: 2 })
    await expect(both).rejects.toThrow(/^threads: are those of the runtime that is given/)
  })
})
