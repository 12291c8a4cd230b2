import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeReport } from '../../src/app/report/report.ts'
import { SAMPLE_SEED } from '../../src/app/report/source.ts'
import type { Run } from '../../src/app/run/load.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { splitValues } from '../../src/data/rows.ts'
import { models } from '../../src/models/registry.ts'
import { UserError } from '../../src/tensor/errors.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { tinyData, tinyRun } from './tiny-run.ts'
import { writtenReport } from './written-report.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'latentlab-figures-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

let written = 0
const reported = (data: DataSet, options: Record<string, unknown>, beside?: Run) =>
  writtenReport(root, `run-${written++}`, data, options, beside)

const images = tinyData({
  shape: [1, 8, 8],
  classes: 10,
  sizes: { train: 30, validation: 10, test: 60 },
})
const colour = tinyData({
  shape: [3, 5, 9],
  classes: 3,
  sizes: { train: 12, validation: 4, test: 12 },
})
const table = tinyData({ shape: [7], classes: 3 })

/** Sections on what a model makes of examples and codes. */
const CHAPTER_IDS = [
  'reconstructions',
  'denoising',
  'samples',
  'style-transfer',
  'manifold',
  'codes',
  'binary-codes',
  'interpolation',
  'components',
  'filters',
  'jacobian',
]

/** The grey level at the upper left corner of a place in a grid of 8 × 8 images, 64 pixels each. */
const corner = (bytes: Uint8Array, [left, top]: readonly [number, number]) => {
  const picture = decode(bytes)
  return picture.data[top * picture.width + left]
}
const level = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 255)

/** The place of the first test image of a class. */
const firstOf = (data: DataSet, label: number) => {
  const { labels, rows } = data.splits.test
  return Array.from(rows).findIndex((row) => labels![row] === label)
}

describe('the report of every model', () => {
  const cases = models.map(({ name }) => ({ name, options: { model: name } }))
  const networks = ['unet', 'hourglass'].map((network) => ({
    name: `dae, ${network}`,
    options: { model: 'dae', network, channels: [2, 3] },
  }))

  it.each([...cases, ...networks])(
    'has the sections that belong to what $name can do, on grey and on colour images',
    async ({ options }) => {
      const pcaOptions = options.model === 'pca' ? { latent: 5 } : {}
      for (const data of [images, colour]) {
        const { run, sections, text, figures, html } = await reported(data, {
          ...options,
          ...pcaOptions,
        })
        const { posterior, likelihood, restore, prior, corrupt, labels, latent, fit } = run.model
        const code = posterior !== undefined && likelihood !== undefined
        const has = (figure: string) => figures.includes(figure)
        expect(has('reconstructions')).toBe(restore !== undefined)
        expect(has('denoising')).toBe(corrupt !== undefined)
        expect(has('samples')).toBe(prior !== undefined)
        expect(has('samples-nearest')).toBe(prior !== undefined && !posterior)
        expect(has('style-transfer')).toBe(labels === 'condition')
        expect(has('manifold')).toBe(latent === 2)
        expect(has('codes')).toBe(code)
        expect(has('interpolation')).toBe(code)
        expect(has('filters')).toBe('encoder.0.weight' in run.parameters)
        expect(has('components')).toBe('components' in run.parameters)
        expect(has('jacobian')).toBe(code && latent > 2 && fit === undefined)
        // What it lacks, it says.
        if (!restore) expect(text('reconstructions')).toContain('has no encoder')
        if (!code) expect(text('codes')).toContain('There are none')
        expect(sections.includes('samples')).toBe(likelihood !== undefined)
        if (likelihood && !prior) expect(text('samples')).toContain('has no prior')
        expect(html.length).toBeLessThan(3_000_000)
        for (const id of CHAPTER_IDS) expect(text(id)).not.toMatch(/NaN|undefined|Infinity/)
        await run.close()
      }
    },
  )

  it.each(models.map(({ name }) => name))('of a table has no pictures: %s', async (model) => {
    const pcaOptions = model === 'pca' ? { latent: 5 } : {}
    const options = { model, likelihood: 'gaussian', ...pcaOptions }
    const { run, document, sections, cells } = await reported(table, options)
    expect(document.querySelector('img')).toBeNull()
    if (run.model.corrupt) {
      const x = splitValues(table, 'test', [firstOf(table, 0)])
      const rows = cells('denoising')
      expect(Number(rows[4]![1])).toBeCloseTo(x.data[4]!, 3)
      // Masking puts 0 in place of some values and leaves the others as they are.
      for (const [, original, corrupted] of rows) expect([original, '0.0000']).toContain(corrupted)
    }
    expect(sections.includes('denoising')).toBe(run.model.corrupt !== undefined)
    await run.close()
  })
})

