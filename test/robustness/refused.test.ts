import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import {
  checkpoint,
  leftovers,
  loadRun,
  options,
  outcome,
  ROWS,
  resolveConfig,
  resumeRun,
  sha256,
  temporaryFolder,
  trainRun,
  writeData,
} from './runs.ts'

const folder = temporaryFolder()
const data = writeData(folder)
const original = join(folder, 'original')
const config = resolveConfig(options(data, { epochs: 2 }))
beforeAll(() => trainRun({ config, out: original }))

let copies = 0
function copyOfRun(): string {
  const copy = join(folder, `copy-${copies++}`)
  cpSync(original, copy, { recursive: true })
  return copy
}

/** All files below a folder with a digest of their bytes. */
function contents(place: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => {
        const path = join(parentPath, name)
        return [relative(place, path), sha256(readFileSync(path))]
      }),
  )
}

const oneLine = expect.stringMatching(/^[^\n]+$/)

/** Resuming and loading fail with one line, in which `words` are, and change nothing. */
async function expectRefused(run: string, words: string): Promise<void> {
  const before = contents(run)
  for (const attempt of [
    () => resumeRun({ folder: run, epochs: 3 }),
    () => loadRun(run, { checkpoint: 'last' }),
  ]) {
    const error = await attempt().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ name: 'UserError', message: oneLine })
    expect((error as Error).message).toContain(words)
  }
  expect(contents(run)).toEqual(before)
}

const last = (run: string) => join(run, 'checkpoints/last/checkpoint.safetensors')

describe('a damaged checkpoint is refused, whatever its damage', () => {
  const lengthOf = (run: string) => readFileSync(last(run)).length

  it('a flipped bit anywhere', async () => {
    const random = stream(3, 'flips')
    const run = copyOfRun()
    const good = readFileSync(last(run))
    const headerEnd = 8 + Number(good.readBigUInt64LE(0))
    const early = Array.from({ length: 30 }, () => Math.floor(headerEnd * random.uniform()))
    const late = Array.from({ length: 10 }, () => Math.floor(good.length * random.uniform()))
    for (const at of [...early, ...late, good.length - 1]) {
      const bad = Buffer.from(good)
      bad[at]! ^= 1 << Math.floor(8 * random.uniform())
      writeFileSync(last(run), bad)
      await expect(loadRun(run, { checkpoint: 'last' }), `byte ${at}`).rejects.toMatchObject({
        name: 'UserError',
        message: oneLine,
      })
    }
    await expectRefused(run, 'the checkpoint is damaged')
  })

  it('other progress under the same arrays', async () => {
    const run = copyOfRun()
    const text = readFileSync(last(run), 'latin1')
    writeFileSync(last(run), text.replace('\\"step\\":24', '\\"step\\":23'), 'latin1')
    expect(readFileSync(last(run), 'latin1')).not.toBe(text)
    await expectRefused(run, 'the checkpoint is damaged')
  })

  it.each([0, 7, 8, 100, -1])('cut to %i bytes', async (length) => {
    const run = copyOfRun()
    truncateSync(last(run), length < 0 ? lengthOf(run) + length : length)
    await expectRefused(run, 'the checkpoint is damaged')
  })

  it('something else', async () => {
    const run = copyOfRun()
    writeFileSync(last(run), readFileSync(data))
    await expectRefused(run, 'the checkpoint is damaged')
  })

  it('a folder of them that is missing: the training begins again', async () => {
    const run = copyOfRun()
    rmSync(join(run, 'checkpoints'), { recursive: true })
    await resumeRun({ folder: run })
    expect(outcome(run)).toEqual(outcome(original))
  })

  it('the one that is intact is named, for reading; of two damaged ones, none', async () => {
    const run = copyOfRun()
    const best = join(run, 'checkpoints/best/checkpoint.safetensors')
    const { epoch } = checkpoint(run, 'best').progress
    writeFileSync(last(run), 'damaged')
    const usable = `; the best checkpoint, of epoch ${epoch}, is intact and can be used: load('${run}', { checkpoint: 'best' })`
    await expectRefused(run, usable)
    await (await loadRun(run, { checkpoint: 'best' })).close()
    writeFileSync(best, 'damaged')
    await expect(loadRun(run)).rejects.toThrow(/or train again$/)

    const other = copyOfRun()
    writeFileSync(join(other, 'checkpoints/best/checkpoint.safetensors'), 'damaged')
    await expect(loadRun(other)).rejects.toMatchObject({
      message: expect.stringContaining('best/checkpoint.safetensors: the checkpoint is damaged'),
      commandLine: expect.stringMatching(
        `; the last checkpoint, of epoch 2, is intact and can be used: latentlab evaluate ${other} --checkpoint last$`,
      ),
    })
    await (await loadRun(other, { checkpoint: 'last' })).close()
    await resumeRun({ folder: other, epochs: 3 })
  })

  it('a folder in its place', async () => {
    const run = copyOfRun()
    rmSync(last(run))
    mkdirSync(last(run))
    await expectRefused(run, 'there is a folder of that name')
  })
})

