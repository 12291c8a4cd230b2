import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, unzipSync } from 'fflate'
import type { Browser, Download, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPackage, type Model } from '../../src/entries/node.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { en } from '../../studio/src/text/en/index.ts'
import { ko } from '../../studio/src/text/ko/index.ts'
import { launch, noBrowser, softwareGl } from '../browser/chromium.ts'
import { type Site, serveFolder } from '../browser/site.ts'
import { png } from '../data/pictures/files.ts'
import { copyPage, exampleFolder } from './page/built.ts'
import { digitStrokes } from './page/digit-strokes.ts'
import { proxyTo, type RecordingProxy } from './page/proxy.ts'
import { latestRow, spyOnSession, trainingEvents, trainingState } from './page/spy.ts'
import { partsCsv } from './parts.ts'

if (noBrowser) console.log(`skipped: the Studio in a browser, since ${noBrowser}`)

/** The machine may be busy: what is waited for has this long. */
const LONG = 60_000
const LIMIT = { timeout: 180_000 }

/** Runs in WebAssembly and in native code differ in the last bits. */
const NEAR = 1e-5

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Digits that are drawn: all of them by npm run studio:try. */
const drawnDigits = process.env.LATENTLAB_STUDIO === 'all' ? [...digitStrokes.keys()] : [0, 1, 7]

