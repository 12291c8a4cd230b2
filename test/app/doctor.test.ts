import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeNpy } from '../../src/data/npy.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { type HostTensor, hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { compiled } from '../compiled.ts'

/** The runtime's worker thread is a compiled file. */
const { resolveConfig } = (await compiled(
  'app/config.js',
)) as typeof import('../../src/app/config.ts')
const { examine, train } = (await compiled(
  'app/library/node.js',
)) as typeof import('../../src/app/library/node.ts')

const folder = mkdtempSync(join(tmpdir(), 'latentlab-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string) => join(folder, name)

/** Bars that lie somewhere, upright or level, and that are bright on black: three ways to differ. */
const { bars } = (await import(new URL('../../bench/doctor-cases.js', import.meta.url).href)) as {
  bars(count: number): { data: HostTensor; labels: HostTensor }
}
const SIDE = 8

/** Numbers from a generator as an array in a file. */
function floats(
  name: string,
  shape: readonly [number, number],
  draw: (row: number, column: number) => number,
) {
  const [rows, columns] = shape
  const data = Float32Array.from({ length: rows * columns }, (_, at) =>
    draw(Math.floor(at / columns), at % columns),
  )
  writeFileSync(file(name), writeNpy(hostTensor('float32', shape, data)))
}

let runs = 0

/** The names of what is found in a run that is trained with these options; on bars, unless they say otherwise. */
async function found(options: Readonly<Record<string, unknown>>) {
  const out = file(`run-${runs++}`)
  const own = 'data' in options ? {} : { data: file('bars.npy'), labels: file('labels.npy') }
  const given = {
    ...own,
    hidden: [32],
    latent: 3,
    batch: 50,
    lr: 5e-3,
    epochs: 40,
    threads: 1,
    ...options,
    out,
  }
  await train(given as Parameters<typeof train>[0]).catch((error: unknown) => {
    if (!(error instanceof UserError) && !(error as Error).message.includes('training stopped'))
      throw error
  })
  const { findings } = await examine(out, { threads: 1 })
  for (const { evidence, options: suggested } of findings) {
    expect(evidence).toMatch(/\d/)
    expect(() => resolveConfig({ model: options.model ?? 'vae', ...suggested })).not.toThrow()
  }
  return findings.map(({ name }) => name)
}

beforeAll(() => {
  const { data, labels } = bars(1500)
  writeFileSync(file('bars.npy'), writeNpy(data))
  writeFileSync(file('labels.npy'), writeNpy(labels))
  const { uniform, normal } = stream(1, 'numbers')
  writeFileSync(
    file('grey.npy'),
    writeNpy(
      hostTensor(
        'uint8',
        [600, SIDE, SIDE],
        Uint8Array.from(
          { length: 600 * SIDE * SIDE },
          (_, at) => 60 + 100 * Number(at % 128 < 64) + Math.floor(30 * uniform()),
        ),
      ),
    ),
  )
  const coins = Uint8Array.from(
    { length: 600 * SIDE * SIDE },
    () => 255 * Math.floor(2 * uniform()),
  )
  writeFileSync(file('bits.npy'), writeNpy(hostTensor('uint8', [600, SIDE, SIDE], coins)))
  floats('noise.npy', [120, 20], () => normal())
  const factors = Float64Array.from({ length: 2 * 500 }, () => normal())
  const mixing = Float64Array.from({ length: 2 * 6 }, () => normal())
  const mixed = (row: number, column: number) =>
    factors[2 * row]! * mixing[column]! + factors[2 * row + 1]! * mixing[6 + column]!
  floats('plane.npy', [500, 6], mixed)
  floats('constant.npy', [500, 6], (row, column) =>
    column === 0 ? 1 : mixed(row, column) + 0.3 * normal(),
  )
}, 60_000)

describe('a broken run', () => {
  it('whose prior weighs too much has a collapsed code', async () => {
    expect(await found({ model: 'vae', beta: 100 })).toContain('collapsed-latents')
  })

  it('that was driven too hard has dead units', async () => {
    expect(
      await found({ model: 'ae', lr: 3, epochs: 2, hidden: [64, 64], activation: ['relu'] }),
    ).toContain('dead-units')
  })

  it('with more parameters than examples is over-fitted', async () => {
    const options = { model: 'ae', data: file('noise.npy'), likelihood: 'gaussian', hidden: [200] }
    expect(
      await found({ ...options, epochs: 100, batch: 20, lr: 2e-3, monitor: 'none' }),
    ).toContain('over-fitting')
  })

  it('learns the σ of a column that never changes, down to nothing', async () => {
    const likelihood = 'gaussian:per-dimension'
    const options = { data: file('constant.npy'), likelihood, standardise: false }
    const long = { epochs: 300, lr: 2e-2, schedule: 'cosine', monitor: 'none' }
    expect(await found({ ...options, ...long })).toContain('sigma-running-to-zero')
  })

  it('has a fixed σ that is far wider than the errors', async () => {
    expect(await found({ likelihood: 'gaussian:3' })).toContain('sigma-too-wide')
  })

  it('was ended while the loss fell, and while codes took on information', async () => {
    expect(await found({ epochs: 4, lr: 1e-3, hidden: [64] })).toEqual(
      expect.arrayContaining(['loss-still-falling', 'kl-still-rising']),
    )
  })

  it('has learned nothing', async () => {
    expect(await found({ model: 'ae', lr: 1e-9, epochs: 2 })).toContain('nothing-learned')
  })

  it('is judged by the draws that it was trained on where its data is binarised at every step', async () => {
    // Grey levels near 1/2 hardly differ, their draws are coins: 20 values have a variance of 20 / 4.
    floats('coins.npy', [400, 20], (row, column) => 0.45 + (((row + column) % 10) * 0.1) / 10)
    const options = {
      model: 'ae',
      data: file('coins.npy'),
      binarize: 'dynamic',
      lr: 1e-9,
      epochs: 2,
    }
    expect(await found(options)).toContain('nothing-learned')
    const { findings } = await examine(file(`run-${runs - 1}`), { threads: 1 })
    const { evidence } = findings.find(({ name }) => name === 'nothing-learned')!
    const total = Number(/that of the mean of the examples is ([\d.]+)/.exec(evidence)![1])
    expect(total).toBeGreaterThan(4.8)
    expect(total).toBeLessThan(5.2)
  })

  it('has a discriminator that always wins: means are grey, and the examples are black and white', async () => {
    const options = { model: 'gan', data: file('bits.npy'), latent: 1, hidden: [64] }
    const discriminator = { discriminatorActivation: 'leaky-relu', normalization: 'none' }
    expect(await found({ ...options, ...discriminator })).toContain('adversary-out-of-balance')
  })

  it('has a code that is wider than the data', async () => {
    const options = { model: 'ae', data: file('plane.npy'), likelihood: 'gaussian', latent: 4 }
    expect(await found({ ...options, epochs: 60 })).toContain('latent-wider-than-data')
  })

  it('ended in numbers that are not finite, and knows where they came from', async () => {
    const names = await found({ lr: 1e20, epochs: 3 })
    expect(names[0]).toBe('not-finite')
    const folder = file(`run-${runs - 1}`)
    const { findings } = await examine(folder, { threads: 1 })
    expect(findings[0]!.evidence).toMatch(/step \d+ \(epoch 1, batch \d+\): the term/)
    expect(readFileSync(join(folder, 'metrics.jsonl'), 'utf8')).toContain('"type":"failed"')
  })
})

describe('a healthy run', () => {
  it.each([
    ['an autoencoder', { model: 'ae' }],
    // At a constant rate its validation loss jitters by 2 % to the end, which is as much as over-fitting counts.
    ['a variational one', { model: 'vae', schedule: 'cosine' }],
    ['one that denoises', { model: 'dae' }],
    ['one that knows the labels', { model: 'cvae' }],
    [
      'principal components',
      { model: 'pca', hidden: undefined, batch: undefined, lr: undefined, epochs: undefined },
    ],
  ])('of %s raises nothing', async (_, options) => {
    expect(await found(options)).toEqual([])
  })
})

it('refuses a folder that is no run', async () => {
  await expect(examine(folder)).rejects.toThrow('is not the folder of a run')
})