describe('a checkpoint of something else is refused', () => {
  it.each([
    [
      'model',
      { model: 'ae' },
      'the checkpoint is of a model ae, the configuration of a vae; one of them belongs to another run: restore it',
    ],
    ['width', { hidden: '16' }, 'it belongs to another model'],
    ['depth', { hidden: '32,32' }, 'it belongs to another model'],
    ['latent space', { latent: 3 }, 'it belongs to another model'],
  ])('of another %s', async (name, change, words) => {
    const other = join(folder, `other ${name}`)
    const given = resolveConfig(options(data, { epochs: 1, ...change }))
    await trainRun({ config: given, out: other })
    const run = copyOfRun()
    cpSync(last(other), last(run))
    await expectRefused(run, words)
  })

  it.each([
    ['optimizer', 'sgd', 'it belongs to another optimizer'],
    ['batch', 50, '24 steps and 2 epochs, which does not fit 4 steps an epoch'],
  ])(
    'under another %s in a config.json of before there was a digest',
    async (name, value, words) => {
      const run = copyOfRun()
      const path = join(run, 'config.json')
      const { digest: _, ...stored } = JSON.parse(readFileSync(path, 'utf8'))
      stored.train[name] = value
      writeFileSync(path, JSON.stringify(stored))
      const before = contents(run)
      await expect(resumeRun({ folder: run, epochs: 3 })).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringContaining(words),
      })
      expect(contents(run)).toEqual(before)
    },
  )
})

describe('a folder that is no run, or no more, is refused', () => {
  it.each(['missing', 'empty', 'a file', 'data.npy/run'])('%s', async (name) => {
    const place = join(folder, name)
    if (name === 'empty') mkdirSync(place)
    if (name === 'a file') writeFileSync(place, 'text')
    const before = contents(folder)
    for (const attempt of [() => resumeRun({ folder: place }), () => loadRun(place)])
      await expect(attempt()).rejects.toMatchObject({
        name: 'UserError',
        message: `${place} is not the folder of a run: it has no config.json`,
      })
    expect(contents(folder)).toEqual(before)
  })

  const stored = () => JSON.parse(readFileSync(join(original, 'config.json'), 'utf8'))
  const texts: readonly (readonly [string, () => string, string])[] = [
    ['empty', () => '', 'not valid JSON'],
    ['half of one', () => JSON.stringify(stored()).slice(0, 200), 'not valid JSON'],
    ['null', () => 'null', 'expected an object'],
    ['a list', () => '[]', 'expected an object'],
    ['options without a format', () => '{"model": "vae", "latent": 2}', 'format: '],
    ['of a later format', () => JSON.stringify({ ...stored(), format: 2 }), 'format: '],
    ['of no sections', () => '{"format": 1, "model": "vae"}', 'options: '],
    ['of a text for a section', () => JSON.stringify({ ...stored(), train: 'fast' }), 'train: '],
    [
      'with __proto__',
      () => `{"__proto__": {"a": 1}, ${JSON.stringify(stored()).slice(1)}`,
      '__proto__',
    ],
    [
      'with __proto__ inside',
      () => JSON.stringify(stored()).replace('"options":{', '"options":{"__proto__":{"a":1},'),
      '__proto__',
    ],
    ['of another model', () => JSON.stringify({ ...stored(), model: 'vea' }), 'vea'],
    [
      'with latent 0',
      () => JSON.stringify({ ...stored(), options: { ...stored().options, latent: 0 } }),
      'latent: ',
    ],
    [
      'with an option too many',
      () => JSON.stringify({ ...stored(), train: { ...stored().train, speed: 9 } }),
      'speed: ',
    ],
    [
      'with a number for the hash',
      () => JSON.stringify({ ...stored(), dataHash: 5 }),
      'dataHash: ',
    ],
    [
      'with a shape of nothing',
      () => JSON.stringify({ ...stored(), example: { exampleShape: [] } }),
      'example.exampleShape: ',
    ],
  ]
  it.each(texts)('config.json %s', async (_, text, words) => {
    const run = copyOfRun()
    writeFileSync(join(run, 'config.json'), text())
    await expectRefused(run, words)
    await expectRefused(run, join(run, 'config.json'))
  })

  it('metrics that are missing or cut', async () => {
    for (const change of [
      (path: string) => rmSync(path),
      (path: string) => truncateSync(path, 10),
    ]) {
      const run = copyOfRun()
      change(join(run, 'metrics.jsonl'))
      const before = contents(run)
      await expect(resumeRun({ folder: run })).rejects.toMatchObject({
        name: 'UserError',
        message: expect.stringContaining('metrics.jsonl'),
      })
      expect(contents(run)).toEqual(before)
    }
  })
})

