import { beforeAll, describe, expect, it } from 'vitest'
import { packagedModel } from '../../src/app/package/packaged-model.ts'
import type { PackageFiles } from '../../src/package/files.ts'
import { memorySource } from '../../src/package/source.ts'
import { verifyFiles } from '../../src/package/verify-files.ts'
import { onnx } from '../train/onnx.ts'
import { bytesText, encoder, madeUp, refusalOf, sealed, textBytes } from './made-up.ts'
import { ofTables, trainedOn } from './trained.ts'

const fault = (path: string, what: string) => [{ path, what, isNote: false }]
const verified = (files: ReadonlyMap<string, Uint8Array>, seal?: string) =>
  verifyFiles(memorySource(files, 'p'), { seal })

/** Whole numbers below `n`, equal in every run. */
function draws(seed: number): (n: number) => number {
  let state = seed
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * n)
  }
}

/** What `loadPackage` reads; the ONNX files, the card and `preprocess.json` are for others. */
const READ = /^(?:config|threshold|manifest)\.json$|\.safetensors$/

describe('a package of a trained model that was changed', () => {
  let files: PackageFiles
  beforeAll(async () => {
    const { model } = await trainedOn(ofTables.find(({ title }) => title === 'vae, mixed table')!)
    files = await model.export({ score: 'distance' })
    await model.close()
  })

  it('is found out by each of 500 random bytes, or says what it said', async () => {
    const manifest = JSON.parse(bytesText(files.get('manifest.json')!))
    const paths = [...files.keys()]
    expect(paths).toHaveLength(12)
    const draw = draws(15)
    let [unfound, refused] = [0, 0]
    for (let change = 0; change < 500; change++) {
      const path = paths[draw(paths.length)]!
      const bytes = files.get(path)!.slice()
      const at = draw(bytes.length)
      bytes[at]! ^= 1 + draw(255)
      const changed = new Map([...files, [path, bytes]])
      const found = await verified(changed)
      if (found.length === 0) {
        // Spaces of the manifest: it says the same.
        expect(path, `byte ${at}`).toBe('manifest.json')
        expect(JSON.parse(bytesText(bytes))).toEqual(manifest)
        unfound++
        continue
      }
      expect(found.map((one) => one.path)).toEqual([path])
      if (!READ.test(path)) continue
      const load = () => packagedModel(memorySource(changed, 'p'), () => onnx())
      expect(await refusalOf(load)).toMatch(`p/${path}`)
      refused++
    }
    expect(unfound).toBeLessThan(20)
    expect(refused).toBeGreaterThan(200)
  })
})

describe('a package that was changed', () => {
  it('is found out where bytes are added, cut off or exchanged between files', async () => {
    const files = await madeUp()
    for (const [path, bytes] of files) {
      const longer = new Uint8Array(bytes.length + 1)
      longer.set(bytes)
      for (const other of [longer, bytes.subarray(0, -1), new Uint8Array(0)]) {
        // The last byte of the manifest ends its line.
        if (path === 'manifest.json' && other.length === bytes.length - 1) continue
        const found = await verified(new Map([...files, [path, other]]))
        expect(
          found.map((one) => one.path),
          path,
        ).toEqual([path])
      }
    }
    const swapped = new Map([
      ...files,
      ['README.md', files.get('config.json')!],
      ['config.json', files.get('README.md')!],
    ])
    expect((await verified(swapped)).map((one) => one.path)).toEqual(['README.md', 'config.json'])
  })

  it('is found out where a file is missing or renamed; one that nothing reads is noted', async () => {
    const files = await madeUp()
    const readme = files.get('README.md')!
    files.delete('README.md')
    expect(await verified(files)).toEqual(fault('README.md', 'there is no such file'))
    files.set('readme.txt', readme)
    expect(await verified(files)).toEqual([
      ...fault('README.md', 'there is no such file'),
      { path: 'readme.txt', what: 'is not in manifest.json; nothing reads it', isNote: true },
    ])
    files.delete('manifest.json')
    expect(await verified(files)).toEqual(
      fault('manifest.json', 'there is no such file, and every package has one'),
    )
  })

  it('is found out with hashes that were made to fit, if a file is not what its name says', async () => {
    const replaced = async (path: string, bytes: Uint8Array) =>
      verified(await sealed(new Map([...(await madeUp()), [path, bytes]])))
    expect(await replaced('config.json', textBytes('{"a":1,"a":2}'))).toEqual(
      fault('config.json', 'has the name "a" twice'),
    )
    expect(await replaced('model.safetensors', textBytes('........{}'))).toEqual(
      fault('model.safetensors', 'its header is longer than the file'),
    )
    expect(await replaced('onnx/encoder.onnx', textBytes('x'))).toEqual(
      fault(
        'onnx/encoder.onnx',
        'is not an ONNX file, or is damaged; a package holds graphs only as Latentlab exports them',
      ),
    )
    expect(await replaced('onnx/other.onnx', encoder())).toEqual([])
  })

  it('is found out with hashes that were made to fit only by a seal from elsewhere', async () => {
    const files = await madeUp()
    const { seal } = JSON.parse(bytesText(files.get('manifest.json')!))
    const forged = await sealed(
      new Map([...files, ['config.json', textBytes('{"classes":["b","a"]}')]]),
    )
    expect(await verified(forged)).toEqual([])
    expect(await verified(files, seal)).toEqual([])
    const { seal: other } = JSON.parse(bytesText(forged.get('manifest.json')!))
    expect(await verified(forged, seal)).toEqual(
      fault(
        'manifest.json',
        `p: the package has the seal ${other}, and seal asks for ${seal}: it is another package, or another version of it`,
      ),
    )
  })
})