describe('denoising', () => {
  it('shows test images, the same corrupted, and what is restored from those', async () => {
    const options = { model: 'dae', corruption: 'gaussian:0.3' }
    const { run, png, text } = await reported(images, options)
    const places = [firstOf(images, 0), firstOf(images, 1), firstOf(images, 2)]
    const { data: x } = splitValues(images, 'test', places)
    const bytes = await png('denoising')
    // 14 places: two images of each of the classes 0 to 3, then one of the others.
    expect(corner(bytes, [0, 0])).toBe(level(x[0]!))
    expect(corner(bytes, [2 * 65, 0])).toBe(level(x[64]!))
    // The corrupted row differs, and restoring what is drawn there gives the row below.
    expect(corner(bytes, [0, 65])).not.toBe(level(x[0]!))
    const { labels, rows } = images.splits.test
    const shown = Array.from(rows, (row, place) => ({ label: labels![row]!, place }))
    const order = Array.from({ length: 10 }, (_, label) =>
      shown.filter((one) => one.label === label).slice(0, label < 4 ? 2 : 1),
    ).flat()
    const all = splitValues(
      images,
      'test',
      order.map(({ place }) => place),
    )
    const corrupted = await run.corrupt(all, SAMPLE_SEED)
    const restored = await run.reconstruct(corrupted)
    for (const [i, left] of [0, 65, 130].entries()) {
      expect(corner(bytes, [left, 65])).toBe(level(corrupted.data[64 * i]!))
      expect(corner(bytes, [left, 130])).toBe(level(restored.data[64 * i]!))
    }
    expect(text('denoising')).toContain('gaussian:0.3, seed 1')
    await run.close()
  })

  it('has ten images or more, however wide they are', async () => {
    const wide = tinyData({ shape: [1, 1, 300], sizes: { train: 4, validation: 2, test: 12 } })
    const { run, png } = await reported(wide, { model: 'dae' })
    // Bands of three images beside each other: four of them hold ten.
    expect(decode(await png('denoising')).height).toBe(4 * (3 * 1 + 2) + 3 * 6)
    await run.close()
  })
})

describe('models that see labels', () => {
  it('draw a row for each label, the same codes in every row', async () => {
    const { run, png, text } = await reported(images, { model: 'cvae', latent: 3 })
    const codes = await run.samplePrior(14, SAMPLE_SEED)
    const bytes = await png('samples')
    const picture = decode(bytes)
    expect([picture.width, picture.height]).toEqual([14 * 65 - 1, 10 * 65 - 1])
    for (const label of [0, 7]) {
      const { data: values } = await run.decode(codes, new Array(14).fill(label))
      expect(corner(bytes, [0, label * 65])).toBe(level(values[0]!))
      expect(corner(bytes, [13 * 65, label * 65])).toBe(level(values[13 * 64]!))
    }
    expect(text('samples')).toContain('from 0 to 9 downwards')
    await run.close()
  })

  it('decode the code of each image under every label, the original first', async () => {
    const { run, png } = await reported(images, { model: 'cvae', latent: 3 })
    const x = splitValues(images, 'test', [firstOf(images, 0), firstOf(images, 1)])
    const codes = await run.encode(x, [0, 1])
    const bytes = await png('style-transfer')
    const picture = decode(bytes)
    expect([picture.width, picture.height]).toEqual([64 + 6 + 10 * 65 - 1, 10 * 65 - 1])
    expect(corner(bytes, [0, 65])).toBe(level(x.data[64]!))
    for (const label of [0, 4, 9]) {
      const { data: values } = await run.decode(codes, [label, label])
      expect(corner(bytes, [70 + label * 65, 65])).toBe(level(values[64]!))
    }
    await run.close()
  })

  it('join two images of one class under its label, and decode the plane under one label', async () => {
    const { run, png, text } = await reported(images, { model: 'cvae', latent: 2 })
    const x = splitValues(images, 'test', [firstOf(images, 3)])
    const { data: restored } = await run.reconstruct(x, [3])
    expect(corner(await png('interpolation'), [0, 0])).toBe(level(restored[0]!))
    expect(text('interpolation')).toContain('all under that label')
    expect(text('manifold')).toContain('decoded under label 0')
    expect(text('codes')).toContain('The encoder sees the label')
    await run.close()
  })
})