describe('data that has changed or gone is refused', () => {
  it('when resuming', async () => {
    const path = join(folder, 'changing.npy')
    cpSync(data, path)
    const out = join(folder, 'changing')
    await trainRun({ config: resolveConfig(options(path, { epochs: 1 })), out })
    const before = contents(out)
    const bytes = readFileSync(path)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(path, bytes)
    await expect(resumeRun({ folder: out, epochs: 2 })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('the data has changed since the run was started'),
    })
    rmSync(path)
    await expect(resumeRun({ folder: out, epochs: 2 })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('there is no such file'),
    })
    expect(contents(out)).toEqual(before)
  })
})

describe('a new run leaves nothing where it fails before its first checkpoint', () => {
  it.each([
    ['an infinite loss', { lr: 1e30, optimizer: 'sgd', monitor: 'objective' }],
    ['a batch larger than the data', { batch: 1000 }],
    ['a model larger than the memory', { hidden: '100000,100000' }],
    ['a device that is not there', { device: 'webgpu', validation: 0 }],
  ])('%s', async (name, change) => {
    const place = join(folder, `failing ${name}`)
    mkdirSync(place)
    const out = join(place, 'deep/run')
    const training = trainRun({ config: resolveConfig(options(data, change)), out })
    const error = await training.then(
      () => undefined,
      (reason) => reason,
    )
    // A device that is there may be used; an infinite loss keeps the checkpoint before it.
    if (error === undefined || existsSync(join(out, 'checkpoints/last/checkpoint.safetensors')))
      return
    expect(error).toMatchObject({ name: 'UserError', message: oneLine })
    expect(readdirSync(place)).toEqual([])
  })
})

