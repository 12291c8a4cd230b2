import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPackage } from '../../src/entries/node.ts'
import { hostTensor } from '../../src/tensor/host.ts'
import { en } from '../../studio/src/text/en/index.ts'
import { noBrowser } from '../browser/chromium.ts'
import { png } from '../data/pictures/files.ts'
import { COLOURS, seriousFaults } from './page/axe.ts'
import { trainingEvents, trainingState } from './page/spy.ts'
import {
  button,
  decodedLast,
  inspector,
  LONG,
  NEAR,
  pointAt,
  reach,
  type StudioBrowser,
  saved,
  studioBrowser,
  trainPart,
} from './page/studio-browser.ts'
import { parts, partsCsv } from './parts.ts'

if (noBrowser) console.log(`skipped: training in the Studio in a browser, since ${noBrowser}`)

const launcher = fileURLToPath(new URL('../../bin/latentlab.js', import.meta.url))

describe.skipIf(noBrowser)('training in the page of the Studio', { timeout: 180_000 }, () => {
  let browser: StudioBrowser
  let page: Page

  beforeAll(async () => {
    browser = await studioBrowser()
    page = await browser.opened()
    await inspector(page).waitFor()
  }, 300_000)

  afterAll(() => browser?.close())

  /** Steps that have been made. */
  const steps = async () =>
    (await trainingEvents(page)).flatMap((event) =>
      event.type === 'progress' ? [(event.epoch - 1) * event.stepsPerEpoch + event.step] : [],
    )
  const latestStep = async () => (await steps()).at(-1) ?? 0
  const objectives = async () =>
    (await trainingEvents(page)).flatMap((event) =>
      event.type === 'epoch' ? [event.train.objective] : [],
    )
  const pause = async () => {
    await button(page, en.train.run.pause).click()
    await button(page, en.train.run.resume).waitFor()
    await expect.poll(() => trainingState(page), { timeout: LONG }).toBe('paused')
  }

  /** Drops a file or folder of the disk, as the system hands it to the browser. */
  async function dropped(path: string): Promise<void> {
    const input = await page.context().newCDPSession(page)
    const data = { items: [], files: [path], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await input.send('Input.dispatchDragEvent', { type, x: 640, y: 360, data })
    await input.detach()
  }

  it('learns from a dropped table, begun by the keyboard, until the objective has fallen by 0.5 nats', async () => {
    const file = join(browser.folder, 'parts.csv')
    writeFileSync(file, partsCsv)
    await dropped(file)
    await page.getByText(en.train.saw.table('90', '5')).waitFor()
    const epochs = trainPart(page).getByLabel(en.train.form.names.epochs!, { exact: true })
    await epochs.fill('100000')
    await reach(page, en.train.form.begin)
    await page.keyboard.press('Enter')
    const fallen = async () => {
      const [first = 0, ...later] = await objectives()
      return first - Math.min(first, ...later)
    }
    await expect.poll(fallen, { timeout: LONG }).toBeGreaterThan(0.5)
    // The last column looks like labels, and colours the map.
    await page.getByTitle(en.map.toggleClass('sound')).waitFor()
  })

  it.each(['dark', 'light'] as const)(
    'has nothing that axe-core finds serious while it trains, in %s',
    async (scheme) => {
      // The rest is the same in both.
      const rules = scheme === 'dark' ? COLOURS : undefined
      await page.getByRole('combobox', { name: en.frame.theme.name }).selectOption(scheme)
      expect(await trainingState(page)).toBe('running')
      expect(await seriousFaults(page, rules)).toEqual([])
    },
  )

  it('makes no step while it is paused, and one for each press of the button', async () => {
    await pause()
    const before = await latestStep()
    await page.waitForTimeout(500)
    expect(await latestStep()).toBe(before)
    for (const made of [1, 2]) {
      await button(page, en.train.run.step).click()
      await expect.poll(latestStep, { timeout: LONG }).toBe(before + made)
      await expect.poll(() => trainingState(page), { timeout: LONG }).toBe('paused')
    }
    await page.waitForTimeout(300)
    expect(await latestStep()).toBe(before + 2)
  })

  it('goes on where it was', async () => {
    const before = await latestStep()
    await button(page, en.train.run.resume).click()
    await expect.poll(latestStep, { timeout: LONG }).toBeGreaterThan(before + 2)
    await pause()
    const made = (await steps()).filter((step) => step > before)
    // Calls of several steps report the last.
    expect(made).toEqual(made.toSorted((a, b) => a - b))
  })

  it('is kept, and continues behind a reload where it was', async () => {
    const before = await latestStep()
    await page.waitForTimeout(4000)
    await page.reload()
    await page
      .getByRole('button', { name: en.train.open.named(en.train.open.continue, 'parts.csv') })
      .click()
    await expect.poll(latestStep, { timeout: LONG }).toBeGreaterThan(0)
    const [first = 0] = await steps()
    const [start] = (await trainingEvents(page)).filter((event) => event.type === 'start')
    // A state is kept every 3 seconds, so that at most what was learned since is lost.
    expect([start?.type === 'start' && start.epoch > 0, first > 0.5 * before]).toEqual([true, true])
    await button(page, en.train.run.stop).click()
    await expect.poll(() => trainingState(page), { timeout: LONG }).toBe('ended')
  })

  it('learns from a folder of pictures that is dropped, and gives a package that answers in Node as the page does', async () => {
    for (const [kind, name] of ['crack', 'fine'].entries())
      for (let i = 0; i < 20; i++) {
        const path = join(browser.folder, 'faults', name, `${i}.png`)
        mkdirSync(dirname(path), { recursive: true })
        const data = Uint8Array.from({ length: 64 }, (_, at) =>
          at % 8 === i % 8 || kind === 1 ? 230 : 20,
        )
        writeFileSync(path, png({ width: 8, height: 8, data }))
      }
    await page.reload()
    await inspector(page).waitFor()
    await dropped(join(browser.folder, 'faults'))
    await page.getByText(en.train.saw.pictures('40', 8, 8, 1)).waitFor()
    await page.getByText(en.train.saw.labelled('2')).waitFor()
    await trainPart(page).getByLabel(en.train.form.names.epochs!, { exact: true }).fill('3')
    await trainPart(page)
      .getByRole('button', { name: /^Train/ })
      .click()
    await expect.poll(() => trainingState(page), { timeout: LONG }).toBe('running')
    await expect.poll(() => trainingState(page), { timeout: LONG }).toBe('ended')
    await page.getByText('40 examples.').waitFor()
    await page.mouse.move(0, 0)
    await pointAt(page, 0.4, 0.5)
    await expect
      .poll(async () => (await decodedLast(page))?.answer.length, { timeout: LONG })
      .toBe(64)
    await button(page, en.train.take.title).click()
    const archive = await saved(browser, page, () =>
      page.getByRole('button', { name: en.train.take.package }).click(),
    )
    const files = Object.entries(unzipSync(archive)).map(
      ([path, bytes]) => [path.slice(path.indexOf('/') + 1), bytes] as const,
    )
    const model = await loadPackage(new Map(files))
    const { given, answer } = (await decodedLast(page))!
    const { data } = await model.decode(hostTensor('float32', [1, 2], Float32Array.from(given)))
    expect(Math.max(...answer.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(NEAR)
    await model.close()
  })

  describe('with the local server', () => {
    let server: ChildProcess
    let local: Page
    let work: string

    beforeAll(async () => {
      work = join(browser.folder, 'work')
      mkdirSync(work)
      writeFileSync(join(work, 'parts.csv'), partsCsv)
      server = spawn(process.execPath, [launcher, 'studio', work, '--port', '0'], {
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let address: string | undefined
      for await (const line of createInterface({ input: server.stderr! })) {
        address = / at (http:\S+)/.exec(line)?.[1]
        if (address) break
      }
      local = await browser.opened({}, address)
    }, 120_000)

    afterAll(() => {
      server?.kill('SIGTERM')
    })

    it('learns natively from a table of its folder, and keeps the run there', async () => {
      await trainPart(local)
        .getByRole('button', { name: /parts\.csv/ })
        .click()
      await local.getByText(en.train.saw.table('90', '5')).waitFor()
      await local
        .getByRole('combobox', { name: en.train.form.model, exact: true })
        .selectOption('dae')
      await trainPart(local).getByLabel(en.train.form.names.epochs!, { exact: true }).fill('2')
      await button(local, en.train.form.begin).click()
      await local.getByText(/onnxruntime-node/).waitFor()
      const config = join(work, 'runs/parts-csv-dae/config.json')
      await expect.poll(() => existsSync(config), { timeout: LONG }).toBe(true)
      await local.getByText('90 examples.').waitFor()
    })

    it('fills in what a corruption took of a row', async () => {
      const { denoise, tabs } = en.explore
      await local.getByRole('tab', { name: tabs.denoise }).click()
      const panel = local.getByRole('tabpanel')
      const slider = panel.getByRole('slider', { name: denoise.strength.masking })
      await slider.press('End')
      /** The cells of a column of the table, from the top. */
      const cells = (column: number) =>
        panel.locator(`tbody td:nth-of-type(${column})`).allInnerTexts()
      const { missing } = en.explore
      await expect
        .poll(async () => (await cells(2)).filter((cell) => cell === missing).length, {
          timeout: LONG,
        })
        .toBeGreaterThan(2)
      const restored = await cells(3)
      expect(restored).toHaveLength(5)
      expect(restored).not.toContain(missing)
      const [, number] = /Example (\d+)/.exec(await panel.innerText())!
      const { length, colour } = parts[Number(number) - 1]!
      const given = await cells(1)
      expect(given[0]).toBe(length.toFixed(2))
      expect(given[3]).toBe(colour)
    })
  })

  it('asks nothing of any other origin, and says nothing wrong in the console', () => {
    const own = [browser.url, /^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\//]
    const other = browser.requests.filter((url) => !own.some((one) => url.match(one)))
    expect(browser.requests.length).toBeGreaterThan(10)
    expect(other).toEqual([])
    expect(browser.outside).toEqual([])
    expect(browser.complaints).toEqual([])
  })
})
