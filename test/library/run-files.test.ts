import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { RunFiles } from '../../src/app/run/run-files.ts'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { workingFolder } from '../cli/command-line.ts'
import { compiled } from '../compiled.ts'

/** The runtime's worker thread is a compiled file. */
const lab = (await compiled('entries/node.js')) as typeof import('../../src/entries/node.ts')
const { folder, latentlab } = workingFolder()

const { uniform } = stream(5, 'images')
const images = hostTensor(
  'uint8',
  [120, 4, 4],
  Uint8Array.from({ length: 120 * 16 }, () => Math.floor(256 * uniform())),
)
const options = {
  model: 'vae',
  likelihood: 'gaussian',
  data: images,
  hidden: [8],
  latent: 2,
  batch: 16,
  epochs: 3,
  validation: 20,
  test: 20,
  threads: 1,
} as const

/** Files of a folder by their paths, as a run in memory has them. */
function filesIn(path: string): Record<string, Uint8Array> {
  const names = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    names.map((name) => [
      name.slice(path.length + 1).replaceAll('\\', '/'),
      Uint8Array.from(readFileSync(name)),
    ]),
  )
}

function written(files: RunFiles, name: string): string {
  const path = join(folder, name)
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(path, file)), { recursive: true })
    writeFileSync(join(path, file), bytes)
  }
  return path
}

const untimed = ({ 'timings.jsonl': _, ...files }: Record<string, Uint8Array>) => files

let files: RunFiles
const kept: RunFiles[] = []
beforeAll(async () => {
  const keep = async (changed: RunFiles) => void kept.push(changed)
  const training = await lab.startTraining({ ...options, keep, keepEvery: 0 })
  await (await training.done).close()
  files = await training.files()
  writeFileSync(join(folder, 'images.npy'), writeNpy(images))
})

describe('the files of a run in memory', () => {
  it('are those of the same training on disk, byte by byte', async () => {
    const out = join(folder, 'disk')
    await lab.train({ ...options, out })
    expect(untimed({ ...files })).toEqual(untimed(filesIn(out)))
    expect(Object.keys(filesIn(out)).sort()).toEqual(Object.keys(files).sort())
  })

  it('come to keep as they change, and add up to all of them', () => {
    expect(kept.length).toBeGreaterThan(2)
    expect(Object.keys(kept[0]!)).toContain('config.json')
    expect(Object.keys(kept.at(-1)!)).not.toContain('config.json')
    expect(Object.assign({}, ...kept)).toEqual(files)
  })

  it('open in memory and from a folder as the same model, also without the data', async () => {
    const path = written(files, 'opened')
    const [memory, disk] = [await lab.openRun(files), await lab.load(path)]
    expect(memory.parameters).toEqual(disk.parameters)
    expect([memory.epoch, memory.step, memory.checkpoint]).toEqual([disk.epoch, disk.step, 'best'])
    expect(await memory.encode(images)).toEqual(await disk.encode(images))
    await expect(memory.evaluate('test')).rejects.toThrow(
      /^the run was trained on an array, which a run does not hold; pass it again/,
    )
    await Promise.all([memory.close(), disk.close()])
    const withData = await lab.openRun(files, { data: images, checkpoint: 'last' })
    expect(withData.checkpoint).toBe('last')
    expect((await withData.evaluate('test')).split).toBe('test')
    await withData.close()
  })

  it('are a run to the command line, with the data as a file', async () => {
    const path = written(files, 'for-commands')
    const evaluated = await latentlab(['evaluate', path, '--data', 'images.npy', '--json'])
    expect(evaluated).toMatchObject({ code: 0 })
    const encoded = await latentlab(['encode', path, '--data', 'images.npy', '--out', 'codes.npy'])
    expect(encoded).toMatchObject({ code: 0 })
    const resumed = await latentlab([
      ...['resume', path, '--data', 'images.npy', '--epochs', '4', '--beta', '3'],
      ...['--no-report', '--quiet', '--json'],
    ])
    expect(resumed).toMatchObject({ code: 0 })
    const config = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'))
    expect(config.options.beta).toBe(3)
    expect(config.history[0]).toMatchObject({ step: 15, before: { beta: 1 }, after: { beta: 3 } })
  })

  it('of a changed training are those of train --config on disk', async () => {
    const training = await lab.startTraining({ ...options, paused: true })
    await training.step(4)
    expect(await training.adjust({ beta: 0.2, lr: 0.01 })).toEqual({ stage: 0, step: 4 })
    await training.step(3)
    await training.adjust({ beta: '0:2@3' })
    await training.continue()
    await (await training.done).close()
    const path = written(await training.files(), 'changed')
    const again = join(folder, 'again')
    const command = ['train', '--config', join(path, 'config.json'), '--data', 'images.npy']
    const quiet = ['--no-report', '--quiet', '--json']
    expect(await latentlab([...command, '--out', again, ...quiet])).toMatchObject({ code: 0 })
    const of = (run: string) => {
      const { 'config.json': config, ...others } = untimed(filesIn(run))
      return { others, history: JSON.parse(Buffer.from(config!).toString()).history }
    }
    expect(of(again)).toEqual(of(path))
  })

  it('continue in memory to what an undisturbed training ends in', async () => {
    const training = await lab.startTraining({ ...options, paused: true })
    await training.step(7)
    const half = await training.files()
    await training.stop()
    expect((await training.done).reason).toBe('cancelled')
    await (await training.done).close()
    // A crash may have kept metrics of steps that no checkpoint holds.
    const ahead = { ...half, 'metrics.jsonl': files['metrics.jsonl']! }
    for (const from of [half, await training.files(), ahead]) {
      const resumed = await lab.resumeTraining({ files: from, data: images })
      await (await resumed.done).close()
      expect(untimed({ ...(await resumed.files()) })).toEqual(untimed({ ...files }))
    }
  })
})

