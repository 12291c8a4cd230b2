import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import { parseHTML } from 'linkedom'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderWithin, writeReport } from '../../src/app/report/report.ts'
import { SAMPLE_SEED } from '../../src/app/report/source.ts'
import type { DataSet } from '../../src/data/dataset.ts'
import { splitValues } from '../../src/data/rows.ts'
import { formatFigure } from '../../src/evaluate/ledger/entry.ts'
import { encodePng } from '../../src/report/pixels.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { stream } from '../../src/tensor/random.ts'
import { tinyData, tinyRun } from './tiny-run.ts'
import { writtenReport } from './written-report.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'latentlab-report-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const images = tinyData({
  shape: [1, 8, 8],
  classes: 10,
  sizes: { train: 20, validation: 30, test: 200 },
})
const columns = tinyData({ shape: [7] })

const reported = (name: string, data: DataSet, options: Record<string, unknown>) =>
  writtenReport(root, name, data, options)

describe('the report of a VAE on images with a code of two dimensions', () => {
  let report: Awaited<ReturnType<typeof reported>>
  beforeAll(async () => {
    report = await reported('vae', images, {
      latent: 2,
      lr: '2e-3',
      beta: '0:1@10',
      optimizer: 'sgd',
      nesterov: true,
    })
  })

  it('has every section, each with its figure, and writes each figure to a file', async () => {
    expect(report.sections).toEqual([
      'verdict',
      'model',
      'loss',
      'reconstructions',
      'samples',
      'manifold',
      'codes',
      'interpolation',
      'filters',
      'ledger',
      'configuration',
      'environment',
      'reproduce',
    ])
    const figures = [
      'loss-curves',
      'reconstructions',
      'samples',
      'manifold',
      'codes',
      'interpolation',
      'filters',
    ]
    expect(Array.from(report.document.querySelectorAll('figure'), (figure) => figure.id)).toEqual(
      figures.map((name) => `figure-${name}`),
    )
    const files = await readdir(join(report.folder, 'samples'))
    expect(new Set(files)).toEqual(
      new Set([
        'loss-curves.svg',
        'reconstructions.png',
        'samples.png',
        'manifold.png',
        'codes.svg',
        'interpolation.png',
        'filters.png',
      ]),
    )
    expect(
      report.written.figures.map((path) => path.slice(report.folder.length + 9)).sort(),
    ).toEqual([...files].sort())
    expect(await readdir(report.folder)).not.toContainEqual(expect.stringContaining('.tmp'))
  })

  it('refers to nothing outside itself and stays below 3 MB', () => {
    const addresses = report.html.match(/\bhttps?:[^"'\s]*/g) ?? []
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']))
    expect(report.html).not.toMatch(/<script|<link|@import|\s(?:src|href)="(?!data:|#)/)
    expect(report.html.length).toBeLessThan(3_000_000)
  })

  it('is the same to the byte when it is written again', async () => {
    await writeReport(report.run)
    expect(await readFile(report.written.report, 'utf8')).toBe(report.html)
  })

  it('draws the curves of whole lines and leaves out one that was cut off', () => {
    const curves = report.section('loss')!.querySelector('.plot')!.textContent!
    expect(curves).toContain('objective')
    // Last values of objective and reconstruction, train and validation.
    for (const value of ['81.00', '83.00', '80.00', '82.00']) expect(curves).toContain(value)
    expect(report.text('loss')).toContain('2 epochs in 2.0 s, 1,000 examples per second')
    expect(report.text('loss')).toContain('the best checkpoint, of epoch 2')
  })

  it('shows test images above their reconstructions, sorted by class', async () => {
    const picture = decode(await readFile(join(report.folder, 'samples', 'reconstructions.png')))
    // 14 images of 64 pixels, a pixel apart, fill a page of 928; 8 pixels become 64.
    expect([picture.width, picture.height]).toEqual([14 * 65 - 1, 2 * 64 + 6])
    const { labels, rows } = images.splits.test
    const ofClass = (label: number) => Array.from(rows).findIndex((row) => labels![row] === label)
    // 14 places over 10 classes: two of each of the classes 0 to 3, then one of the others.
    const x = splitValues(images, 'test', [ofClass(0), ofClass(1)])
    const restored = await report.run.reconstruct(x)
    const pixel = (place: number, row: number) => picture.data[row * picture.width + place * 65]
    expect(pixel(0, 0)).toBe(Math.round(x.data[0]! * 255))
    expect(pixel(2, 0)).toBe(Math.round(x.data[64]! * 255))
    expect(pixel(0, 70)).toBe(Math.round(restored.data[0]! * 255))
    expect(pixel(2, 70)).toBe(Math.round(restored.data[64]! * 255))
  })

  it('shows the samples of the stated seed', async () => {
    const picture = decode(await readFile(join(report.folder, 'samples', 'samples.png')))
    const first = await report.run.decode(await report.run.samplePrior(14 * 8, SAMPLE_SEED))
    expect(picture.data[0]).toBe(Math.round(first.data[0]! * 255))
    expect(report.text('samples')).toContain(`${14 * 8} draws with seed ${SAMPLE_SEED}`)
  })

  it('joins an image of class 3 to one of class 8, the images themselves at the ends of the lower row', async () => {
    const picture = decode(await readFile(join(report.folder, 'samples', 'interpolation.png')))
    const { labels, rows } = images.splits.test
    const places = [3, 8].map((label) =>
      Array.from(rows).findIndex((row) => labels![row] === label),
    )
    const x = splitValues(images, 'test', places)
    const pixel = (step: number, row: number) => picture.data[row * picture.width + step * 65]
    expect(picture.width).toBe(11 * 65 - 1)
    expect(pixel(0, 70)).toBe(Math.round(x.data[0]! * 255))
    expect(pixel(10, 70)).toBe(Math.round(x.data[64]! * 255))
    expect(report.text('interpolation')).toContain('class 3')
  })

  it('has a ledger with the figures of the evaluations, test and validation beside each other', async () => {
    const [test, validation] = [
      await report.run.evaluate('test'),
      await report.run.evaluate('validation'),
    ]
    const rows = report.cells('ledger')
    expect(rows).toHaveLength(test.ledger.length)
    for (const [i, { figure, value, unit, kind, standardError }] of test.ledger.entries()) {
      const row = rows[i]!
      expect(row[0]).toContain(figure)
      const error = standardError ? `± ${formatFigure(standardError)}` : ''
      const other = validation.ledger[i]!
      const otherError = other.standardError ? `± ${formatFigure(other.standardError)}` : ''
      expect(row[1]).toBe(formatFigure(value) + error)
      expect(row[2]).toBe(formatFigure(other.value) + otherError)
      expect(row[3]).toBe(unit.replaceAll(' ', '\u00a0'))
      expect(row).toContain(kind)
    }
    expect(report.text('ledger')).toContain(
      'means over 200 test examples and 30 validation examples',
    )
    expect(report.text('ledger')).toContain('no likelihood')
    const [ofTest, ofValidation] = [test, validation].map(({ hashes }) =>
      hashes.examples.slice(0, 12),
    )
    expect(report.text('ledger')).toContain(
      `hash of the values ${ofTest} of the test examples, ${ofValidation} of the validation examples`,
    )
  })

  it('warns that a schedule makes the curves of the objective unlike', () => {
    expect(report.text('loss')).toContain('The schedule of beta')
  })

  it('describes the layers with their sizes and number of parameters', () => {
    expect(report.cells('model')).toEqual([
      ['encoder', '1', '64\u00a0→\u00a05', 'relu', '325'],
      ['encoder', '2', '5\u00a0→\u00a04', 'none: mean and log-variance of q(z|x)', '24'],
      ['decoder', '1', '2\u00a0→\u00a05', 'relu', '15'],
      ['decoder', '2', '5\u00a0→\u00a064', 'none: parameters of p(x|z)', '384'],
      ['all', '', '', '', '748'],
    ])
    expect(report.text('model')).toContain('20 for training, 30 for validation, 200 for test')
  })

  it('gives every option with what was changed first, and the environment', () => {
    const options = report.cells('configuration')
    expect(options).toContainEqual(['lr', '0.002', '0.001', 'learning rate'])
    const [changed, usual] = ['lr', 'momentum'].map((name) =>
      options.findIndex(([one]) => one === name),
    )
    expect(changed).toBeLessThan(usual!)
    expect(report.cells('environment')).toContainEqual(['CPU', 'A <fast> CPU'])
    expect(report.text('configuration')).toContain('SHA-256 of the data: f00d')
    expect(report.text('configuration')).not.toContain('undefined')
  })

  it('tells the commands that make it again and use it', () => {
    const commands = report
      .section('reproduce')!
      .querySelector('pre')!
      .textContent!.replaceAll('\\\n    ', '')
    expect(commands).toContain('latentlab train --data tiny --model vae --hidden 5 --latent 2')
    for (const flag of [
      '--beta 0:1@10',
      '--epochs 20',
      '--optimizer sgd',
      '--nesterov',
      '--seed 0',
    ])
      expect(commands).toContain(flag)
    expect(commands).not.toContain('--momentum')
    expect(commands).toContain(`--out ${report.folder}-again`)
    for (const verb of [
      'resume',
      'evaluate',
      'sample',
      'reconstruct',
      'manifold',
      'interpolate',
      'encode',
    ])
      expect(commands).toContain(`latentlab ${verb} ${report.folder}`)
  })

  it('says what it is at', () => {
    expect(report.stages).toContain('samples')
    expect(report.stages).toContain('evaluation on the test split')
  })
})

describe('reports of other models and data', () => {
  it('shows codes of three dimensions on two principal axes, with their share of the variance', async () => {
    const { text, sections } = await reported('three', images, { latent: 3 })
    expect(sections).not.toContain('manifold')
    expect(text('codes')).toMatch(
      /Test codes on their first two principal axes, \d+\.\d\s% of their variance/,
    )
    expect(text('codes')).toMatch(/principal axis 1: \d+\.\d\s% of the variance/)
    expect(text('codes')).toMatch(/of 3 dimensions (is|are) in use/)
  })

  it('draws codes of one dimension along a line', async () => {
    const { text } = await reported('one', images, { latent: 1 })
    expect(text('codes')).toContain('random, to separate the dots')
  })

  it('says why there are no samples where there is no prior, and draws the rest', async () => {
    const { text, sections, section, run, folder } = await reported('ae', images, {
      model: 'ae',
      latent: 2,
    })
    expect(text('samples')).toContain('ae has no prior p(z)')
    expect(section('samples')!.querySelector('figure')).toBeNull()
    expect(sections).toContain('manifold')
    expect(text('manifold')).toContain('quantiles of the codes')
    // The grid's upper left corner lies at the lowest quantile of z0 and the highest of z1.
    const codes = await run.encode(
      splitValues(
        images,
        'test',
        Array.from({ length: 200 }, (_, i) => i),
      ),
    )
    const along = (dimension: number) => codes.data.filter((_, i) => i % 2 === dimension).sort()
    // 14 by 14 pictures, so 200 / 28 = 7 codes lie below the first quantile.
    const corner = hostTensor('float32', [1, 2], Float32Array.of(along(0)[7]!, along(1)[192]!))
    const { data: decoded } = await run.decode(corner)
    const picture = decode(await readFile(join(folder, 'samples', 'manifold.png')))
    expect(picture.width).toBe(14 * 64)
    expect(picture.data[0]).toBe(Math.round(decoded[0]! * 255))
    expect(text('reproduce')).not.toContain('latentlab sample')
    expect(text('codes')).not.toContain('in use')
  })

  it('shows a table as numbers, originals beside reconstructions, and no pictures', async () => {
    const { sections, cells, document, run } = await reported('table', columns, {
      latent: 3,
      likelihood: 'gaussian',
    })
    expect(sections).not.toContain('interpolation')
    expect(document.querySelector('img')).toBeNull()
    const rows = cells('reconstructions')
    expect(rows).toHaveLength(7)
    const x = splitValues(columns, 'test', [0])
    const restored = await run.reconstruct(x)
    const [index, original, reconstruction] = rows[6]!
    expect(index).toBe('6')
    expect(Number(original)).toBeCloseTo(x.data[6]!, 3)
    expect(Number(reconstruction)).toBeCloseTo(restored.data[6]!, 3)
    expect(cells('samples')).toHaveLength(7)
  })

  it('shows the ledger of the test split alone where there is no validation split', async () => {
    const data = tinyData({ shape: [1, 8, 8], sizes: { train: 20, validation: 0, test: 9 } })
    const { text } = await reported('alone', data, { latent: 2 })
    expect(text('ledger')).toContain('test split')
    expect(text('ledger')).not.toContain('validation')
  })

  it('takes images of two channels for tables, and wide ones for a few columns', async () => {
    const two = await reported('two', tinyData({ shape: [2, 4, 4] }), { latent: 2 })
    expect(two.document.querySelector('img')).toBeNull()
    const wide = await reported('wide', tinyData({ shape: [3, 20, 300] }), { latent: 2 })
    const picture = decode(await readFile(join(wide.folder, 'samples', 'reconstructions.png')))
    expect(picture.width).toBe(3 * 301 - 1)
    expect(wide.html.length).toBeLessThan(3_000_000)
  })

  it('manages without metrics and environment', async () => {
    const folder = join(root, 'bare')
    await mkdir(folder)
    const { report } = await writeReport(tinyRun({ data: images, folder }))
    const html = await readFile(report, 'utf8')
    expect(html).toContain('No epoch has finished yet')
    expect(html).toContain('no environment.json')
  })
})

describe('renderWithin', () => {
  it('leaves the largest figures to their files until the page fits', () => {
    const { uniform } = stream(0, 'noise')
    const noise = (name: string, side: number) => ({
      kind: 'png' as const,
      name,
      alt: name,
      caption: name,
      bytes: encodePng({
        width: side,
        height: side,
        channels: 1,
        data: Uint8Array.from({ length: side * side }, () => 256 * uniform()),
      }),
    })
    const sections = [
      { id: 'a', title: 'A', caption: 'Small.', figures: [noise('small', 20)] },
      {
        id: 'b',
        title: 'B',
        caption: 'Large.',
        figures: [noise('large', 400), noise('larger', 500)],
      },
    ]
    const within = (bytes: number) => {
      const page = renderWithin({ title: 'T', subtitle: 'S', sections }, bytes)
      expect(page.length).toBeLessThanOrEqual(bytes)
      const { document } = parseHTML(page)
      return {
        figures: Array.from(document.querySelectorAll('figure'), ({ id }) => id),
        words: document.querySelector('#b p')!.textContent,
      }
    }
    expect(within(1_000_000).figures).toEqual(['figure-small', 'figure-large', 'figure-larger'])
    expect(within(300_000)).toEqual({
      figures: ['figure-small', 'figure-large'],
      words: 'Large. Too large for this page: see samples/larger.png.',
    })
    expect(within(30_000).figures).toEqual(['figure-small'])
  })
})
