import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { en } from '../../../studio/src/text/en/index.ts'
import { launch, noBrowser, softwareGl } from '../../browser/chromium.ts'
import { type Site, serveFolder } from '../../browser/site.ts'
import { copyPage } from '../page/built.ts'

const LONG = 300_000
/** How long the page may take to keep its files, in ms. */
const KEPT = 60_000

describe.skipIf(noBrowser)('the page of the Studio behind its first load', () => {
  let folder: string
  let browser: Browser
  let site: Site

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latentlab-studio-offline-'))
    await copyPage(join(folder, 'page'))
    site = await serveFolder(join(folder, 'page'), false)
    browser = await launch(softwareGl)
  })

  afterAll(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('opens with its example where there is no server any more, and is isolated, so that threads may compute', async () => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      locale: 'en',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(LONG)
    await page.goto(site.url)
    const decoded = page
      .getByRole('region', { name: en.explore.inspector.title })
      .getByRole('img', { name: en.explore.inspector.decoded })
    await decoded.waitFor()
    await expect
      .poll(
        () =>
          page.evaluate(
            async () => (await navigator.serviceWorker.getRegistration())?.active?.state,
          ),
        { timeout: KEPT },
      )
      .toBe('activated')
    await site.close()
    await page.reload()
    await decoded.waitFor()
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true)
    expect(await page.getByRole('alert').innerText()).toBe('')
  })
})