describe.skipIf(noBrowser)('the page of the Studio in Chromium', LIMIT, () => {
  let folder: string
  let site: Site
  let proxy: RecordingProxy
  let browser: Browser
  let page: Page
  let example: Model
  /** Errors in the console, and those that nothing caught. */
  const complaints: string[] = []
  const requests: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latentlab-studio-page-'))
    await copyPage(join(folder, 'page'))
    site = await serveFolder(join(folder, 'page'), false)
    proxy = await proxyTo(site.url)
    browser = await launch(softwareGl, { proxy: { server: proxy.server, bypass: '<-loopback>' } })
    page = await opened()
    example = await loadPackage(exampleFolder, { verify: false })
  }, 300_000)

  afterAll(async () => {
    await example?.close()
    await browser?.close()
    await site?.close()
    await proxy?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  async function opened(): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      locale: 'en',
      colorScheme: 'light',
      // A page that it keeps would be isolated, and compute with threads, which wait for each other on busy cores.
      serviceWorkers: 'block',
    })
    const opening = await context.newPage()
    opening.setDefaultTimeout(LONG)
    opening.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    opening.on('pageerror', (error) => complaints.push(String(error.stack)))
    opening.on('request', (request) => {
      if (/^https?:/.test(request.url())) requests.push(request.url())
    })
    await spyOnSession(opening)
    await opening.goto(site.url)
    return opening
  }

  const map = (on = page) => on.getByRole('application', { name: en.map.stage.name })
  const inspector = (on = page) => on.getByRole('region', { name: en.explore.inspector.title })
  const trainPart = (on = page) =>
    on.getByRole('region', { name: en.frame.parts.train, exact: true })
  const button = (name: string, on = page) => on.getByRole('button', { name, exact: true })

  /** Points at a place of the map, by shares of its width and height. */
  async function pointAt(x: number, y: number): Promise<void> {
    const box = (await map().boundingBox())!
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height)
  }

  /** The code that was decoded last, and what came of it. */
  const decodedLast = (on = page, length = 2) => latestRow(on, 'decode', length)

  /** The red of each pixel of the inspector's picture. */
  const shownPixels = (on = page) =>
    inspector(on)
      .getByRole('img', { name: en.explore.inspector.decoded })
      .evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas
        const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height)
        return Array.from({ length: width * height }, (_, i) => data[4 * i]!)
      })

  /** Saves what a button downloads. */
  async function saved(act: () => Promise<void>, on = page): Promise<Uint8Array> {
    const download: Promise<Download> = on.waitForEvent('download')
    await act()
    const path = join(folder, `download-${Math.random()}`)
    await (await download).saveAs(path)
    return new Uint8Array(readFileSync(path))
  }

  /** Goes from element to element until one of a name has the focus. */
  async function reach(on: Page, name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      const label = await on.evaluate(() => {
        const { activeElement: at } = document
        return at?.getAttribute('aria-label') ?? at?.textContent
      })
      if (label?.trim() === name) return
      await on.keyboard.press('Tab')
    }
    throw new Error(`${name} is not reached`)
  }

  it('opens with the example: its examples are counted, its map can be pointed at', async () => {
    await page.getByText('10000 examples.').or(page.getByText('10,000 examples.')).waitFor()
    await inspector().getByRole('img', { name: en.explore.inspector.decoded }).waitFor()
    expect(await page.title()).toBe(en.frame.title)
  })

  it('decodes the place under the pointer as the library does, another one elsewhere', async () => {
    const seen: string[] = []
    for (const [x, y] of [
      [0.4, 0.5],
      [0.6, 0.35],
    ] as const) {
      const before = (await decodedLast())?.given.join()
      await pointAt(x, y)
      await expect
        .poll(async () => (await decodedLast())?.given.join(), { timeout: LONG })
        .not.toBe(before)
      await expect
        .poll(
          async () => {
            const { given } = (await decodedLast())!
            const { data } = await example.decode(
              hostTensor('float32', [1, 2], Float32Array.from(given)),
            )
            const pixels = await shownPixels()
            return Math.max(...pixels.map((pixel, i) => Math.abs(pixel - 255 * data[i]!)))
          },
          { timeout: LONG },
        )
        .toBeLessThan(0.51)
      seen.push((await shownPixels()).join())
    }
    expect(seen[0]).not.toBe(seen[1])
  })

  it('selects by an outline, and exports the rows within it with their labels and codes', async () => {
    const corners = [
      [0.42, 0.42],
      [0.58, 0.42],
      [0.58, 0.6],
      [0.42, 0.6],
    ] as const
    // What is decoded at each corner says where it lies in the latent space.
    const places: (readonly [number, number])[] = []
    for (const [x, y] of corners) {
      const before = (await decodedLast())!.given.join()
      await pointAt(x, y)
      await expect
        .poll(async () => (await decodedLast())!.given.join(), { timeout: LONG })
        .not.toBe(before)
      await page.waitForTimeout(100)
      places.push((await decodedLast())!.given as [number, number])
    }
    const [left, right] = [places[0]![0], places[1]![0]]
    const [top, bottom] = [places[0]![1], places[2]![1]]
    const box = (await map().boundingBox())!
    const pixel = ([x, y]: readonly [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const
    await page.keyboard.down('Shift')
    await page.mouse.move(...pixel(corners[0]))
    await page.mouse.down()
    for (const corner of [...corners.slice(1), corners[0]])
      await page.mouse.move(...pixel(corner), { steps: 6 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    const csv = new TextDecoder().decode(await saved(() => button(en.map.selection.save).click()))
    const [head, ...lines] = csv.trim().split('\n')
    expect(head).toBe('row,split,label,z1,z2')
    const codes = new Float32Array(
      readFileSync(join(folder, 'page/example/codes.bin')).buffer.slice(0),
    )
    const labels = gunzipSync(
      readFileSync(join(folder, 'page/data/t10k-labels-idx1-ubyte.gz')),
    ).subarray(8)
    const inside = (margin: number) =>
      [...labels.keys()].filter((row) => {
        const [x, y] = [codes[2 * row]!, codes[2 * row + 1]!]
        const [a, b] = [margin * (right - left), margin * (top - bottom)]
        return x > left + a && x < right - a && y > bottom + b && y < top - b
      })
    const rows = lines.map((line) => Number(line.split(',')[0]))
    expect(
      await page.getByText(en.map.selection.count(rows.length.toLocaleString('en'))).count(),
    ).toBe(1)
    expect(inside(0.02).length).toBeGreaterThan(50)
    // All that lie clearly within, and none that lies clearly outside: an outline goes by whole pixels.
    expect(rows).toEqual(expect.arrayContaining(inside(0.02)))
    expect(inside(-0.02)).toEqual(expect.arrayContaining(rows))
    for (const line of lines) {
      const [row, split, label, ...code] = line.split(',')
      expect([split, Number(label)]).toEqual(['test', labels[Number(row)]])
      const known = [codes[2 * Number(row)]!, codes[2 * Number(row) + 1]!]
      code.forEach((value, i) => {
        expect(Math.abs(Number(value) - known[i]!)).toBeLessThan(NEAR * 10)
      })
    }
    await button(en.map.selection.clear).click()
  })

  it('shows every way to explore in both languages without an error', async () => {
    const language = page.locator('header select').last()
    for (const [name, texts] of [
      ['ko', ko],
      ['en', en],
    ] as const) {
      await language.selectOption(name)
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(name)
      for (const label of Object.values(texts.explore.tabs)) {
        const tab = page.getByRole('tab', { name: label })
        await tab.click()
        expect(await tab.getAttribute('aria-selected')).toBe('true')
        const panel = page.getByRole('tabpanel', { name: label })
        await expect
          .poll(async () => (await panel.innerText()).trim().length, { timeout: LONG })
          .toBeGreaterThan(0)
      }
    }
    expect(await page.getByRole('alert').innerText()).toBe('')
  })

  it.each(drawnDigits.map((digit) => [digit, digitStrokes[digit]!] as const))(
    'places a drawn %i among its own',
    async (digit, lines) => {
      const { draw, tabs } = en.explore
      await page.getByRole('tab', { name: tabs.draw }).click()
      const panel = page.getByRole('tabpanel')
      const clear = panel.getByRole('button', { name: draw.clear })
      if (await clear.isEnabled()) await clear.click()
      const pad = page.getByRole('img', { name: draw.pad })
      await pad.scrollIntoViewIfNeeded()
      const box = (await pad.boundingBox())!
      for (const line of lines) {
        for (const [i, [x, y]] of line.entries()) {
          await page.mouse.move(box.x + (x * box.width) / 28, box.y + (y * box.height) / 28)
          if (i === 0) await page.mouse.down()
        }
        await page.mouse.up()
      }
      const nearest = page
        .getByRole('heading', { name: draw.nearest(10) })
        .locator('xpath=..')
        .getByRole('listitem')
      await expect
        .poll(async () => (await nearest.first().innerText()).trim()[0], { timeout: LONG })
        .toBe(String(digit))
    },
  )

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core finds serious, in %s',
    async (scheme) => {
      await page.getByRole('combobox', { name: en.frame.theme.name }).selectOption(scheme)
      await page.evaluate(axe)
      const found = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(options: object): Promise<{ violations: Violation[] }> }
        }
        interface Violation {
          id: string
          impact: string
          help: string
          nodes: { html: string; failureSummary: string }[]
        }
        const { violations } = await axe.run({ resultTypes: ['violations'] })
        return violations
          .filter(({ impact }) => impact === 'serious' || impact === 'critical')
          .map(
            ({ id, nodes }) =>
              `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
          )
      })
      expect(found).toEqual([])
    },
  )

  it('is used by the keyboard alone: skip to the map, point and pin, and go through the tabs', async () => {
    await page.reload()
    await inspector().getByRole('img', { name: en.explore.inspector.decoded }).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(en.frame.skip)
    await page.keyboard.press('Enter')
    await reach(page, en.map.stage.name)
    const before = (await decodedLast())?.given.join()
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight')
    await expect
      .poll(async () => (await decodedLast())?.given.join(), { timeout: LONG })
      .not.toBe(before)
    await page.keyboard.press('Enter')
    await reach(page, en.explore.tabs.traverse)
    await page.keyboard.press('ArrowRight')
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe(
      en.explore.tabs.interpolate,
    )
    await page.keyboard.press('End')
    expect(await page.getByRole('tab', { selected: true }).innerText()).toBe(
      en.explore.tabs.anomalies,
    )
  })

  describe('while it trains', () => {
    let own: Page
    beforeAll(async () => {
      own = await opened()
      await inspector(own).waitFor()
    }, 120_000)

    /** Steps that have been made. */
    const steps = async () =>
      (await trainingEvents(own)).flatMap((event) =>
        event.type === 'progress' ? [(event.epoch - 1) * event.stepsPerEpoch + event.step] : [],
      )
    const latestStep = async () => (await steps()).at(-1) ?? 0
    const objectives = async () =>
      (await trainingEvents(own)).flatMap((event) =>
        event.type === 'epoch' ? [event.train.objective] : [],
      )
    const pause = async () => {
      await button(en.train.run.pause, own).click()
      await button(en.train.run.resume, own).waitFor()
      await expect.poll(() => trainingState(own), { timeout: LONG }).toBe('paused')
    }

    it('learns from a dropped table, begun by the keyboard, until the objective has fallen by 0.5 nats', async () => {
      await own.evaluate((csv) => {
        const files = new DataTransfer()
        files.items.add(new File([csv], 'parts.csv', { type: 'text/csv' }))
        const init = { dataTransfer: files, bubbles: true, cancelable: true }
        document.body.dispatchEvent(new DragEvent('drop', init))
      }, partsCsv)
      await own.getByText(en.train.saw.table('90', '5')).waitFor()
      const epochs = trainPart(own).getByLabel(en.train.form.names.epochs!, { exact: true })
      await epochs.fill('100000')
      await reach(own, en.train.form.begin)
      await own.keyboard.press('Enter')
      const fallen = async () => {
        const [first = 0, ...later] = await objectives()
        return first - Math.min(first, ...later)
      }
      await expect.poll(fallen, { timeout: LONG }).toBeGreaterThan(0.5)
    })

    it('makes no step while it is paused, and one for each press of the button', async () => {
      await pause()
      const before = await latestStep()
      await own.waitForTimeout(500)
      expect(await latestStep()).toBe(before)
      for (const made of [1, 2]) {
        await button(en.train.run.step, own).click()
        await expect.poll(latestStep, { timeout: LONG }).toBe(before + made)
        await expect.poll(() => trainingState(own), { timeout: LONG }).toBe('paused')
      }
      await own.waitForTimeout(300)
      expect(await latestStep()).toBe(before + 2)
    })

    it('goes on where it was', async () => {
      const before = await latestStep()
      await button(en.train.run.resume, own).click()
      await expect.poll(latestStep, { timeout: LONG }).toBeGreaterThan(before + 2)
      await pause()
      const made = (await steps()).filter((step) => step > before)
      // Calls of several steps report the last.
      expect(made).toEqual(made.toSorted((a, b) => a - b))
    })

    it('is kept, and continues behind a reload where it was', async () => {
      const before = await latestStep()
      await own.waitForTimeout(4000)
      await own.reload()
      await own
        .getByRole('button', { name: en.train.open.named(en.train.open.continue, 'parts.csv') })
        .click()
      await expect.poll(latestStep, { timeout: LONG }).toBeGreaterThan(0)
      const [first = 0] = await steps()
      const [start] = (await trainingEvents(own)).filter((event) => event.type === 'start')
      // A state is kept every 3 seconds, so that at most what was learned since is lost.
      expect([start?.type === 'start' && start.epoch > 0, first > 0.5 * before]).toEqual([
        true,
        true,
      ])
      await button(en.train.run.stop, own).click()
      await expect.poll(() => trainingState(own), { timeout: LONG }).toBe('ended')
    })

    it('learns from a folder of pictures, and gives a package that answers in Node as the page does', async () => {
      for (const [kind, name] of ['crack', 'fine'].entries())
        for (let i = 0; i < 20; i++) {
          const path = join(folder, 'faults', name, `${i}.png`)
          mkdirSync(dirname(path), { recursive: true })
          const data = Uint8Array.from({ length: 64 }, (_, at) =>
            at % 8 === i % 8 || kind === 1 ? 230 : 20,
          )
          writeFileSync(path, png({ width: 8, height: 8, data }))
        }
      await own.reload()
      await inspector(own).waitFor()
      const chooser = own.waitForEvent('filechooser')
      await trainPart(own).getByRole('button', { name: en.train.open.folder }).click()
      await (await chooser).setFiles(join(folder, 'faults'))
      await own.getByText(en.train.saw.pictures('40', 8, 8, 1)).waitFor()
      await trainPart(own).getByLabel(en.train.form.names.epochs!, { exact: true }).fill('3')
      await trainPart(own)
        .getByRole('button', { name: /^Train/ })
        .click()
      await expect.poll(() => trainingState(own), { timeout: LONG }).toBe('running')
      await expect.poll(() => trainingState(own), { timeout: LONG }).toBe('ended')
      await own.getByText('40 examples.').waitFor()
      await own.mouse.move(0, 0)
      const box = (await map(own).boundingBox())!
      await own.mouse.move(box.x + 0.4 * box.width, box.y + 0.5 * box.height)
      await expect
        .poll(async () => (await decodedLast(own))?.answer.length, { timeout: LONG })
        .toBe(64)
      await button(en.train.take.title, own).click()
      const archive = await saved(
        () => own.getByRole('button', { name: en.train.take.package }).click(),
        own,
      )
      const files = Object.entries(unzipSync(archive)).map(
        ([path, bytes]) => [path.slice(path.indexOf('/') + 1), bytes] as const,
      )
      const model = await loadPackage(new Map(files))
      const { given, answer } = (await decodedLast(own))!
      const { data } = await model.decode(hostTensor('float32', [1, 2], Float32Array.from(given)))
      expect(Math.max(...answer.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(NEAR)
      await model.close()
    })
  })

  it('asks nothing of any other origin, and says nothing wrong in the console', () => {
    expect(requests.length).toBeGreaterThan(10)
    expect(requests.filter((url) => !url.startsWith(site.url))).toEqual([])
    expect(proxy.outside).toEqual([])
    expect(complaints).toEqual([])
  })
})
