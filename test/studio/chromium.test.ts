import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPackage, type Model } from '../../src/entries/node.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { en } from '../../studio/src/text/en/index.ts'
import { ko } from '../../studio/src/text/ko/index.ts'
import { noBrowser } from '../browser/chromium.ts'
import { COLOURS, seriousFaults } from './page/axe.ts'
import { exampleFolder } from './page/built.ts'
import { digitStrokes } from './page/digit-strokes.ts'
import {
  button,
  decodedLast,
  decodedPicture,
  LONG,
  map,
  NEAR,
  pointAt,
  reach,
  type StudioBrowser,
  saved,
  studioBrowser,
} from './page/studio-browser.ts'

if (noBrowser) console.log(`skipped: the Studio in a browser, since ${noBrowser}`)

/** Digits that are drawn: all of them by npm run studio:try. */
const drawnDigits = process.env.LATENTLAB_STUDIO === 'all' ? [...digitStrokes.keys()] : [0, 1, 7]

describe.skipIf(noBrowser)('the page of the Studio in Chromium', { timeout: 180_000 }, () => {
  let browser: StudioBrowser
  let page: Page
  let example: Model

  beforeAll(async () => {
    browser = await studioBrowser()
    page = await browser.opened()
    example = await loadPackage(exampleFolder, { verify: false })
  }, 300_000)

  afterAll(async () => {
    await example?.close()
    await browser?.close()
  })

  /** The red of each pixel of the inspector's picture. */
  const shownPixels = () =>
    decodedPicture(page).evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height)
      return Array.from({ length: width * height }, (_, i) => data[4 * i]!)
    })

  it('opens with the example: its examples are counted, its map can be pointed at', async () => {
    await page.getByText('10000 examples.').or(page.getByText('10,000 examples.')).waitFor()
    await decodedPicture(page).waitFor()
    expect(await page.title()).toBe(en.frame.title)
  })

  it('is kept for use offline once it has opened', async () => {
    await expect
      .poll(() => page.evaluate(() => window.spied.serviceWorker), { timeout: LONG })
      .toBe('./service-worker.js')
  })

  it('decodes without ONNX Runtime, which is loaded once something is asked about many examples', async () => {
    const hasWasm = () => browser.requests.some((url) => url.endsWith('.wasm'))
    expect((await decodedLast(page))?.answer).toHaveLength(784)
    expect(hasWasm()).toBe(false)
    await page.getByRole('tab', { name: en.explore.tabs.anomalies }).click()
    await expect.poll(hasWasm, { timeout: LONG }).toBe(true)
    const types = () => page.evaluate(() => window.spied.events.map(({ type }) => type))
    await expect.poll(types, { timeout: LONG }).toContain('runtime')
    await page.getByRole('tab', { name: en.explore.tabs.traverse }).click()
  })

  it('decodes the place under the pointer as the library does, another one elsewhere', async () => {
    const seen: string[] = []
    for (const [x, y] of [
      [0.4, 0.5],
      [0.6, 0.35],
    ] as const) {
      const before = (await decodedLast(page))?.given.join()
      await pointAt(page, x, y)
      await expect
        .poll(async () => (await decodedLast(page))?.given.join(), { timeout: LONG })
        .not.toBe(before)
      await expect
        .poll(
          async () => {
            const { given } = (await decodedLast(page))!
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
      const before = (await decodedLast(page))!.given.join()
      await pointAt(page, x, y)
      await expect
        .poll(async () => (await decodedLast(page))!.given.join(), { timeout: LONG })
        .not.toBe(before)
      await page.waitForTimeout(100)
      places.push((await decodedLast(page))!.given as [number, number])
    }
    const [left, right] = [places[0]![0], places[1]![0]]
    const [top, bottom] = [places[0]![1], places[2]![1]]
    const box = (await map(page).boundingBox())!
    const pixel = ([x, y]: readonly [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const
    await page.keyboard.down('Shift')
    await page.mouse.move(...pixel(corners[0]))
    await page.mouse.down()
    for (const corner of [...corners.slice(1), corners[0]])
      await page.mouse.move(...pixel(corner), { steps: 6 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    const csv = new TextDecoder().decode(
      await saved(browser, page, () => button(page, en.map.selection.save).click()),
    )
    const [head, ...lines] = csv.trim().split('\n')
    expect(head).toBe('row,split,label,z1,z2')
    const codes = new Float32Array(
      readFileSync(join(browser.folder, 'page/example/codes.bin')).buffer.slice(0),
    )
    const labels = gunzipSync(
      readFileSync(join(browser.folder, 'page/data/t10k-labels-idx1-ubyte.gz')),
    ).subarray(8)
    const inside = (margin: number) =>
      [...labels.keys()].filter((row) => {
        const [x, y] = [codes[2 * row]!, codes[2 * row + 1]!]
        const [a, b] = [margin * (right - left), margin * (top - bottom)]
        return x > left + a && x < right - a && y > bottom + b && y < top - b
      })
    // Counted from 1.
    const rows = lines.map((line) => Number(line.split(',')[0]) - 1)
    expect(
      await page.getByText(en.map.selection.count(rows.length.toLocaleString('en'))).count(),
    ).toBe(1)
    expect(inside(0.02).length).toBeGreaterThan(50)
    // All that lie clearly within, and none that lies clearly outside: an outline goes by whole pixels.
    expect(rows).toEqual(expect.arrayContaining(inside(0.02)))
    expect(inside(-0.02)).toEqual(expect.arrayContaining(rows))
    for (const line of lines) {
      const [number, split, label, ...code] = line.split(',')
      const row = Number(number) - 1
      expect([split, Number(label)]).toEqual(['test', labels[row]])
      const known = [codes[2 * row]!, codes[2 * row + 1]!]
      code.forEach((value, i) => {
        expect(Math.abs(Number(value) - known[i]!)).toBeLessThan(NEAR * 10)
      })
    }
    await button(page, en.map.selection.clear).click()
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
    'has nothing that axe-core finds serious, in %s, whatever tab is open',
    async (scheme) => {
      // The rest is the same in both.
      const rules = scheme === 'dark' ? COLOURS : undefined
      await page.getByRole('combobox', { name: en.frame.theme.name }).selectOption(scheme)
      for (const name of Object.values(en.explore.tabs)) {
        await page.getByRole('tab', { name }).click()
        expect(await seriousFaults(page, rules), name).toEqual([])
      }
    },
  )

  it('is used by the keyboard alone: skip to the map, point and pin, and go through the tabs', async () => {
    await page.reload()
    await decodedPicture(page).waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(en.frame.skip)
    await page.keyboard.press('Enter')
    await reach(page, en.map.stage.name)
    const before = (await decodedLast(page))?.given.join()
    for (let i = 0; i < 6; i++) await page.keyboard.press('Shift+ArrowRight')
    await expect
      .poll(async () => (await decodedLast(page))?.given.join(), { timeout: LONG })
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

  describe('at 390 by 844, as on a phone', () => {
    let phone: Page
    beforeAll(async () => {
      phone = await browser.opened({ viewport: { width: 390, height: 844 }, hasTouch: true })
      await map(phone).waitFor()
    }, 120_000)

    it('shows one part at a time, each as wide as the screen and no wider, and none has a serious fault', async () => {
      const parts = Object.entries(en.frame.parts)
      for (const [part, name] of parts) {
        await button(phone, name).click()
        const shown = []
        for (const [other, label] of parts)
          if (await phone.getByRole('region', { name: label, exact: true }).isVisible())
            shown.push(other)
        expect(shown).toEqual([part])
        const widths = await phone.evaluate(() => {
          const root = document.documentElement
          return [root.scrollWidth, root.clientWidth]
        })
        expect(widths).toEqual([390, 390])
        expect(await seriousFaults(phone), name).toEqual([])
      }
    })

    it('has all that can be taken away on the screen', async () => {
      await button(phone, en.train.take.title).click()
      const menu = phone.locator('.take-menu')
      const shown = await menu.getByRole('button').all()
      expect(shown.length).toBeGreaterThan(1)
      for (const one of [menu, ...shown]) {
        const { x, width } = (await one.boundingBox())!
        expect(x).toBeGreaterThanOrEqual(0)
        expect(x + width).toBeLessThanOrEqual(390)
      }
      await phone.keyboard.press('Escape')
    })

    it('decodes where the map is touched', async () => {
      await button(phone, en.frame.parts.map).click()
      const box = (await map(phone).boundingBox())!
      for (const [share, side] of [
        [0.25, -1],
        [0.75, 1],
      ] as const) {
        await phone.touchscreen.tap(box.x + share * box.width, box.y + 0.5 * box.height)
        // Zero is in the middle.
        await expect
          .poll(async () => side * ((await decodedLast(phone))?.given[0] ?? 0), { timeout: LONG })
          .toBeGreaterThan(1)
      }
    })
  })

  it('asks nothing of any other origin, and says nothing wrong in the console', () => {
    expect(browser.requests.length).toBeGreaterThan(10)
    expect(browser.requests.filter((url) => !url.startsWith(browser.url))).toEqual([])
    expect(browser.outside).toEqual([])
    expect(browser.complaints).toEqual([])
  })
})
