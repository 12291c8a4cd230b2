import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { decode as decodePng } from 'fast-png'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseNpy, writeNpy } from '../../src/data/npy.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { type Ended, quarters, words, workingFolder } from './command-line.ts'

const { latentlab, inFolder } = workingFolder()
const run = (command: string) => latentlab(words(command))

async function done(command: string): Promise<Ended> {
  const ended = await run(command)
  expect(ended, ended.stderr).toMatchObject({ code: 0 })
  return ended
}

async function jsonOf(command: string): Promise<Record<string, unknown>> {
  return JSON.parse((await done(`${command} --json`)).stdout) as Record<string, unknown>
}

const readNpy = (name: string) => {
  const { shape, data } = parseNpy(readFileSync(inFolder(name)), name)
  return { shape, data: data as Float32Array }
}

const training = '--batch 20 --no-report --quiet'
const small = `--hidden 16 ${training}`
const labelled = '--data images.npy --labels labels.npy'

beforeAll(async () => {
  const { images, labels } = quarters(200)
  writeFileSync(inFolder('images.npy'), writeNpy(images))
  writeFileSync(inFolder('labels.npy'), writeNpy(labels))
  const five = { shape: [5, 8, 8], data: images.data.slice(0, 320) as Uint8Array }
  writeFileSync(inFolder('five.npy'), writeNpy(hostTensor('uint8', five.shape, five.data)))
  writeFileSync(
    inFolder('five-labels.npy'),
    writeNpy(hostTensor('int32', [5], Int32Array.of(0, 1, 2, 3, 0))),
  )
  await Promise.all([
    done(
      `train ${labelled} --model cvae --latent 2 --beta 4 --epochs 60 --lr 1e-2 ${small} --out cvae`,
    ),
    done(`train --data images.npy --model gan --latent 3 --epochs 1 ${small} --out gan`),
  ])
  await Promise.all([
    done(
      `train --data images.npy --model dae --network unet --channels 4,8 --epochs 8 --lr 1e-2 ${training} --out unet`,
    ),
    done(
      `train --data images.npy --model stacked-dae --latent 4 --pretrain-epochs 2 --epochs 3 ${small} --out stacked`,
    ),
  ])
  await done('train --data images.npy --model pca --latent 4 --no-report --quiet --out pca')
})

describe('a model that is conditioned on labels', () => {
  it('samples each class in turn, evenly, and says so', async () => {
    const { stdout } = await done('sample cvae --count 8 --out s.npy')
    expect(stdout).toBe('8 samples of 4 classes, from 0 to 3, equally many of each: s.npy\n')
    const { labels } = await jsonOf('sample cvae --count 8 --out s.npy')
    expect(labels).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
  })

  it('samples the class that is asked for: the bright quarter is where the class has it', async () => {
    for (const label of [0, 3]) {
      const { stdout } = await done(`sample cvae --count 4 --label ${label} --out one.npy`)
      expect(stdout).toBe(`4 samples of class ${label}: one.npy\n`)
      const { data } = readNpy('one.npy')
      for (let i = 0; i < 4; i++) expect(brightest(data.subarray(64 * i, 64 * (i + 1)))).toBe(label)
    }
  })

  it('transfers the style of each example to every class', async () => {
    expect(await jsonOf('transfer cvae --count 3 --out t.npy')).toMatchObject({
      count: 3,
      classes: 4,
    })
    const { shape, data } = readNpy('t.npy')
    expect(shape).toEqual([3, 4, 1, 8, 8])
    for (let i = 0; i < 12; i++) expect(brightest(data.subarray(64 * i, 64 * (i + 1)))).toBe(i % 4)
    await done('transfer cvae --count 3 --out t.png')
    const { width, height } = decodePng(readFileSync(inFolder('t.png')))
    // Examples of 64 pixels, one apart: three rows of the example and its four versions.
    expect([width, height]).toEqual([5 * 64 + 4, 3 * 64 + 2])
  })

  it('decodes codes as the classes that are given, into its own reconstructions', async () => {
    await done('encode cvae --data five.npy --labels five-labels.npy --out z.npy')
    await done('decode cvae --codes z.npy --labels five-labels.npy --out d.npy')
    const { data } = readNpy('d.npy')
    const expected = [0, 1, 2, 3, 0]
    expected.forEach((label, i) => {
      expect(brightest(data.subarray(64 * i, 64 * (i + 1)))).toBe(label)
    })
    await done('decode cvae --codes z.npy --label 2 --out d2.npy')
    expect(brightest(readNpy('d2.npy').data.subarray(0, 64))).toBe(2)
  })

  it('reconstructs by the labels of the split', async () => {
    await done('encode cvae --out z.npy')
    await done('reconstruct cvae --count 1000 --out r.npy')
    await done('encode cvae --out z.csv')
    const rows = readFileSync(inFolder('z.csv'), 'utf8').trimEnd().split('\n').slice(1)
    const labels = rows.map((row) => Number(row.split(',')[2]))
    const { data } = readNpy('r.npy')
    labels.forEach((label, i) => {
      expect(brightest(data.subarray(64 * i, 64 * (i + 1)))).toBe(label)
    })
  })

  it('decodes each half of a walk as the class of its end, or all as one, and says which', async () => {
    const { stdout } = await done('interpolate cvae --from 0 --to 3 --steps 5 --out w.npy')
    expect(stdout).toContain('decoded as class 0 up to step 3 and as class 3 from then on: w.npy')
    const classes = (name: string) => {
      const { data } = readNpy(name)
      return [0, 1, 2, 3, 4].map((i) => brightest(data.subarray(64 * i, 64 * (i + 1))))
    }
    expect(classes('w.npy')).toEqual([0, 0, 0, 3, 3])
    const { labels } = await jsonOf(
      'interpolate cvae --from 0 --to 3 --steps 5 --label 1 --out w.npy',
    )
    expect(labels).toEqual([1, 1, 1, 1, 1])
    expect(classes('w.npy')).toEqual([1, 1, 1, 1, 1])
  })

  it('decodes the plane as class 0, or as the one that is asked for', async () => {
    const { stdout } = await done('manifold cvae --size 2 --out m.npy')
    expect(stdout).toContain('decoded as class 0: m.npy')
    expect(await jsonOf('manifold cvae --size 2 --label 3 --out m.npy')).toMatchObject({ label: 3 })
    expect(brightest(readNpy('m.npy').data.subarray(0, 64))).toBe(3)
  })
})

