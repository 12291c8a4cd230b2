// Times the command as a user calls it, and measures its memory.
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chosen, natural, parsedFlags, withUsage } from './flags.js'
import { flagsOf, latentlab, startLatentlab } from './latentlab-runs.js'
import { machineLine } from './machine.js'
import { median } from './measure.js'

const TABLES = [
  { name: 'defaults', measure: defaults },
  { name: 'limits', measure: limits },
]

const USAGE = `node bench/command.js [flags], after npm run build

  --tables ${TABLES.map(({ name }) => name).join(',')}
  --models NAMES      those of defaults, such as pca,vae; all by default
  --rounds 3          how often each of the limits is measured
  --epochs N          of every training, to try the path: gives no figure to quote
  --data mnist        what is trained on; with a file, likewise no figure to quote
  --json              one JSON document instead of lines
  --help`

/** The model of docs/performance.md, “Other limits”. */
const LIMITS_MODEL = { model: 'vae', hidden: '500,500', latent: 20 }
/** Of the highest memory that a process has reached, which only grows. */
const POLL_MS = 50

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    tables: { type: 'string' },
    models: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    epochs: { type: 'string' },
    data: { type: 'string', default: 'mnist' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const tables = chosen('tables', values.tables, TABLES)
  const rounds = natural('rounds', values.rounds)
  const epochs = values.epochs === undefined ? undefined : natural('epochs', values.epochs)
  const machine = machineLine()
  const version = (await latentlab(['--version'])).trim()
  const folder = await mkdtemp(join(tmpdir(), 'latentlab-bench-'))
  if (!values.json) console.log(`${machine}, latentlab ${version}\n`)
  const results = {}
  const say = (
    /** @type {string} */ table,
    /** @type {string} */ what,
    /** @type {number[]} */ figures,
    unit,
  ) => {
    results[table] ??= []
    results[table].push({ what, unit, figures })
    const shown = figures.map((figure) => figure.toFixed(figure < 10 ? 2 : 0)).join(', ')
    if (!values.json) console.log(`${table}: ${what}: ${shown} ${unit}`)
  }
  try {
    for (const { name, measure } of tables)
      await measure({
        folder,
        models: values.models,
        rounds,
        epochs,
        data: values.data,
        say: say.bind(undefined, name),
      })
  } finally {
    await rm(folder, { recursive: true })
  }
  if (values.json) console.log(JSON.stringify({ machine, version, ...results }, null, 2))
})

/** Seconds of each model's default training with its report. */
async function defaults({ folder, models, epochs, data, say }) {
  const known = JSON.parse(await latentlab(['models', '--json']))
  for (const { name } of chosen('models', models, known)) {
    console.error(`defaults: ${name}`)
    const shorter = epochs && name !== 'pca' ? { epochs } : {}
    const flags = flagsOf({ data, model: name, ...shorter, out: join(folder, name) })
    say(name, [await seconds(() => latentlab(['train', ...flags, '--quiet']))], 's')
  }
}

/** Peak memory, the wait for the first step, and the start of the program. */
async function limits({ folder, rounds, epochs, data, say }) {
  const repeated = async (/** @type {(round: number) => Promise<number>} */ measure) => {
    const figures = []
    for (let round = 0; round < rounds; round++) figures.push(await measure(round))
    return figures
  }
  const help = await repeated(() => seconds(() => latentlab(['--help'])))
  say('latentlab --help, median', [median(help)], 's')
  const train = (/** @type {string} */ out, options) => [
    'train',
    ...flagsOf({ ...LIMITS_MODEL, data, ...options, out: join(folder, out) }),
  ]
  console.error('limits: the first step')
  const first = await repeated((round) => firstStep(train(`first-${round}`, { epochs: 1 })))
  say('start of a training to its first step', first, 's')
  console.error('limits: peak memory')
  const memory = await repeated((round) =>
    peakMemory(train(`peak-${round}`, epochs ? { epochs } : {})),
  )
  say('peak memory of a training with its report', memory, 'MB')
}

async function seconds(/** @type {() => Promise<unknown>} */ action) {
  const start = performance.now()
  await action()
  return (performance.now() - start) / 1e3
}

/** Seconds from the call to the line that is printed right before the first step. */
async function firstStep(/** @type {readonly string[]} */ args) {
  const start = performance.now()
  const child = startLatentlab(args)
  const ended = once(child, 'close')
  let printed = ''
  const passed = await new Promise((resolve, reject) => {
    child.stderr.on('data', (text) => {
      printed += text
      if (/^\d+ epochs? of \d+ steps/m.test(printed)) resolve((performance.now() - start) / 1e3)
    })
    ended.then(() => reject(new Error(`the training ended before its first step: ${printed}`)))
  })
  child.kill('SIGKILL')
  await ended
  return passed
}

/** Largest resident memory of a call in MB, of its process alone. NaN off Linux. */
async function peakMemory(/** @type {readonly string[]} */ args) {
  let status
  let highest = Number.NaN
  const poll = setInterval(() => {
    if (!existsSync(status)) return
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]
    if (kilobytes) highest = (Number(kilobytes) * 1024) / 1e6
  }, POLL_MS)
  try {
    await latentlab(args, {
      onStart(pid) {
        status = `/proc/${pid}/status`
      },
    })
  } finally {
    clearInterval(poll)
  }
  return highest
}
