// How often the interval of a false-alarm rate holds the true rate: a small model is trained again and again, each time on rows
// of its own, and its threshold tried on many more normal rows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { natural, parsedFlags, UsageError, withUsage } from './flags.js'
import { machineLine } from './machine.js'
import { built } from './peers/built.mjs'

const USAGE = `node bench/false-alarms.js [flags], after npm ci and npm run build

  --trainings 100     models, each trained on 1000 rows, of which 200 are for its threshold
  --fresh 10000       normal rows that each threshold is tried on
  --rate 0.05         the false-alarm rate that is asked for
  --json              one JSON document instead of lines
  --help`

const WIDTH = 8
const FACTORS = 2

function flagsOf() {
  const flags = parsedFlags(USAGE, {
    trainings: { type: 'string', default: '100' },
    fresh: { type: 'string', default: '10000' },
    rate: { type: 'string', default: '0.05' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  const rate = Number(flags.rate)
  if (!(rate > 0 && rate < 1))
    throw new UsageError(`--rate: got '${flags.rate}', expected a number between 0 and 1`)
  const trainings = natural('trainings', flags.trainings)
  return { ...flags, rate, trainings, fresh: natural('fresh', flags.fresh) }
}

/** Rows of two factors, bent a little, with noise. */
function rowsBy(lab, stream, count) {
  const data = new Float64Array(count * WIDTH)
  for (let row = 0; row < count; row++) {
    const code = Array.from({ length: FACTORS }, () => stream.normal())
    for (let c = 0; c < WIDTH; c++)
      data[row * WIDTH + c] =
        code[c % FACTORS] + Math.sin(code[(c + 1) % FACTORS] * c) + 0.5 * stream.normal()
  }
  return lab.hostTensor('float64', [count, WIDTH], data)
}

async function tried(lab, seed, { rate, fresh }) {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-false-alarms-'))
  const stream = lab.stream(seed, 'false alarms')
  const data = rowsBy(lab, stream, 1000)
  const out = join(folder, 'run')
  try {
    const network = { hidden: [16], latent: 2, likelihood: 'gaussian:per-dimension' }
    await lab.train({ ...network, data, test: 200, epochs: 20, seed, threads: 1, out })
    const model = await lab.load(out, { data })
    const { alarms, threshold } = await model.score(rowsBy(lab, stream, fresh), {
      falseAlarms: rate,
    })
    await model.close()
    const found = alarms.filter(Boolean).length / fresh
    const { low, high } = threshold.rate
    return { seed, rate: found, low, high, holds: low <= found && found <= high }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await withUsage(async () => {
  const flags = flagsOf()
  if (flags.help) return console.log(USAGE)
  const lab = await built({
    'app/library/node.js': ['load', 'train'],
    'tensor/host.js': ['hostTensor'],
    'tensor/random.js': ['stream'],
  })
  const found = []
  for (let seed = 0; seed < flags.trainings; seed++) {
    found.push(await tried(lab, seed, flags))
    process.stderr.write(`\r${seed + 1} of ${flags.trainings}`)
  }
  process.stderr.write('\n')
  if (flags.json) return console.log(JSON.stringify(found, null, 2))
  const holding = found.filter(({ holds }) => holds).length
  const mean = found.reduce((sum, { rate }) => sum + rate, 0) / found.length
  console.log(`${machineLine()}
${holding} of ${found.length} intervals of 95 % hold the rate among ${flags.fresh} new normal rows
mean rate ${mean.toFixed(4)}, asked for ${flags.rate}`)
})
