// Denoises a folder of pictures and a table, and compares both with what they were before the noise:
//
//     node bench/denoising.js [FOLDER]    after npm run build; FOLDER keeps what is written
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, encode } from 'fast-png'
import { readMnist } from '../dist/data/mnist.js'
import { gaussian } from './gaussian.js'
import { latentlab } from './latentlab-runs.js'

const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), 'latentlab-denoising-'))
const PICTURES = 1000
const ROWS = 10_000
const SIGMA = 0.3

const at = (/** @type {string} */ name) => join(folder, name)
const words = (/** @type {string} */ text) => text.split(' ')

/** Noisy pictures of test digits, in subfolders of ten, and what they were. */
async function writePictures() {
  const { testImages, testLabels } = await readMnist()
  const noise = gaussian(1)
  const clean = []
  for (let i = 0; i < PICTURES; i++) {
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
function writeTables() {
  const draw = gaussian(2)
  const weights = Array.from({ length: COLUMNS }, () => [draw(), draw(), draw()])
  const rows = Array.from({ length: 2 * ROWS }, () => {
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
  const clean = rows.slice(ROWS)
  const noisy = clean.map(({ numbers, side }) => ({
    numbers: numbers.map((x) => x + TABLE_NOISE * draw()),
    side,
  }))
  write('train.csv', rows.slice(0, ROWS))
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

mkdirSync(folder, { recursive: true })
const digits = await writePictures()
const train = `train --epochs 3 --seed 0 --threads 2 --no-report --quiet`
await latentlab(words(`${train} --data mnist --model dae --hidden 500 --latent 100 --corruption gaussian:${SIGMA} --out ${at('dae')}`))
console.log((await latentlab(words(`denoise ${at('dae')} --data ${at('noisy')} --out ${at('clean')}`))).trim())
console.log(`pictures: PSNR ${meanPsnr('noisy', digits).toFixed(2)} dB noisy, ${meanPsnr('clean', digits).toFixed(2)} dB restored`)

const rows = writeTables()
await latentlab(words(`${train} --epochs 20 --data ${at('train.csv')} --model dae --hidden 64 --latent 16 --lr 3e-3 --corruption gaussian:${TABLE_NOISE} --out ${at('table')}`.replace('--epochs 3 ', '')))
for (const ending of ['csv', 'parquet']) {
  if (ending === 'parquet') continue
  console.log((await latentlab(words(`denoise ${at('table')} --data ${at('noisy.csv')} --out ${at(`clean.${ending}`)}`))).trim())
}
console.log(`table: error ${tableError('noisy.csv', rows).toFixed(3)} noisy, ${tableError('clean.csv', rows).toFixed(3)} restored`)
