import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Training } from '../../src/app/library/training.ts'
import type { RunFiles } from '../../src/app/run/run-files.ts'
import { launch, noBrowser, softwareWebgpu } from './chromium.ts'
import { type Library, nodeLibrary } from './library.ts'
import { watchMainThread } from './main-thread.ts'
import * as scenario from './page/scenario.js'
import { buildPage, type Site, serveFolder } from './site.ts'

declare const window: Window & {
  lab: Library
  scenario: typeof scenario
  kept: RunFiles
  training: Training
  half: RunFiles
  end: RunFiles
}

/** float32 has 24 bits; a few steps lose some of them to sums in another order. */
const RELATIVE = 1e-5
/** Milliseconds for which a page may not answer its user. */
const BLOCKED = 50

/** Names this machine in the test's browser. Only a page of a local address is secure without https. */
const INSECURE = 'page.example'

/** The largest difference of some numbers from others, as a share of the largest of these. */
const furthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / Math.max(...b.map(Math.abs))

if (noBrowser) console.log(`skipped: WebGPU in a browser, since ${noBrowser}`)

describe.skipIf(noBrowser)('WebGPU in Chromium, with a software adapter', () => {
  let folder: string
  let browser: Browser
  let site: Site
  let page: Page
  const requests: string[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-webgpu-'))
    await buildPage(folder, ['index.html'])
    browser = await launch([...softwareWebgpu, `--host-resolver-rules=MAP ${INSECURE} 127.0.0.1`])
    site = await serveFolder(folder, false)
    page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error))
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(site.url)
    await page.waitForFunction('window.lab !== undefined')
  })

  afterAll(async () => {
    await browser?.close()
    await site?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('trains and encodes as Node does on the CPU, and leaves the page its main thread', async () => {
    const { result: there, tasks } = await watchMainThread(browser, page, () =>
      page.evaluate(async () => {
        const keep = async (changed: RunFiles) => {
          window.kept = { ...window.kept, ...changed }
        }
        const { lab, scenario } = window
        const more = { keep, keepEvery: 0.1 }
        const trained = await scenario.trainBySteps(lab, 'webgpu', more)
        const { training, objectives, codes, half } = trained
        Object.assign(window, { training, half, end: await training.files() })
        const environment = JSON.parse(new TextDecoder().decode(half['environment.json']))
        return { objectives, codes, environment }
      }),
    )
    const here = await scenario.trainBySteps(await nodeLibrary(), 'cpu')
    await here.training.stop()
    await (await here.training.done).close()

    expect(there.environment).toMatchObject({
      device: 'webgpu',
      kernels: 'webgpu',
      kernelsDetail: 'google swiftshader',
    })
    expect(there.objectives).toHaveLength(8)
    expect(new Set(here.objectives).size).toBe(8)
    expect(there.codes).toHaveLength(64 * 2)
    const errors = [
      furthest(there.objectives, here.objectives),
      furthest(there.codes, here.codes),
    ] as const
    if (process.env.LATENTLAB_FIGURES) console.log('losses, codes:', errors, tasks.slice(0, 5))
    for (const error of errors) expect(error).toBeLessThan(RELATIVE)
    expect(tasks.length).toBeGreaterThan(50)
    expect(tasks[0]).toBeLessThan(BLOCKED)
  })

  it('would see a main thread that is blocked', async () => {
    const { tasks } = await watchMainThread(browser, page, () =>
      page.evaluate(() => {
        for (const end = performance.now() + 500; performance.now() < end; );
      }),
    )
    expect(tasks[0]).toBeGreaterThan(BLOCKED)
    expect(tasks[1]).toBeLessThan(BLOCKED)
  })

  it('ends in one line when the device is lost, and resumes from there to the same bytes', async () => {
    const failed = page.evaluate(async () => {
      const { training } = window
      await training.continue()
      return training.done.then(() => 'ended', String)
    })
    const control = await browser.newBrowserCDPSession()
    await control.send('Browser.crashGpuProcess').catch(() => {})
    expect(await failed).toMatch(
      /^UserError: the GPU was lost \([^\n]+\); what has been saved is kept: continue from there, or with device: 'cpu'$/,
    )
    const { kept, ...ends } = await page.evaluate(async () => {
      const { lab, scenario, half: files } = window
      const { data } = scenario.bars(lab, 64)
      const training = await lab.resumeTraining({ files, data, paused: true })
      await training.step(4)
      const resumed = await training.files()
      await training.stop()
      await (await training.done).close()
      const { 'timings.jsonl': _, ...uninterrupted } = window.end
      const bytes = (some: RunFiles) =>
        Object.keys(uninterrupted).map((name) => [name, Array.from(some[name]!)])
      return {
        kept: Object.keys(window.kept),
        whole: bytes(uninterrupted),
        resumed: bytes(resumed),
      }
    })
    expect(kept).toContain('checkpoints/last/checkpoint.safetensors')
    expect(ends.resumed).toEqual(ends.whole)
  })

  it('is refused in one line where the page has none', async () => {
    const open = (from: Page) =>
      from.evaluate(() =>
        window.lab.openRuntime({ device: 'webgpu', threads: 0 }).then(({ name }) => name, String),
      )
    const insecure = await browser.newPage()
    await insecure.goto(site.url.replace('localhost', INSECURE))
    await insecure.waitForFunction('window.lab !== undefined')
    const refused = (reason: string) =>
      `UserError: device 'webgpu' cannot be used on this machine (${reason}); use device: 'cpu'`
    expect(await open(insecure)).toBe(
      refused('the page is not a secure context: serve it by https, or from localhost'),
    )
    await page.evaluate(() => delete (Navigator.prototype as { gpu?: unknown }).gpu)
    expect(await open(page)).toBe(refused('the browser has no WebGPU'))
  })

  it('fetches its worker from the page, and no engine in WebAssembly', () => {
    const names = requests.map((url) => new URL(url).pathname)
    expect(requests.filter((url) => !url.startsWith(site.url))).toEqual([])
    expect(names.filter((name) => name.includes('webgpu-worker'))).toHaveLength(2)
    expect(names.filter((name) => /\.wasm$|ort|\/web-worker/.test(name))).toEqual([])
  })
})