describe('a model that does not fit its data, or itself, is refused with one line and leaves nothing', () => {
  const table = join(folder, 'table.npy')
  const random = stream(2, 'table')
  const values = Float32Array.from({ length: 40 * 3 }, random.uniform)
  writeFileSync(table, writeNpy(hostTensor('float32', [40, 3], values)))
  const labels = join(folder, 'labels.npy')
  const classes = Int32Array.from({ length: ROWS }, (_, i) => i % 4)
  writeFileSync(labels, writeNpy(hostTensor('int32', [ROWS], classes)))
  const ofTable = { data: table, likelihood: 'gaussian', hidden: undefined }
  const plain = { hidden: undefined, latent: undefined }

  it.each([
    [{ model: 'cvae' }, /^cvae needs the classes of its examples; give labels$/],
    [{ model: 'stacked-ae', finetune: 'labels' }, /^stacked-ae needs the classes/],
    [{ model: 'aae', labelInformed: true }, /^aae needs the classes/],
    [
      { model: 'cvae', labels, testData: data },
      /^labels: cvae .* test split have none; give testLabels/,
    ],
    [{ model: 'ae', ...ofTable, network: 'conv' }, /^network: conv needs images/],
    [{ model: 'dae', ...ofTable, network: 'unet' }, /^network: unet needs images/],
    [{ model: 'dae', ...ofTable, network: 'hourglass' }, /^network: hourglass needs images/],
    [{ model: 'vae', network: 'unet' }, /^network: .*got unet/],
    [{ model: 'ae', ...plain, network: 'conv', tied: true }, /^tied: only mlp networks/],
    [{ model: 'ae', normalization: 'batch', batch: 1 }, /^normalization: batch needs at least 2/],
    [{ model: 'ae', activation: 'relu,tanh' }, /^activation: got 2 for 1 hidden layers/],
    [{ model: 'aae', prior: 'mixture', latent: 3 }, /^prior: mixture is a prior over the plane/],
    [
      { model: 'aae', prior: 'swiss-roll', latent: 3 },
      /^prior: swiss-roll is a prior over the plane/,
    ],
    [
      { model: 'aae', labelInformed: true, labels, latent: 1 },
      /^labelInformed: .*latent: 2 or more/,
    ],
    [
      { model: 'pca', ...plain, latent: 65 },
      /^latent: got 65 components, but an example has only 64 values/,
    ],
    [
      { model: 'pca', ...plain, data: table, latent: 3, test: 38, validation: 0 },
      /^latent: got 3 components, but there are only 2 training examples/,
    ],
    [{ model: 'pca', ...plain, binarize: 'dynamic' }, /^binarize: pca is computed once/],
    [{ model: 'pca' }, /^hidden: pca has no such option; it belongs to model 'ae', 'stacked-ae'/],
    [{ model: 'dae', corruption: 'swap:1.5' }, /^corruption: expected masking:P.*got swap:1.5/],
    [
      { model: 'stacked-dae', hidden: '8,4', corruption: 'masking:0.1,masking:0.2' },
      /^corruption: got 2 for 3 layers/,
    ],
    [{ model: 'stacked-ae', likelihood: 'categorical:4' }, /^likelihood: .*tied layers/],
    [{ model: 'cae', contraction: 'projections:0' }, /^contraction: expected exact or projections/],
    [{ model: 'vae', importanceSamples: 5, beta: 2 }, /^importanceSamples: .*leave out beta/],
    [{ model: 'vae', importanceSamples: 5, prior: 'bernoulli' }, /^importanceSamples: .*gaussian/],
    [{ model: 'vae', prior: 'bernoulli', temperature: '1:0@3' }, /^temperature: .*above 0/],
    [{ model: 'vae', monitor: 'contraction' }, /^monitor: there is no term contraction/],
    [{ model: 'gan', pretrainEpochs: 2 }, /it belongs to model 'stacked-ae', 'stacked-dae'$/],
  ])('%j', async (change, message) => {
    const place = join(folder, 'refused place')
    mkdirSync(place, { recursive: true })
    const refused = async () => {
      const config = resolveConfig(options(data, change))
      return trainRun({ config, out: join(place, 'run') })
    }
    await expect(refused()).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(message),
    })
    await expect(refused()).rejects.toMatchObject({ message: oneLine })
    expect(readdirSync(place)).toEqual([])
  })
})

describe('places of a run', () => {
  const short = (epochs: number) => resolveConfig(options(data, { epochs }))

  it('may be deep, end with a slash, be behind a link, and change', async () => {
    const deep = join(folder, 'a/b/c/run')
    await trainRun({ config: short(1), out: `${deep}/` })
    const link = join(folder, 'link')
    symlinkSync(deep, link)
    await resumeRun({ folder: `${link}/`, epochs: 2 })
    const moved = join(folder, 'moved')
    renameSync(deep, moved)
    await resumeRun({ folder: moved, epochs: 3 })
    const straight = join(folder, 'straight')
    await trainRun({ config: short(3), out: straight })
    expect(outcome(moved)).toEqual(outcome(straight))
    expect(leftovers(folder)).toEqual([])
  })

  it('that exist already are refused: a folder, a file, a link to nowhere', async () => {
    const place = join(folder, 'occupied')
    mkdirSync(place)
    writeFileSync(join(place, 'file'), '')
    mkdirSync(join(place, 'folder'))
    symlinkSync(join(place, 'nowhere'), join(place, 'link'))
    const before = readdirSync(place, { recursive: true })
    for (const name of ['file', 'folder', 'link', 'folder/', 'file/inside'])
      await expect(trainRun({ config: short(1), out: join(place, name) })).rejects.toMatchObject({
        name: 'UserError',
        message: oneLine,
      })
    expect(readdirSync(place, { recursive: true })).toEqual(before)
  })

  it('say where their data is from any working folder', async () => {
    const out = join(folder, 'relative')
    const config = resolveConfig(options(relative(process.cwd(), data), { epochs: 1 }))
    await trainRun({ config, out })
    expect(JSON.parse(readFileSync(join(out, 'config.json'), 'utf8')).data.data).toBe(data)
  })
})