describe('files that are not those of a run', () => {
  const changed = (name: string, edit: (bytes: Uint8Array) => Uint8Array) => ({
    ...files,
    [name]: edit(files[name]!.slice()),
  })
  const flipped = (at: number) => (bytes: Uint8Array) => {
    bytes[at < 0 ? bytes.length + at : at]! ^= 1
    return bytes
  }
  const last = 'checkpoints/last/checkpoint.safetensors'
  const cases: Readonly<Record<string, readonly [() => unknown, RegExp]>> = {
    'no object': [() => 'runs/x', /^files: expected the files of a run by their paths/],
    'no bytes': [() => ({ 'config.json': '{}' }), /^files: "config.json" is .*expected the files/],
    nothing: [() => ({}), /^files: there is no config.json; expected the files of a run/],
    'a package': [
      () => ({ 'manifest.json': new Uint8Array() }),
      /^files: there is no config.json; they are those of a package: open it with loadPackage$/,
    ],
    'an edited configuration': [
      () =>
        changed('config.json', (bytes) =>
          Buffer.from(Buffer.from(bytes).toString().replace('"latent": 2', '"latent": 3')),
        ),
      /^config.json: was edited/,
    ],
    'a damaged array': [
      () => changed(last, flipped(-1)),
      /^checkpoints\/last\/checkpoint.safetensors: the checkpoint is damaged/,
    ],
    'a checkpoint that is cut off': [
      () => changed(last, (bytes) => bytes.subarray(0, 100)),
      /^checkpoints\/last\/checkpoint.safetensors: the checkpoint is damaged/,
    ],
    'too few metrics': [
      () => changed('metrics.jsonl', (bytes) => bytes.subarray(0, 50)),
      /^metrics.jsonl: 50 bytes, but the checkpoint expects \d+/,
    ],
  }
  it.each(Object.entries(cases))('are refused in one line: %s', async (_name, [given, why]) => {
    for (const open of [
      () => lab.openRun(given() as RunFiles),
      () => lab.resumeTraining({ files: given() as RunFiles, data: images }),
    ]) {
      const error = await Promise.resolve(open()).then(
        () => 'accepted',
        ({ name, message }: Error) => (name === 'UserError' ? message : `${name} ${message}`),
      )
      expect(error).toMatch(why)
      expect(error).not.toContain('\n')
    }
  })

  it('are refused with other data', async () => {
    const other = { ...images, data: images.data.map((value) => 255 - value) }
    await expect(lab.resumeTraining({ files, data: other })).rejects.toThrow(
      /the data has changed since the run was started/,
    )
  })
})
