import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scorePage } from '../../src/app/answers/score-page/page.ts'
import { comparisonPage } from '../../src/app/report/comparison-page.ts'
import { reproductionPage } from '../../src/app/reproduction/page.ts'
import { runExperiment } from '../../src/app/reproduction/results.ts'
import type { MeasuredEntry } from '../../src/evaluate/ledger/entry.ts'
import { linePlot } from '../../src/report/line-plot.ts'
import { longScores } from '../app/answers/made-up-scores.ts'
import { experiment, laboratory } from '../app/experiments.ts'
import { tinyData } from '../app/tiny-run.ts'
import { writtenReport } from '../app/written-report.ts'
import { launch, noBrowser } from './chromium.ts'
import { readPage } from './read-page.ts'

if (noBrowser) console.log(`skipped: the pages in a browser, since ${noBrowser}`)

const images = tinyData({
  shape: [1, 8, 8],
  classes: 10,
  sizes: { train: 20, validation: 30, test: 60 },
})

/** Four runs with figures of seven digits and names such as a sweep gives. */
function comparison(): string {
  const entry: MeasuredEntry = {
    group: 'loss',
    figure: 'cross-entropy plus KL (grey level; no likelihood)',
    value: 0,
    unit: 'nats per example',
    kind: 'objective',
    split: 'test',
    examples: 10_000,
    likelihood: 'gaussian (σ learned for each dimension)',
    binarize: 'none',
    samples: 50,
    seed: 0,
    examplesHash: 'f00d',
  }
  const runs = [1, 2, 3, 4].map((number) => ({
    name: `runs/sweep-latent-${number}`,
    evaluation: {
      split: 'test' as const,
      examples: 10_000,
      hashes: { examples: 'f00d', stored: 'f00d', rows: 'rows', data: 'data' },
      objective: 0,
      terms: {},
      errors: {},
      ledger: ['', ' of the mean', ' of a draw'].map((what) => ({
        ...entry,
        figure: entry.figure + what,
        value: 1_234_567.89 * number,
        values: Float64Array.of(1e6 * number, 1.3e6 * number, 1.6e6),
      })),
    },
  }))
  return comparisonPage(runs, [])
}

async function reproduction(): Promise<string> {
  const numbers = { error: { value: 1_234_567.8, error: 1234.5 }, note: 1e9 }
  const known = experiment([numbers])
  const result = await runExperiment(known, 'small', [laboratory(0)])
  const points = [0, 1, 2].map((x) => ({ x, y: 2.388e8 + 1e5 * x }))
  const lines = ['digits with growing noise', 'shuffled pixels of digits', 'noise in the cube'].map(
    (name) => ({ name, points }),
  )
  const svg = linePlot(lines, {
    title: 'Bound on log p(x) where the pixels of a digit are randomised',
    axes: ['share of pixels that are randomised', 'bound on log p(x), nats per example'],
    references: [{ value: 2.389e8, name: 'a white image' }],
  })
  const figure = { kind: 'svg' as const, name: 'bound', alt: 'bounds', caption: 'Bounds.', svg }
  return reproductionPage([{ experiment: known, result: { ...result, figures: [figure] } }])
}

describe.skipIf(noBrowser)('a page in a browser', () => {
  let folder: string
  let browser: Browser
  const pages = ['report', 'comparison', 'reproduction', 'scores'] as const

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-pages-'))
    const { written } = await writtenReport(folder, 'vae', images, { latent: 2 })
    await writeFile(join(folder, 'report.html'), await readFile(written.report))
    await writeFile(join(folder, 'comparison.html'), comparison())
    await writeFile(join(folder, 'reproduction.html'), await reproduction())
    await writeFile(join(folder, 'scores.html'), await scorePage(longScores()))
    browser = await launch()
  })

  afterAll(async () => {
    await browser?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function read(page: (typeof pages)[number], width: number, dark = false) {
    const tab = await browser.newPage({
      viewport: { width, height: 900 },
      colorScheme: dark ? 'dark' : 'light',
    })
    await tab.goto(`file://${join(folder, page)}.html`)
    const found = await tab.evaluate(readPage)
    await tab.close()
    return found
  }

  it.each(pages)('of 1280 and of 390 pixels cuts nothing: %s', async (page) => {
    for (const width of [1280, 390]) {
      const { cut, scrolling, small } = await read(page, width)
      expect(cut, `${page} at ${width}`).toEqual([])
      expect(small, `${page} at ${width}`).toEqual([])
      // A wide comparison scrolls on a narrow page, in a region that has a name and shows its edge.
      const expected = page === 'comparison' && width === 390 ? ['Table: Loss'] : []
      expect(scrolling, `${page} at ${width}`).toEqual(expected)
    }
  })

  it('stacks the panels of the loss, and has the legends below', async () => {
    const wide = await read('report', 1280)
    const narrow = await read('report', 390)
    expect(wide.panels).toEqual([3, 1])
    expect(narrow.panels).toEqual([1, 1])
    expect(narrow.legendsBelow).toEqual([true, true])
  })

  it.each([false, true])('has text of a contrast of 4.5 and more (dark: %s)', async (dark) => {
    for (const page of pages) {
      const { faint } = await read(page, 390, dark)
      expect(faint, page).toEqual([])
    }
  })
})