describe('codes that are to follow a prior', () => {
  it('lie over its draws, with the energy distance to it, where the prior is over the plane', async () => {
    const options = { model: 'aae', prior: 'mixture' }
    const { run, section, text } = await reported(images, options)
    const words = Array.from(
      section('codes')!.querySelectorAll('svg text, .key li'),
      (t) => t.textContent,
    )
    expect(words).toContain('prior p(z)')
    const found =
      /energy distance between 60 codes and as many draws from the prior is ([\d.]+); .* below ([\d.]+)/
    const [distance, chance] = found.exec(text('codes'))!.slice(1).map(Number)
    // An untrained encoder puts all its codes near one place, far from a ring of radius 1.4.
    expect(distance).toBeGreaterThan(3 * chance!)
    await run.close()
  })

  it('has an even grid where the prior is not Gaussian', async () => {
    const { run, png, text } = await reported(images, { model: 'aae', prior: 'swiss-roll' })
    const codes = await run.encode(
      splitValues(
        images,
        'test',
        Array.from({ length: 60 }, (_, i) => i),
      ),
    )
    const bounds = [0, 1].map((dimension) => {
      const sorted = codes.data.filter((_, at) => at % 2 === dimension).sort()
      return [sorted[Math.round(0.01 * 59)]!, sorted[Math.round(0.99 * 59)]!]
    })
    const upperLeft = Float32Array.of(bounds[0]![0]!, bounds[1]![1]!)
    const { data: decoded } = await run.decode(hostTensor('float32', [1, 2], upperLeft))
    expect(corner(await png('manifold'), [0, 0])).toBe(level(decoded[0]!))
    expect(text('manifold')).toContain('the grid is even')
    await run.close()
  })

  it('says that labels were part of the training where they were', async () => {
    const options = { model: 'aae', prior: 'mixture', labelInformed: true }
    const { run, text } = await reported(images, options)
    expect(text('codes')).toContain('The labels were part of the training')
    await run.close()
  })

  it('does not compare means of random codes with the prior', async () => {
    const { run, text, section } = await reported(images, { model: 'vae', latent: 2 })
    expect(text('codes')).not.toContain('energy distance')
    expect(section('codes')!.querySelector('.plot')!.textContent).toContain('prior p(z)')
    await run.close()
  })
})

describe('binary codes', () => {
  it('are strips of black and white beside their examples, counted', async () => {
    const options = { model: 'vae', prior: 'bernoulli', latent: 6 }
    const { run, png, text, figures } = await reported(images, options)
    const places = Array.from({ length: 60 }, (_, i) => i)
    const means = await run.encode(splitValues(images, 'test', places))
    const bits = Array.from(means.data, (p) => Number(p > 0.5))
    const distinct = new Set(places.map((i) => bits.slice(6 * i, 6 * i + 6).join(''))).size
    expect(text('binary-codes')).toContain(
      `${distinct} distinct code${distinct === 1 ? '' : 's'} of the 64 that 6 bits allow`,
    )
    const picture = decode(await png('binary-codes'))
    const first = firstOf(images, 0)
    for (let l = 0; l < 6; l++)
      // Images of 32 pixels, a gap of 6, then cells of 32 pixels, one apart.
      expect(picture.data[32 + 6 + 33 * l]).toBe(255 * bits[6 * first + l]!)
    expect(figures).toContain('bit-means')
    await run.close()
  })

  it('belong to no other model', async () => {
    const { run, sections } = await reported(images, { model: 'vae', latent: 6 })
    expect(sections).not.toContain('binary-codes')
    await run.close()
  })
})

describe('components', () => {
  it('explain the share of variance that they have in the examples', async () => {
    // Two values of variance 4 and 1 and a constant one; codes are the first value, divided by 2.
    const values = Float32Array.from([2, 1, 9, -2, 1, 9, 2, -1, 9, -2, -1, 9])
    const data = tinyData({
      shape: [3],
      values,
      sizes: { train: 0, validation: 0, test: 4 },
    })
    const run = tinyRun({
      data,
      folder: join(root, 'components'),
      options: { model: 'pca', latent: 1 },
      zeros: true,
      parameters: { components: [1, 0, 0], scale: [2] },
    })
    const { report } = await writeReport(run)
    expect(await readFile(report, 'utf8')).toContain('they explain 80.0\u00a0% of the variance')
    await run.close()
  })
})

