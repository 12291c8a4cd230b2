import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { decode as decodePng } from 'fast-png'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { writeNpz } from '../../src/data/npz.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { type Ended, quarters, words, workingFolder } from './command-line.ts'

const { latentlab, latentlabProcess, inFolder } = workingFolder()
const run = (command: string, ...more: string[]) => latentlab([...words(command), ...more])

const readNpy = (name: string) => parseNpy(readFileSync(inFolder(name)), name)
const readPng = (name: string) => decodePng(readFileSync(inFolder(name)))
const readCsv = (name: string) =>
  readFileSync(inFolder(name), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))

/** Result of a command that must succeed. */
async function done(command: string): Promise<Ended> {
  const ended = await run(command)
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  return ended
}

const { images, labels } = quarters(200)
const table = hostTensor(
  'float32',
  [60, 3],
  Float32Array.from({ length: 180 }, (_, i) => Math.sin(i) * 3),
)
let trained: Ended

beforeAll(async () => {
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  writeFileSync(inFolder('labels.npy'), writeNpy(labels))
  writeFileSync(inFolder('table.npy'), writeNpy(table))
  const both = new Map<string, HostTensor>([
    ['x', hostTensor('uint8', [5, 8, 8], images.data.slice(0, 320) as Uint8Array)],
    ['y', hostTensor('int32', [5], labels.data.slice(0, 5) as Int32Array)],
  ])
  writeFileSync(inFolder('five.npz'), writeNpz(both))
  trained = await run(
    'train --data images.npy --labels labels.npy --hidden 16 --latent 2 --epochs 30 --batch=20 --lr 1e-2 --out run --json',
  )
  const small = '--hidden 8 --epochs 1 --batch 10 --no-report --quiet'
  await done(
    `train --data table.npy --model ae --likelihood gaussian --latent 1 ${small} --out tablerun`,
  )
})

describe('train', () => {
  it('prints one JSON document, and a line an epoch on standard error', () => {
    expect(trained.code).toBe(0)
    const document = JSON.parse(trained.stdout) as Record<string, unknown>
    expect(document).toMatchObject({ folder: 'run', reason: 'finished', report: 'run/report.html' })
    const lines = trained.stderr.trimEnd().split('\n')
    // The data, three notes on rows that occur in two splits, the stage, and the epochs.
    expect(lines, trained.stderr).toHaveLength(35)
    expect(lines[1]).toBe(
      '19 of 20 validation rows also occur among the training rows (row 5 equals row 101)',
    )
    expect(lines[0]).toMatch(
      /images\.npy: images 8 high and 8 wide, 1 channel; uint8 from 0 to 255/,
    )
    expect(lines[5]).toMatch(/^epoch {2}1\/30 {2}train \d+\.\d+ .*validation \d+\.\d+/)
    for (const control of ['\r', '\u001b']) expect(trained.stderr).not.toContain(control)
  })

  it('lets the loss fall', () => {
    const losses = [...trained.stderr.matchAll(/train (\d+\.\d+)/g)].map((match) =>
      Number(match[1]),
    )
    expect(losses.at(-1)!).toBeLessThan(0.75 * losses[0]!)
  })

  it('leaves a report, and says where', async () => {
    expect(existsSync(inFolder('run/report.html'))).toBe(true)
    const small = '--hidden 4 --epochs 1 --batch 20 --latent 2 --out told'
    const { stdout, stderr } = await done(`train --data images.npy ${small}`)
    expect(stdout).toMatch(/^run: told \(vae, 1 epoch\)/)
    expect(stdout).toMatch(/\nreport: told\/report\.html\n$/)
    expect(stderr).toMatch(/\n1 epoch of 8 steps/)
  })

  it('leaves no report and tells nothing where that is asked for', () => {
    expect(readdirSync(inFolder('tablerun'))).not.toContain('report.html')
  })

  it('takes options from a configuration file, and flags before those', async () => {
    const options = {
      data: 'images.npy',
      hidden: [4],
      latent: 3,
      epochs: 1,
      batch: 20,
      out: 'given',
    }
    writeFileSync(inFolder('run.json'), JSON.stringify(options))
    await done('train --config run.json --latent 5 --no-report --quiet')
    const config = JSON.parse(readFileSync(inFolder('given/config.json'), 'utf8'))
    expect(config).toMatchObject({ options: { hidden: [4], latent: 5 }, train: { epochs: 1 } })
  })

  it('refuses a folder that exists, with what to do', async () => {
    const { code, stderr } = await run('train --data images.npy --batch 20 --out run')
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^latentlab: run exists already.*latentlab resume run\n$/),
    })
  })

  it('refuses a device that is not there', async ({ skip }) => {
    const small = '--hidden 4 --epochs 1 --batch 20 --no-report --quiet'
    const { code, stderr } = await run(`train --data images.npy ${small} --device webgpu --out gpu`)
    skip(code === 0, 'this machine has a WebGPU device')
    expect(stderr).toMatch(/latentlab: .*--device webgpu.*use --device cpu\n$/)
    expect(code).toBe(2)
    expect(existsSync(inFolder('gpu'))).toBe(false)
  })
})

