import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch, noBrowser } from './chromium.ts'
import * as scenario from './page/scenario.js'
import { buildPage, type Site, serveFolder } from './site.ts'

type Library = typeof import('../../src/browser.ts') &
  Pick<typeof import('../../src/graph/random.ts'), 'randomBits'>
declare const window: Window & { lab: Library; scenario: typeof scenario }

const compiled = (path: string) => new URL(`../../dist/${path}`, import.meta.url).href

/** The library in Node, as `latentlab` is imported there. */
async function nodeLibrary() {
  const lab = (await import(compiled('index.js'))) as typeof import('../../src/index.ts')
  const { randomBits } = (await import(compiled('graph/random.js'))) as Library
  return { ...lab, randomBits }
}

if (noBrowser) console.log(`skipped: the tests in a browser, since ${noBrowser}`)

describe.skipIf(noBrowser)('the library in Chromium', () => {
  let folder: string
  let browser: Browser
  let isolated: Site
  let plain: Site

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latentlab-page-'))
    await buildPage(folder)
    ;[browser, isolated, plain] = await Promise.all([
      launch(),
      serveFolder(folder, true),
      serveFolder(folder, false),
    ])
  })

  afterAll(async () => {
    await browser?.close()
    await isolated?.close()
    await plain?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function open({ url }: Site): Promise<Page> {
    const page = await browser.newPage()
    page.on('pageerror', (error) => console.error(error))
    page.on('console', (message) => console.log('page:', message.text()))
    await page.goto(url)
    await page.waitForFunction('window.lab !== undefined')
    return page
  }

  it('trains as Node does, step for step', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(async () => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 0 })
      const trained = await window.scenario.trainStepwise(window.lab, runtime)
      await runtime.close()
      return trained
    })
    const lab = await nodeLibrary()
    const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
    const here = await scenario.trainStepwise(lab, runtime)
    await runtime.close()

    expect(there.hash).toBe(here.hash)
    expect(there.objectives).toHaveLength(3 * Math.floor((600 - 64 - 60) / 32))
    console.log('objective', Math.max(...there.objectives.map((v, i) => Math.abs(v / here.objectives[i]! - 1))))
    for (const [name, values] of Object.entries(here.parameters)) {
      const norm = Math.hypot(...values)
      const gap = Math.hypot(...values.map((v, i) => v - there.parameters[name]![i]!))
      console.log(name, gap / norm)
    }
  })
  it('draws', async () => {
    const page = await open(isolated)
    const there = await page.evaluate(async () => {
      const runtime = await window.lab.openRuntime({ device: 'cpu', threads: 0 })
      const trained = await window.scenario.randomNumbers(window.lab, runtime)
      await runtime.close()
      return {...trained, name: runtime.name}
    })
    console.log(there.name, there.integers.slice(0,3))
    const lab = await nodeLibrary()
    const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
    const here = await scenario.randomNumbers(lab, runtime)
    await runtime.close()
    expect(there.integers).toEqual(here.integers)
    console.log(Math.max(...there.normals.map((v,i)=>Math.abs(v-here.normals[i]!))))
  })
})
