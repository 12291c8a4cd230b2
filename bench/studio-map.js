// How smoothly the Studio's map moves: frames while it is dragged, in headless Chromium.

import { chromium } from 'playwright-core'
import { natural, withUsage } from './flags.js'
import { machine, machineLine } from './machine.js'
import { servedPage } from './served-page.js'
import { mapSession } from './studio-map-session.js'
import { PAGE, studioFlags } from './studio-page.js'

const USAGE = `node bench/studio-map.js [flags], after npm run studio:build

  --points 100000     examples on the map
  --frames 300        frames of each drag
  --size 1280x720     of the page
  --webgl             by WebGL, where there is no graphics processor, too
  --chromium PATH     the browser, /usr/bin/chromium by default
  --json              one JSON document instead of lines
  --help`

const LAYERS = /** @type {const} */ (['Points', 'Both'])

await withUsage(async () => {
  const values = studioFlags(USAGE, {
    points: { type: 'string', default: '100000' },
    frames: { type: 'string', default: '300' },
    size: { type: 'string', default: '1280x720' },
    webgl: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const measured = await measure({
    points: natural('points', values.points),
    frames: natural('frames', values.frames),
    size: values.size,
    webgl: values.webgl,
    executablePath: values.chromium,
  })
  if (values.json) return console.log(JSON.stringify({ machine: machine(), ...measured }, null, 2))
  console.log(`${machineLine()}; ${measured.browser}; ${measured.renderer}`)
  console.log(`${measured.points} points by ${measured.by}, ${measured.stage} pixels`)
  for (const { layers, median, p99, longest, blocked, page, gpu } of measured.drags)
    console.log(
      `${layers}: frames of ${ms(median)} (median), ${ms(p99)} (99th percentile), ${ms(longest)} (longest); the page was blocked for at most ${ms(blocked)}; processor time of a frame: page ${ms(page)}, drawing ${ms(gpu)}`,
    )
})

function ms(/** @type {number} */ value) {
  return `${value.toFixed(1)} ms`
}

async function measure({ points, frames, size, webgl, executablePath }) {
  const site = await servedPage(PAGE)
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-dev-shm-usage',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
    ],
  })
  try {
    const [width, height] = size.split('x').map(Number)
    const page = await browser.newPage({ viewport: { width, height }, locale: 'en' })
    await page.addInitScript(mapSession, points)
    if (webgl) await page.addInitScript(nameless)
    await page.goto(site.url)
    await page.waitForSelector('.legend-class', { timeout: 120_000 })
    const drags = []
    for (const layers of LAYERS) {
      await page.getByRole('button', { name: layers, exact: true }).click()
      await page.waitForTimeout(2000)
      const before = await processorTimes(browser)
      const dragged = summary(await page.evaluate(drag, frames))
      const after = await processorTimes(browser)
      const perFrame = (name) => (1000 * (after[name] - before[name])) / frames
      drags.push({ layers, ...dragged, page: perFrame('renderer'), gpu: perFrame('GPU') })
    }
    return {
      browser: `Chromium ${browser.version()}`,
      renderer: await page.evaluate(rendererOf),
      by: await page.evaluate(wayOfDrawing),
      points,
      stage: await page.evaluate(stageSize),
      drags,
    }
  } finally {
    await browser.close()
    site.close()
  }
}

/** Seconds of processor time that the browser's processes have used, by their kind. */
async function processorTimes(browser) {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const times = { renderer: 0, GPU: 0 }
  for (const { type, cpuTime } of processInfo) if (type in times) times[type] += cpuTime
  return times
}

/** Runs in the page: drags the map in a circle, a step each frame. */
async function drag(/** @type {number} */ frames) {
  const stage = document.querySelector('.stage')
  const { left, top, width, height } = stage.getBoundingClientRect()
  const tasks = []
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) tasks.push(duration)
  })
  observer.observe({ type: 'longtask' })
  const at = (i) => ({
    pointerId: 1,
    bubbles: true,
    clientX: left + width / 2 + 120 * Math.cos(i / 15),
    clientY: top + height / 2 + 120 * Math.sin(i / 15),
  })
  // A pointer that is not there cannot be captured.
  stage.setPointerCapture = () => {}
  stage.dispatchEvent(new PointerEvent('pointerdown', at(0)))
  const times = []
  let before = await new Promise(requestAnimationFrame)
  for (let i = 1; i <= frames; i++) {
    stage.dispatchEvent(new PointerEvent('pointermove', at(i)))
    const now = await new Promise(requestAnimationFrame)
    times.push(now - before)
    before = now
  }
  stage.dispatchEvent(new PointerEvent('pointerup', at(frames)))
  observer.disconnect()
  return { times, blocked: Math.max(0, ...tasks) }
}

function summary({ times, blocked }) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  return { median: at(0.5), p99: at(0.99), longest: at(1), blocked }
}

/** Runs in the page first: WebGL that does not say that the processor imitates it. */
function nameless() {
  const { getExtension } = WebGL2RenderingContext.prototype
  WebGL2RenderingContext.prototype.getExtension = function (name) {
    return name === 'WEBGL_debug_renderer_info' && !globalThis.isNaming
      ? null
      : getExtension.call(this, name)
  }
}

function wayOfDrawing() {
  return document.querySelectorAll('.stage canvas')[1].getContext('webgl2')
    ? 'WebGL'
    : 'the processor'
}

function rendererOf() {
  globalThis.isNaming = true
  const gl = document.createElement('canvas').getContext('webgl2')
  const info = gl?.getExtension('WEBGL_debug_renderer_info')
  return gl ? gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) : 'no WebGL'
}

function stageSize() {
  const { clientWidth, clientHeight } = document.querySelector('.stage')
  return `${clientWidth}x${clientHeight}`
}
