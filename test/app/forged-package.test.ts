import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveConfig } from '../../src/app/config.ts'
import { trainInMemory } from '../../src/app/library/in-memory.ts'
import {
  goldenDifferences,
  onnxGoldenDifferences,
  openPackage,
} from '../../src/app/package/open.ts'
import type { PackageFiles } from '../../src/package/files.ts'
import { agrees } from '../../src/package/golden-differences.ts'
import { memorySource } from '../../src/package/source.ts'
import type { HostTensor } from '../../src/tensor/host.ts'
import { readSafetensors, writeSafetensors } from '../../src/tensor/safetensors.ts'
import { refusalOf, sealed, textBytes } from '../package/made-up.ts'
import { onnx } from '../train/onnx.ts'
import { tinyData } from './tiny-run.ts'

const runtime = onnx()
let files: PackageFiles

beforeAll(async () => {
  const config = resolveConfig({
    hidden: [4],
    latent: 2,
    batch: 4,
    epochs: 1,
    likelihood: 'gaussian',
  })
  const data = tinyData({ shape: [2], sizes: { train: 8, validation: 4, test: 6 } })
  const model = await trainInMemory(config, data, runtime, {})
  files = await model.export()
})
afterAll(() => runtime.close())

/** Opens a package with one file replaced and hashes that fit, and runs its goldens. */
async function opened(path: string, bytes: Uint8Array) {
  const source = memorySource(await sealed(new Map([...files, [path, bytes]])), 'p')
  const found = await openPackage(source, () => runtime)
  return [...(await goldenDifferences(found)), ...(await onnxGoldenDifferences(found))]
}

const refused = (path: string, bytes: Uint8Array) => refusalOf(() => opened(path, bytes))

/** A safetensors file of the package with its arrays changed. */
function changed(path: string, change: (tensors: Map<string, HostTensor>) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(files.get(path)!, path)
  change(tensors)
  return writeSafetensors(tensors, metadata)
}

describe('a package whose files were replaced, with hashes that fit', () => {
  it('opens as it was exported', async () => {
    const found = await opened('README.md', textBytes('another card'))
    expect(found.length).toBeGreaterThan(4)
    expect(found.filter((one) => !agrees(one))).toEqual([])
  })

  it('is refused in one line where goldens are missing, or cannot be run', async () => {
    const goldens = 'goldens.safetensors'
    const dropped = (...names: string[]) =>
      changed(goldens, (tensors) => {
        for (const name of names) expect(tensors.delete(name)).toBe(true)
      })
    expect(await refused(goldens, dropped('encoder/outputs/z'))).toBe(
      'p/goldens.safetensors: has nothing of onnx/encoder.onnx; the package is damaged',
    )
    const unfit =
      /^p: its goldens cannot be run \(.+\); its files do not belong together, or one is damaged$/
    expect(await refused(goldens, dropped('decoder/inputs/z'))).toMatch(unfit)
    const flat = changed(goldens, (tensors) => {
      const z = tensors.get('decoder/inputs/z')!
      tensors.set('decoder/inputs/z', { ...z, shape: [z.data.length] })
    })
    expect(await refused(goldens, flat)).toMatch(unfit)
    expect(await refused('onnx/encoder.onnx', files.get('onnx/decoder.onnx')!)).toMatch(unfit)
  })

  it('is refused in one line where parameters are missing or of another model', async () => {
    const model = 'model.safetensors'
    const name = 'encoder.0.weight'
    expect(
      await refused(
        model,
        changed(model, (tensors) => tensors.delete(name)),
      ),
    ).toMatch(`p/model.safetensors: ${name} is missing`)
    expect(await refused(model, files.get('goldens.safetensors')!)).toMatch(
      /^p\/model\.safetensors: \S+ is missing/,
    )
  })

  it('is found out by its goldens where parameters have other values', async () => {
    const other = changed('model.safetensors', (tensors) => {
      const data = tensors.get('encoder.0.weight')!.data as Float32Array
      data[0] = data[0]! + 1
    })
    const wrong = (await opened('model.safetensors', other)).filter((one) => !agrees(one))
    expect(wrong.map(({ graph, output }) => `${graph} ${output}`)).toContain('encoder z')
  })
})
