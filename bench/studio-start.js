// How long the Studio takes until it can be used, in headless Chromium: its first view, a table and a folder that are dropped.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { natural, withUsage } from './flags.js'
import { machine, machineLine } from './machine.js'
import { median } from './measure.js'
import { built } from './peers/built.mjs'
import { servedPage } from './served-page.js'
import { PAGE, studioFlags } from './studio-page.js'

const USAGE = `node bench/studio-start.js [flags], after npm run build and npm run studio:build

  --rows 16000        of the table
  --pictures 2000     of the folder, of 32 × 32 pixels in colour
  --times 5           fresh browsers, of whose times the median is given
  --chromium PATH     the browser, /usr/bin/chromium by default
  --json              one JSON document instead of lines
  --help`

await withUsage(async () => {
  const values = studioFlags(USAGE, {
    rows: { type: 'string', default: '16000' },
    pictures: { type: 'string', default: '2000' },
    times: { type: 'string', default: '5' },
  })
  if (values.help) return console.log(USAGE)
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-bench-'))
  try {
    const table = join(folder, 'table.csv')
    const pictures = join(folder, 'pictures')
    writeTable(table, natural('rows', values.rows))
    await writePictures(pictures, natural('pictures', values.pictures))
    const runs = []
    for (let i = 0; i < natural('times', values.times); i++)
      runs.push(await measured(values.chromium, table, pictures))
    report(runs, values.json)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

function report(runs, json) {
  const middle = (name) => median(runs.map((run) => run[name]))
  const figures = {
    browser: runs[0].browser,
    firstView: middle('firstView'),
    table: middle('table'),
    pictures: middle('pictures'),
    ...bytesOf(runs[0].files),
  }
  if (json) return console.log(JSON.stringify({ machine: machine(), ...figures }, null, 2))
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
  const mb = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`
  console.log(`${machineLine()}; ${figures.browser}; medians of ${runs.length}`)
  console.log(
    `first view: ${seconds(figures.firstView)}, ${mb(figures.first)}, ${mb(figures.firstGzip)} by gzip`,
  )
  console.log(`table, until a model is proposed: ${seconds(figures.table)}`)
  console.log(`folder of pictures: ${seconds(figures.pictures)}`)
  console.log(`the whole build: ${mb(figures.build)}, ${mb(figures.buildGzip)} by gzip`)
}

/** One fresh browser: milliseconds, and the files of the page that it got until its first view. */
async function measured(executablePath, table, pictures) {
  const site = await servedPage(PAGE)
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({ locale: 'en', serviceWorkers: 'block' })
    page.setDefaultTimeout(120_000)
    const got = new Set()
    page.on('response', (response) => got.add(new URL(response.url()).pathname.slice(1)))
    const start = performance.now()
    await page.goto(site.url)
    // The map has its points, and the place in the middle is decoded.
    await page.getByText(/^10.000 examples/).waitFor()
    await page.locator('.inspector canvas').first().waitFor()
    const firstView = performance.now() - start
    const files = [...got]
    // What loads in the background is not part of what follows.
    await page.waitForTimeout(3000)
    const opened = async (path, words) => {
      const before = performance.now()
      await drop(page, path)
      await page.getByText(words).first().waitFor()
      await page.getByRole('button', { name: 'Train', exact: true }).waitFor()
      return performance.now() - before
    }
    return {
      browser: `Chromium ${browser.version()}`,
      firstView,
      table: await opened(table, /rows of \d+ columns/),
      pictures: await opened(pictures, /pictures of 32 × 32 pixels/),
      files,
    }
  } finally {
    await browser.close()
    site.close()
  }
}

/** Drops a file or folder of the disk, as the system hands it to the browser. */
async function drop(page, path) {
  const input = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await input.send('Input.dispatchDragEvent', { type, x: 200, y: 300, data })
  await input.detach()
}

/** Bytes of the first view's files and of the whole build. */
function bytesOf(firstNames) {
  const all = readdirSync(PAGE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const first = firstNames.map((name) => join(PAGE, name || 'index.html')).filter(existsSync)
  const size = (paths) => paths.reduce((sum, path) => sum + statSync(path).size, 0)
  const packed = (paths) =>
    paths.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0)
  return {
    first: size(first),
    firstGzip: packed(first),
    build: size(all),
    buildGzip: packed(all),
  }
}

/** A made-up table of twelve columns: numbers that follow each other, categories, and a label. */
function writeTable(path, rows) {
  const next = generator(1)
  const names = [...Array(9).keys()].map((i) => `sensor_${i + 1}`)
  const lines = [[...names, 'line', 'shift', 'state'].join(',')]
  for (let i = 0; i < rows; i++) {
    const base = next()
    const values = names.map((_, k) => (base * (k + 1) + 0.2 * next()).toFixed(4))
    if (i % 20 === 7) values[i % 9] = ''
    const line = ['a', 'b', 'c'][Math.floor(3 * next())]
    lines.push([...values, line, 1 + (i % 3), next() < 0.03 ? 'fault' : 'ok'].join(','))
  }
  writeFileSync(path, `${lines.join('\n')}\n`)
}

/** Made-up pictures: stripes of a colour, in two folders. */
async function writePictures(folder, count) {
  const { encodePng } = await built({ 'entries/node.js': ['encodePng'] })
  const next = generator(2)
  for (const kind of ['even', 'odd']) mkdirSync(join(folder, kind), { recursive: true })
  for (let i = 0; i < count; i++) {
    const width = 2 + Math.floor(6 * next())
    const [red, green] = [next(), next()].map((share) => Math.floor(255 * share))
    const pixels = new Uint8Array(32 * 32 * 3)
    for (let at = 0; at < 32 * 32; at++)
      pixels.set((at % 32) % (2 * width) < width ? [red, green, 40] : [230, 230, 230], 3 * at)
    const bytes = encodePng({ width: 32, height: 32, channels: 3, data: pixels })
    writeFileSync(join(folder, i % 2 ? 'odd' : 'even', `${i}.png`), bytes)
  }
}

/** Numbers between 0 and 1 that are the same each time. */
function generator(state) {
  let now = state
  return () => {
    now = (now * 48271) % 2147483647
    return now / 2147483647
  }
}