describe('samples beside binary data', () => {
  const bits = (binarize: DataSet['binarize']) => {
    const store = Uint8Array.from({ length: 100 * 64 }, (_, i) => (i * i + (i >> 3)) % 2)
    const sizes = { train: 30, validation: 10, test: 60 }
    return tinyData({ shape: [1, 8, 8], values: store, scale: 1, binarize, sizes })
  }

  it('are means, and the caption says how to draw', async () => {
    const remark = 'Generation is evaluated on draws'
    const [binary, grey] = [await reported(bits('static'), {}), await reported(images, {})]
    expect(binary.text('samples')).toContain(remark)
    expect(grey.text('samples')).not.toContain(remark)
    await binary.run.close()
    await grey.run.close()
  })

  it('of a generator are said to be nearer to examples because they lie between 0 and 1', async () => {
    const of = async (data: DataSet) => {
      const { text, run } = await reported(data, { model: 'gan' })
      await run.close()
      return text('samples')
    }
    expect(await of(bits('static'))).toContain('Examples are 0 and 1 and samples lie between')
    expect(await of(bits('dynamic'))).toContain('grey levels that are binarised in training')
    expect(await of(images)).not.toMatch(/lie between|binarised/)
  })
})

describe('a report beside another run', () => {
  it('has the other in its figures of reconstructions, filters and singular values', async () => {
    const options = { hidden: [], latent: 4, codeActivation: 'sigmoid', tied: true }
    const ae = tinyRun({
      data: images,
      options: { ...options, model: 'ae', seed: 5 },
      folder: 'runs/x',
    })
    const cae = await writtenReport(root, 'cae', images, { ...options, model: 'cae' }, ae)
    expect(cae.figures).toContain('filters-beside')
    expect(cae.text('filters')).toContain('By ae, all 4 units')
    const words = cae.section('jacobian')!.querySelector('.plot')!.textContent
    expect(words).toContain('cae')
    expect(words).toContain('ae')
    expect(cae.text('jacobian')).toMatch(/cae: the largest is .* ae: the largest is /)
    const x = splitValues(images, 'test', [firstOf(images, 0)])
    const { data: restored } = await ae.reconstruct(x)
    expect(corner(await cae.png('reconstructions'), [0, 2 * 70])).toBe(level(restored[0]!))
    await ae.close()
    await cae.run.close()
  })

  it('calls two runs of one model by their folders', async () => {
    const other = tinyRun({ data: images, options: { latent: 4, seed: 2 }, folder: 'runs/wide' })
    const { text, run } = await writtenReport(root, 'narrow', images, { latent: 4 }, other)
    expect(text('jacobian')).toMatch(/narrow: the largest is .* wide: the largest is /)
    await other.close()
    await run.close()
  })

  it('says where the examples are test examples of the first run alone', async () => {
    const remark = 'had other test rows, and may have been trained on some of these'
    const [same, other] = [0, 1].map((seed) =>
      tinyRun({ data: images, options: { latent: 4, seed }, folder: `runs/seed-${seed}` }),
    )
    const beside = (run: typeof same) => reported(images, { latent: 4, seed: 0 }, run)
    const [alike, unlike] = [await beside(same), await beside(other)]
    for (const id of ['reconstructions', 'jacobian']) {
      expect(alike.text(id)).not.toContain(remark)
      expect(unlike.text(id)).toContain(`seed-1 ${remark}`)
    }
    for (const { close } of [same!, other!, alike.run, unlike.run]) await close()
  })

  it('stands beside a model without an encoder, and beside one without a code', async () => {
    const gan = tinyRun({ data: images, options: { model: 'gan' }, folder: 'runs/gan' })
    const { run, figures, text } = await writtenReport(root, 'b', images, { latent: 4 }, gan)
    expect(figures).toContain('jacobian')
    expect(text('reconstructions')).toContain('Lower row: the mean of p(x|z)')
    await gan.close()
    await run.close()
  })

  it('is refused on examples of another shape', async () => {
    const other = tinyRun({ data: colour, folder: 'runs/colour' })
    const run = tinyRun({ data: images, folder: join(root, 'refused') })
    await expect(writeReport(run, { beside: other })).rejects.toThrow(UserError)
    await expect(writeReport(run, { beside: other })).rejects.toThrow('3 × 5 × 9')
    await other.close()
    await run.close()
  })
})