describe('a training that is stopped', () => {
  const endless = 'train --data images.npy --hidden 4 --batch 20 --epochs 100000 --no-report'
  const stopped = (signal: NodeJS.Signals, out: string) => {
    let sent = false
    const onStderr = (text: string, kill: (signal: NodeJS.Signals) => void) => {
      if (sent || !text.includes('epoch ')) return
      sent = true
      for (let i = 0; i < 3; i++) kill(signal)
    }
    return latentlabProcess(words(`${endless} --out ${out}`), { onStderr })
  }

  it('by Ctrl-C, several even, saves, says so, exits 130 and can be resumed', async () => {
    const { code, stdout, stderr } = await stopped('SIGINT', 'stopped')
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    expect(stderr.match(/finishing the step and saving/g)).toHaveLength(1)
    expect(stderr).toMatch(
      /latentlab: saved in stopped; continue with: latentlab resume stopped\n$/,
    )
    const { epoch } = JSON.parse((await done('inspect stopped --json')).stdout) as { epoch: number }
    const resumed = await done(`resume stopped --epochs ${epoch + 1} --no-report --json`)
    expect(JSON.parse(resumed.stdout)).toMatchObject({ reason: 'finished', folder: 'stopped' })
    expect(resumed.stderr.match(/^epoch /gm)).toHaveLength(1)
  })

  it('by SIGTERM exits 143', async () => {
    expect((await stopped('SIGTERM', 'terminated')).code).toBe(143)
  })
})

describe('evaluate', () => {
  it('gives each term and the ledger as JSON', async () => {
    const { stdout } = await done('evaluate run --split validation --json')
    const { split, examples, terms, objective, ledger } = JSON.parse(stdout)
    expect({ split, examples }).toEqual({ split: 'validation', examples: 20 })
    expect(terms.reconstruction + terms.kl).toBeCloseTo(objective, 8)
    expect(ledger[0]).toMatchObject({ split: 'validation', examples: 20, unit: 'nats per example' })
  })

  it('refuses a split that the run has not', async () => {
    await done(
      'train --data images.npy --validation 0 --hidden 4 --epochs 1 --batch 20 --no-report --quiet --out whole',
    )
    const { code, stderr } = await run('evaluate whole --split validation')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching('validation') })
  })
})

describe('codes', () => {
  it('of a split are an array of float32', async () => {
    await done('encode run --split train --out codes.npy')
    expect(readNpy('codes.npy')).toMatchObject({ dtype: 'float32', shape: [160, 2] })
  })

  it('are a table with labels, the same numbers', async () => {
    await done('encode run --out codes.csv')
    await done('encode run --data images.npy --split test --out test.npy')
    const [header, ...rows] = readCsv('codes.csv')
    expect(header).toEqual(['z0', 'z1', 'label'])
    const numbers = rows.flatMap((row) => row.slice(0, 2).map(Number))
    expect(Float32Array.from(numbers)).toEqual(readNpy('test.npy').data)
    expect(new Set(rows.map((row) => row[2]))).toEqual(new Set(['0', '1', '2', '3']))
  })

  it('of another file are in its order, with its labels', async () => {
    await done('encode run --data five.npz --out five.csv')
    const rows = readCsv('five.csv').slice(1)
    expect(rows.map((row) => row[2])).toEqual(['0', '1', '2', '3', '0'])
    // The first and the last show the same quarter.
    const distance = (a: string[], b: string[]) =>
      Math.hypot(Number(a[0]) - Number(b[0]), Number(a[1]) - Number(b[1]))
    expect(distance(rows[0]!, rows[4]!)).toBeLessThan(0.5 * distance(rows[0]!, rows[3]!))
  })

  it.each([
    [
      'encode run --data table.npy',
      /table\.npy: its examples have shape \[3\]; expected \[8, 8\], images 8 high and 8 wide/,
    ],
    ['encode run --data five.npz --split test', /a file is taken whole/],
    ['encode run --labels labels.npy', /has its own labels; leave this out/],
    ['decode run --codes table.npy', /table\.npy: codes of shape \[60, 3\]; expected \[n, 2\]/],
  ])('%s is refused', async (command, message) => {
    const { code, stderr } = await run(command)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
  })

  it('decoded are the reconstructions', async () => {
    await done('encode run --split test --out z.npy')
    await done('decode run --codes z.npy --out decoded.npy')
    await done('reconstruct run --count 1000 --out reconstructed.npy')
    expect(readNpy('decoded.npy').shape).toEqual([20, 1, 8, 8])
    expect(readNpy('decoded.npy').data).toEqual(readNpy('reconstructed.npy').data)
  })
})