/** The quarter of 8 by 8 pixels with the most light. */
function brightest(pixels: Float32Array): number {
  const light = [0, 0, 0, 0]
  pixels.forEach((value, at) => {
    light[2 * (at >= 32 ? 1 : 0) + (at % 8 >= 4 ? 1 : 0)]! += value
  })
  return light.indexOf(Math.max(...light))
}

describe('a model that is trained to undo a corruption', () => {
  it('shows examples, corrupted, and restored', async () => {
    await done('denoise unet --count 3 --out d.png')
    const { width, height } = decodePng(readFileSync(inFolder('d.png')))
    expect([width, height]).toEqual([3 * 64 + 2, 3 * 64 + 2])
    await done('denoise unet --count 3 --corruption none --out d.png')
    expect(decodePng(readFileSync(inFolder('d.png'))).height).toBe(2 * 64 + 1)
  })

  it('restores all examples of a file as they are, unless they are to be corrupted', async () => {
    expect(await jsonOf('denoise unet --data five.npy --out r.npy')).toMatchObject({
      count: 5,
      corruption: 'none',
    })
    const clean = readNpy('r.npy')
    expect(clean.shape).toEqual([5, 1, 8, 8])
    await done('denoise unet --data five.npy --corruption masking:0.5 --out c.csv')
    const [header, ...rows] = readFileSync(inFolder('c.csv'), 'utf8').trimEnd().split('\n')
    expect(header).toMatch(/^x0,.*,x63,r0,.*,r63$/)
    // Half of the bright pixels are gone from what the model was given.
    const given = rows.flatMap((row) => row.split(',').slice(0, 64).map(Number))
    const bright = given.filter((value) => value > 0).length
    expect(bright).toBeGreaterThan(20)
    expect(bright).toBeLessThan(60)
  })

  it('corrupts by the seed, as it was trained', async () => {
    await done('denoise stacked --count 4 --seed 1 --out a.csv')
    await done('denoise stacked --count 4 --seed 1 --out b.csv')
    await done('denoise stacked --count 4 --seed 2 --out c.csv')
    const [a, b, c] = ['a.csv', 'b.csv', 'c.csv'].map((name) =>
      readFileSync(inFolder(name), 'utf8'),
    )
    expect(a).toBe(b)
    expect(a).not.toBe(c)
  })
})

describe('a generator alone', () => {
  it('samples', async () => {
    expect(await jsonOf('sample gan --count 4 --out g.npy')).toMatchObject({ count: 4 })
    expect(readNpy('g.npy').shape).toEqual([4, 1, 8, 8])
  })

  it('has outputs and no draws', async () => {
    const { code, stderr } = await run('sample gan --count 4 --draw --out g.npy')
    expect(code).toBe(2)
    expect(stderr).toContain('--draw: gan is not trained by a likelihood')
  })

  it('decodes codes of its own', async () => {
    writeFileSync(inFolder('own.npy'), writeNpy(hostTensor('float32', [1, 3], new Float32Array(3))))
    await done('decode gan --codes own.npy --out g.npy')
    expect(readNpy('g.npy').shape).toEqual([1, 1, 8, 8])
  })
})

