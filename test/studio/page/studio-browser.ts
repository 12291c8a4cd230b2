import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { en } from '../../../studio/src/text/en/index.ts'
import { launch } from '../../browser/chromium.ts'
import { serveFolder } from '../../browser/site.ts'
import { copyPage } from './built.ts'
import { proxyTo } from './proxy.ts'
import { latestRow, spyOnSession } from './spy.ts'

/** The machine may be busy: what is waited for has this long, in ms. */
export const LONG = 60_000

/** Runs in WebAssembly and in native code differ in the last bits. */
export const NEAR = 1e-5

/** A browser that notes what its pages ask for and complain about. */
export interface StudioBrowser {
  /** With the page in it; for files of a test, too. */
  readonly folder: string
  /** Of the static site. */
  readonly url: string
  /** Addresses elsewhere that the browser asked for. */
  readonly outside: readonly string[]
  /** Errors in the console, and those that nothing caught. */
  readonly complaints: readonly string[]
  readonly requests: readonly string[]
  /** Opens the Studio of the static site, or at another address. */
  opened(options?: BrowserContextOptions, address?: string): Promise<Page>
  close(): Promise<void>
}

/** Serves the built page from a static site to Chromium. */
export async function studioBrowser(): Promise<StudioBrowser> {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-studio-page-'))
  await copyPage(join(folder, 'page'))
  const site = await serveFolder(join(folder, 'page'), false)
  const proxy = await proxyTo(site.url)
  const proxied = { server: proxy.server, bypass: '<-loopback>' }
  const browser: Browser = await launch(undefined, { proxy: proxied })
  const complaints: string[] = []
  const requests: string[] = []

  async function opened(options: BrowserContextOptions = {}, address = site.url): Promise<Page> {
    proxy.admit(new URL(address).origin)
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      locale: 'en',
      colorScheme: 'light',
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(LONG)
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error.stack)))
    page.on('request', (request) => {
      if (/^https?:/.test(request.url())) requests.push(request.url())
    })
    await spyOnSession(page)
    await page.goto(address)
    return page
  }

  return {
    ...{ folder, url: site.url, outside: proxy.outside, complaints, requests, opened },
    async close() {
      await browser.close()
      await site.close()
      await proxy.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const map = (page: Page) => page.getByRole('application', { name: en.map.stage.name })

export const inspector = (page: Page) =>
  page.getByRole('region', { name: en.explore.inspector.title })

/** The picture of what is decoded under the pointer. */
export const decodedPicture = (page: Page) =>
  inspector(page).getByRole('img', { name: en.explore.inspector.decoded })

export const trainPart = (page: Page) =>
  page.getByRole('region', { name: en.frame.parts.train, exact: true })

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Points at a place of the map, by shares of its width and height. */
export async function pointAt(page: Page, x: number, y: number): Promise<void> {
  const box = (await map(page).boundingBox())!
  await page.mouse.move(box.x + x * box.width, box.y + y * box.height)
}

/** The code that was decoded last, and what came of it. */
export const decodedLast = (page: Page, length = 2) => latestRow(page, 'decode', length)

/** The bytes that a button downloads. */
export async function saved(
  { folder }: StudioBrowser,
  page: Page,
  act: () => Promise<void>,
): Promise<Uint8Array> {
  const download = page.waitForEvent('download')
  await act()
  const path = join(folder, `download-${Math.random()}`)
  await (await download).saveAs(path)
  return new Uint8Array(readFileSync(path))
}

/** Goes from element to element until one of a name has the focus. */
export async function reach(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    const label = await page.evaluate(() => {
      const { activeElement: at } = document
      return at?.getAttribute('aria-label') ?? at?.textContent
    })
    if (label?.trim() === name) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${name} is not reached`)
}
