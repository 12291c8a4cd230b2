// An engine in a page of headless Chromium, which trains as the other peers do.
import { chromium } from 'playwright-core'
import { servedPage } from '../served-page.js'
import { serve } from './serve.mjs'

/**
 * @param {import('./serve.mjs').PeerSetting & { engine: string, page: string, chromium: string }} setting with the
 *   engine's name, the folder of the built pages and the browser
 * @returns {Promise<import('./serve.mjs').Peer>}
 */
async function openPage({ engine, page: folder, chromium: executablePath, images, ...setting }) {
  const site = await servedPage(folder, {
    isolated: setting.threads > 1,
    files: { '/images': images },
  })
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  })
  const page = await browser.newPage()
  page.setDefaultTimeout(0)
  await page.goto(`${site.url}${engine}.html`)
  const version = await page.evaluate(opened, setting)
  return {
    version: `${version} (Chromium ${browser.version()})`,
    run: (steps) => page.evaluate((count) => globalThis.engine.run(count), steps),
    async close() {
      await browser.close()
      site.close()
    },
  }
}

/** Runs in the page: opens its engine on the images. */
async function opened(setting) {
  const images = await (await fetch('images')).arrayBuffer()
  globalThis.engine = await globalThis.openEngine(setting, new Uint8Array(images))
  return globalThis.engine.version
}

await serve(openPage)