describe('pictures', () => {
  it('of samples are a square grid', async () => {
    const { stdout } = await done('sample run --count 9 --out samples.png --json')
    expect(JSON.parse(stdout)).toEqual({
      run: 'run',
      count: 9,
      seed: 0,
      values: 'means',
      out: 'samples.png',
    })
    const { width, height } = readPng('samples.png')
    expect(width).toBe(height)
  })

  it('of samples depend on the seed alone', async () => {
    await done('sample run --count 4 --seed 1 --out a.npy')
    await done('sample run --count 4 --seed 1 --threads 1 --out b.npy')
    await done('sample run --count 4 --seed 2 --out c.npy')
    expect(readNpy('a.npy')).toEqual(readNpy('b.npy'))
    expect(readNpy('a.npy').shape).toEqual([4, 1, 8, 8])
    expect(readNpy('a.npy').data).not.toEqual(readNpy('c.npy').data)
  })

  it('of reconstructions have the originals above', async () => {
    await done('reconstruct run --count 4 --out pairs.png')
    await done('reconstruct run --count 4 --out pairs.csv')
    const { width, data } = readPng('pairs.png')
    // The pixel in the middle of the first example's first pixel, and of its reconstruction's.
    const side = (width - 3) / 4
    const [above, below] = [4, side + 1 + 4].map((y) => data[y * width + 4])
    const first = readCsv('pairs.csv')[1]!.map(Number)
    expect([above, below]).toEqual([first[0]!, first[64]!].map((value) => Math.round(value * 255)))
  })

  it('of an interpolation between two classes end at their reconstructions', async () => {
    const { stdout } = await done('interpolate run --from 3 --to 0 --steps 5 --out path.npy --json')
    const { fromIndex, toIndex } = JSON.parse(stdout) as { fromIndex: number; toIndex: number }
    const classes = readCsv('codes.csv').map((row) => row[2])
    expect([classes[fromIndex + 1], classes[toIndex + 1]]).toEqual(['3', '0'])
    await done(
      `interpolate run --from-index ${fromIndex} --to-index ${toIndex} --steps 5 --out path.png`,
    )
    const path = readNpy('path.npy')
    expect(path.shape).toEqual([5, 1, 8, 8])
    await done('reconstruct run --count 20 --out ends.npy')
    const ends = readNpy('ends.npy').data as Float32Array
    const end = ends.subarray(toIndex * 64, (toIndex + 1) * 64)
    const reached = (path.data as Float32Array).subarray(256)
    for (const [i, value] of reached.entries()) expect(value).toBeCloseTo(end[i]!, 5)
    await done('interpolate run --from 3 --to 0 --steps 5 --along sphere --out arc.npy')
    const arc = readNpy('arc.npy').data as Float32Array
    expect(arc.subarray(256)).toEqual(reached)
    expect(arc.subarray(128, 192)).not.toEqual((path.data as Float32Array).subarray(128, 192))
  })

  it.each([
    [
      'interpolate run --from 9',
      /--from 9: no test example is of that class \(classes: 0, 1, 2, 3\)/,
    ],
    ['interpolate run --to-index 20', /--to-index 20: the test split has 20 examples/],
    ['interpolate run --from 1 --from-index 1', /--from and --from-index: give one of them/],
    [
      'interpolate tablerun --from 1 --out a.csv',
      /has no labels; choose by index, with --from-index/,
    ],
    ['manifold tablerun --out a.csv', /needs a code of 2 dimensions, this model's has 1/],
    ['sample tablerun --out a.csv', /ae has no prior/],
    ['reconstruct tablerun --out a.png', /--out a.png: rows of a table are not pictures/],
  ])('%s is refused and writes nothing', async (command, message) => {
    const before = readdirSync(inFolder('.'))
    const { code, stderr } = await run(command)
    expect(stderr).toMatch(message)
    expect(code).toBe(2)
    expect(readdirSync(inFolder('.'))).toEqual(before)
  })

  it('of the manifold are a grid of the asked size', async () => {
    await done('manifold run --size 3 --out manifold.npy')
    await done('manifold run --size 3 --out manifold.png')
    expect(readNpy('manifold.npy').shape).toEqual([9, 1, 8, 8])
    const { width, height } = readPng('manifold.png')
    expect(width).toBe(height)
  })

  it('are tables where the data is one', async () => {
    await done('reconstruct tablerun --count 2 --out rows.csv')
    const [header, ...rows] = readCsv('rows.csv')
    const columns = ['column 1', 'column 2', 'column 3']
    expect(header).toEqual([...columns, ...columns.map((name) => `restored ${name}`)])
    expect(rows).toHaveLength(2)
  })
})

describe('inspect', () => {
  it('tells of a run', async () => {
    const { stdout } = await done('inspect run')
    expect(stdout).toMatch(/^run: vae on /)
    expect(stdout).toMatch(/\n30 of 30 epochs, 240 steps\n/)
    expect(JSON.parse((await done('inspect run --json')).stdout)).toMatchObject({ epoch: 30 })
  })

  it('tells of a data file', async () => {
    const { stdout } = await done('inspect --data five.npz')
    expect(stdout).toMatch(/\nx +uint8 +\[5, 8, 8\]/)
    expect(stdout).toMatch(/rows by value of y: 0: 2, 1: 1, 2: 1, 3: 1/)
    const file = JSON.parse((await done('inspect --data images.npy --json')).stdout)
    expect(file.arrays[0]).toMatchObject({ dtype: 'uint8', shape: [200, 8, 8], min: 0, max: 255 })
  })
})

describe('lists', () => {
  it('name the models and data sets', async () => {
    expect((await done('models')).stdout).toMatch(/^ {2}vae +Variational autoencoder/m)
    const { stdout } = await done('datasets')
    expect(stdout).toMatch(/\nmnist +60,000 +10,000 +1 × 28 × 28/)
    expect(stdout).toContain(
      'Your own: --data FILE, a table (CSV, TSV, Parquet, JSON lines, ARFF), a folder of pictures, or',
    )
    const [models, datasets] = await Promise.all([done('models --json'), done('datasets --json')])
    expect(JSON.parse(models.stdout)).toContainEqual(expect.objectContaining({ name: 'ae' }))
    expect(JSON.parse(datasets.stdout)).toContainEqual(expect.objectContaining({ name: 'mnist' }))
  })
})

describe('a damaged run', () => {
  it.each([
    [
      'a corrupted checkpoint',
      'corrupted',
      () => {
        for (const kind of ['best', 'last']) {
          const path = inFolder(`corrupted/checkpoints/${kind}/checkpoint.safetensors`)
          const bytes = readFileSync(path)
          bytes[bytes.length - 9]! ^= 1
          writeFileSync(path, bytes)
        }
      },
    ],
    [
      'a checkpoint of another model',
      'other',
      () => {
        for (const kind of ['best', 'last'])
          cpSync(
            inFolder('tablerun/checkpoints/last/checkpoint.safetensors'),
            inFolder(`other/checkpoints/${kind}/checkpoint.safetensors`),
          )
      },
    ],
  ])('with %s is refused', async (_, name, damage) => {
    cpSync(inFolder('run'), inFolder(name), { recursive: true })
    damage()
    for (const command of [`evaluate ${name}`, `resume ${name} --epochs 31`]) {
      const { code, stdout, stderr } = await run(command)
      expect(stderr).toMatch(new RegExp(`^latentlab: ${name}[^\n]+checkpoint[^\n]*\n$`))
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })
})

describe('report', () => {
  it('is written anew', async () => {
    const before = readFileSync(inFolder('run/report.html'), 'utf8')
    writeFileSync(inFolder('run/report.html'), 'gone')
    const { stdout } = await done('report run')
    expect(stdout).toBe('report: run/report.html\n')
    expect(readFileSync(inFolder('run/report.html'), 'utf8')).toBe(before)
  })
})