describe('what a model lacks is refused, with one line and nothing written', () => {
  it.each([
    ['encode gan', /gan has no encoder/],
    ['reconstruct gan', /gan has no encoder: it cannot reconstruct examples/],
    ['interpolate gan', /gan has no encoder/],
    ['denoise gan', /gan is not trained to undo a corruption/],
    ['transfer gan', /gan is not conditioned on labels/],
    ['encode unet', /dae has no code with this network/],
    ['decode unet --codes own.npy', /dae has no code with this network/],
    ['interpolate unet', /dae has no code with this network/],
    ['manifold unet', /dae has no code with this network/],
    ['sample unet', /dae has no prior to sample from/],
    ['sample pca', /pca has no prior to sample from/],
    ['sample gan --label 1', /--label 1: gan is not conditioned on labels; leave it out/],
    ['decode gan --codes own.npy --labels labels.npy', /--labels labels\.npy: gan is not cond/],
    ['sample cvae --label 4', /--label 4: is not a class of the training data \(0, 1, 2, 3\)/],
    ['decode cvae --codes two.npy', /cvae decodes a code as a class: give --label N/],
    [
      'decode cvae --codes two.npy --labels five-labels.npy',
      /five-labels\.npy: 5 labels for the 2 rows/,
    ],
    ['encode cvae --data five.npy', /five\.npy: has no labels, and cvae is conditioned on them/],
    ['denoise unet --corruption swap:2', /--corruption swap:2: expected masking:P/],
    ['resume pca --epochs 3', /--epochs 3: pca is computed in closed form/],
  ])('%s', async (command, message) => {
    writeFileSync(inFolder('own.npy'), writeNpy(hostTensor('float32', [1, 3], new Float32Array(3))))
    writeFileSync(inFolder('two.npy'), writeNpy(hostTensor('float32', [2, 2], new Float32Array(4))))
    const before = readdirSync(inFolder('.'))
    const { code, stderr, stdout } = await run(command)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(/^latentlab: [^\n]+\n$/)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(readdirSync(inFolder('.'))).toEqual(before)
  })
})

describe('a training in stages', () => {
  it('tells of each stage, and inspect where it stands', async () => {
    const { stderr, stdout } = await done(
      'train --data images.npy --model stacked-ae --hidden 16 --latent 4 --pretrain-epochs 1 --epochs 2 --batch 20 --no-report --out told',
    )
    const stages = [...stderr.matchAll(/^(.*) \(stage (\d) of 3\): (\d) epochs?/gm)]
    expect(stages.map(([, name, number, epochs]) => [name, number, epochs])).toEqual([
      ['layer 1', '1', '1'],
      ['layer 2', '2', '1'],
      ['fine-tuning', '3', '2'],
    ])
    expect(stderr.match(/^layer 2 {2}epoch 1\/1 /gm)).toHaveLength(1)
    expect(stdout).toMatch(/^run: told \(stacked-ae, 3 stages, the last of 2 epochs\)/)
    expect((await done('inspect told')).stdout).toMatch(
      /\nfine-tuning \(stage 3 of 3\): 2 of 2 epochs, 16 steps\n/,
    )
    expect(await jsonOf('inspect told')).toMatchObject({
      finished: true,
      stage: { name: 'fine-tuning', number: 3, stages: 3 },
    })
  })

  it('goes on in its last stage, to a new total of epochs', async () => {
    const { stderr } = await done('resume stacked --epochs 4 --no-report')
    expect(stderr).toMatch(/\nfine-tuning \(stage 3 of 3\): 4 epochs of 8 steps, from epoch 4 on;/)
    expect(stderr.match(/epoch 4\/4/g)).toHaveLength(1)
  })
})

describe('a closed form', () => {
  it('is finished after one pass, whatever the epochs', async () => {
    expect(await jsonOf('inspect pca')).toMatchObject({ finished: true, epoch: 1, epochs: 1 })
    expect((await done('resume pca --no-report')).stdout).toMatch(/^run: pca \(pca, closed form\)/)
  })
})

describe('help', () => {
  it('of a model begins with what it is and has its own options and defaults', async () => {
    const [gan, pca, vae] = await Promise.all(
      ['gan', 'pca', 'vae'].map((name) => done(`train --model ${name} --help`)),
    )
    expect(gan!.stdout).toMatch(/Goodfellow\s+et\s+al\.\s+2014/)
    expect(gan!.stdout).toMatch(/--lr N [^(]*\(default 0\.0002\)/)
    expect(pca!.stdout).toMatch(/^ {2}--whiten /m)
    expect(pca!.stdout).not.toMatch(/^ {2}--(epochs|lr|batch) /m)
    expect(vae!.stdout).toMatch(/--temperature VALUE[^-]*\(default 1:0\.5@10\)/)
  })

  it('of models has each with its paper', async () => {
    const { stdout } = await done('models')
    const list = (await jsonOf('models')) as unknown as { name: string; paper: string }[]
    const lines = stdout.split('\n')
    for (const { name, paper } of list) {
      const at = lines.findIndex((line) => new RegExp(`^ {2}${name} +\\w`).test(line))
      const next = lines.findIndex((line, i) => i > at && /^ {2}\w|^$/.test(line))
      const described = lines.slice(at, next).map((line) => line.trim())
      expect(described.join(' ').endsWith(` ${paper}`), name).toBe(true)
    }
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })
})
