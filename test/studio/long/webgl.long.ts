import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode } from 'fast-png'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { en } from '../../../studio/src/text/en/index.ts'
import { launch, noBrowser, softwareGl } from '../../browser/chromium.ts'
import { type Site, serveFolder } from '../../browser/site.ts'
import { copyPage } from '../page/built.ts'

/** Runs in the page first: WebGL that does not say that the processor imitates it, which is then used. */
function nameless(): void {
  const { getExtension } = WebGL2RenderingContext.prototype
  WebGL2RenderingContext.prototype.getExtension = function (this: never, name: string) {
    return name === 'WEBGL_debug_renderer_info' ? null : getExtension.call(this, name as never)
  } as typeof getExtension
}

describe.skipIf(noBrowser)('the points of the map, drawn by WebGL', () => {
  let folder: string
  let browser: Browser
  let site: Site

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latentlab-studio-webgl-'))
    await copyPage(join(folder, 'page'))
    site = await serveFolder(join(folder, 'page'), false)
    browser = await launch(softwareGl)
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The middle of the map with its points alone, RGB; away from axes and buttons. */
  async function drawn(byWebGl: boolean) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      locale: 'en',
      serviceWorkers: 'block',
    })
    const page = await context.newPage()
    page.setDefaultTimeout(120_000)
    if (byWebGl) await page.addInitScript(nameless)
    await page.goto(site.url)
    await page.getByText(/^10.000 examples/).waitFor()
    await page.getByRole('button', { name: en.map.tools.shownNames.points, exact: true }).click()
    await page.mouse.move(0, 0)
    await page.waitForTimeout(3000)
    const box = (await page.getByRole('application', { name: en.map.stage.name }).boundingBox())!
    const clip = { x: box.x + 60, y: box.y + 60, width: box.width - 160, height: box.height - 120 }
    const { data, channels } = decode(await page.screenshot({ clip }))
    const isPlain = await page.getByText(en.map.plainPoints).count()
    await context.close()
    return { data, channels, isPlain: isPlain > 0 }
  }

  it('are where and what those are that the processor draws', async () => {
    const [plain, gl] = [await drawn(false), await drawn(true)]
    expect([plain.isPlain, gl.isPlain]).toEqual([true, false])
    expect(gl.data).toHaveLength(plain.data.length)
    const paper = plain.data[0]!
    let [inked, far] = [0, 0]
    for (let i = 0; i < plain.data.length; i += plain.channels) {
      const distance = (of: ArrayLike<number>, to: (at: number) => number) =>
        Math.max(...[0, 1, 2].map((c) => Math.abs(of[i + c]! - to(c))))
      if (distance(plain.data, () => paper) > 40) inked++
      if (distance(plain.data, (c) => gl.data[i + c]!) > 60) far++
    }
    expect(inked).toBeGreaterThan(5000)
    // The edges of points are smoothed in two ways.
    expect(far / inked).toBeLessThan(0.05)
  })
})
