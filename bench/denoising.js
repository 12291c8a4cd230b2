// Denoises a folder of pictures and a table, and compares both with what they were before the noise.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode } from 'fast-png'
import { readMnist } from '../dist/data/mnist.js'
import { parsedFlags, withUsage } from './flags.js'
import { gaussian } from './gaussian.js'
import { flagsOf, latentlab } from './latentlab-runs.js'

const USAGE = `node bench/denoising.js [flags], after npm run build

  --tiny              few pictures and rows, narrow networks, one epoch: tries the path, gives no figure to quote
  --keep FOLDER       where all files stay; by default they are removed
  --json              one JSON document instead of lines
  --help`

/** What is restored, and by which networks. */
const FULL = {
  pictures: 1000,
  rows: 10_000,
  digits: { hidden: 500, latent: 100, epochs: 3 },
  table: { hidden: 64, latent: 16, lr: 3e-3, epochs: 20 },
}
const TINY = {
  pictures: 20,
  rows: 100,
  digits: { hidden: 8, latent: 4, epochs: 1 },
  table: { hidden: 8, latent: 4, lr: 3e-3, epochs: 1 },
}
const SIGMA = 0.3

let folder = ''
const at = (/** @type {string} */ name) => join(folder, name)

/** Noisy pictures of test digits, in subfolders of ten, and what they were. */
async function writePictures(/** @type {number} */ count) {
  const { testImages, testLabels } = await readMnist()
  const noise = gaussian(1)
  const clean = []
  for (let i = 0; i < count; i++) {
    const pixels = testImages.data.subarray(i * 784, (i + 1) * 784)
    const data = Uint8Array.from(pixels, (pixel) =>
      Math.round(Math.min(255, Math.max(0, pixel + 255 * SIGMA * noise()))),
    )
    const name = `${testLabels.data[i]}/${String(i).padStart(4, '0')}.png`
    mkdirSync(at(`noisy/${testLabels.data[i]}`), { recursive: true })
    writeFileSync(at(`noisy/${name}`), encode({ width: 28, height: 28, channels: 1, data }))
    clean.push({ name, pixels })
  }
  return clean
}

/** Mean peak signal-to-noise ratio of the pictures of a folder, in decibels. */
const meanPsnr = (/** @type {string} */ of, clean) =>
  clean.reduce((sum, { name, pixels }) => {
    const { data } = decode(readFileSync(at(`${of}/${name}`)))
    const squared = pixels.reduce((total, pixel, d) => total + (pixel - data[d]) ** 2, 0)
    return sum + 10 * Math.log10((255 ** 2 * 784) / squared)
  }, 0) / clean.length

const COLUMNS = 12
/** Standard deviation of the noise; that of a column is about 1. */
const TABLE_NOISE = 0.5

/** Columns that depend on three factors, a category that names the sign of one, and a key. */
function writeTables(/** @type {number} */ count) {
  const draw = gaussian(2)
  const weights = Array.from({ length: COLUMNS }, () => [draw(), draw(), draw()])
  const rows = Array.from({ length: 2 * count }, () => {
    const factors = [draw(), draw(), draw()]
    const numbers = weights.map((row) => {
      const length = Math.hypot(...row)
      return row.reduce((sum, weight, j) => sum + (weight / length) * factors[j], 0)
    })
    return { numbers, side: factors[0] > 0 ? 'left' : 'right' }
  })
  const header = ['id', ...weights.map((_, j) => `x${j}`), 'side'].join(',')
  const write = (/** @type {string} */ name, part) => {
    const lines = part.map(({ numbers, side }, i) =>
      [`k${i}`, ...numbers.map((x) => x.toFixed(4)), side].join(','),
    )
    writeFileSync(at(name), `${[header, ...lines].join('\n')}\n`)
  }
  const clean = rows.slice(count)
  const noisy = clean.map(({ numbers, side }) => ({
    numbers: numbers.map((x) => x + TABLE_NOISE * draw()),
    side,
  }))
  write('train.csv', rows.slice(0, count))
  write('noisy.csv', noisy)
  return clean
}

/** Root of the mean squared error of the numbers of a table. */
function tableError(/** @type {string} */ name, clean) {
  const lines = readFileSync(at(name), 'utf8').trimEnd().split('\n').slice(1)
  let squared = 0
  for (const [i, line] of lines.entries())
    for (const [j, cell] of line.split(',').slice(1, -1).entries())
      squared += (Number(cell) - clean[i].numbers[j]) ** 2
  return Math.sqrt(squared / (lines.length * COLUMNS))
}

/** Trains a denoising autoencoder, and restores a file or a folder with it. */
async function restore(
  /** @type {string} */ run,
  options,
  /** @type {string} */ noisy,
  /** @type {string} */ clean,
) {
  console.error(run)
  const flags = flagsOf({ model: 'dae', seed: 0, ...options, out: at(run) })
  await latentlab(['train', ...flags, '--no-report', '--quiet'])
  await latentlab(['denoise', at(run), ...flagsOf({ data: at(noisy), out: at(clean) })])
}

await withUsage(async () => {
  const flags = parsedFlags(USAGE, {
    tiny: { type: 'boolean', default: false },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (flags.help) return console.log(USAGE)
  folder = flags.keep ?? mkdtempSync(join(tmpdir(), 'latentlab-denoising-'))
  mkdirSync(folder, { recursive: true })
  try {
    const size = flags.tiny ? TINY : FULL
    const digits = await writePictures(size.pictures)
    const data = flags.tiny ? at('noisy') : 'mnist'
    const ofPictures = { data, ...size.digits, corruption: `gaussian:${SIGMA}` }
    await restore('pictures', ofPictures, 'noisy', 'clean')
    const rows = writeTables(size.rows)
    const corruption = `gaussian:${TABLE_NOISE}`
    const ofTable = { data: at('train.csv'), ...size.table, corruption }
    await restore('table', ofTable, 'noisy.csv', 'clean.csv')
    const figures = {
      'mean PSNR of pictures, dB': [meanPsnr('noisy', digits), meanPsnr('clean', digits)],
      'root mean squared error of numbers': [
        tableError('noisy.csv', rows),
        tableError('clean.csv', rows),
      ],
    }
    if (flags.json) return console.log(JSON.stringify(figures, null, 2))
    for (const [what, [noisy, restored]] of Object.entries(figures))
      console.log(`${what}: ${noisy.toFixed(3)} noisy, ${restored.toFixed(3)} restored`)
  } finally {
    if (flags.keep === undefined) rmSync(folder, { recursive: true })
  }
})
