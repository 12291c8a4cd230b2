// Times the training step on a GPU, on WebGPU beside PyTorch and JAX; README.md says how to read the tables.
import { join } from 'node:path'
import { writeDiscs } from './discs.js'
import { chosen, natural, parsedFlags, withUsage } from './flags.js'
import { GPU_PEERS, product } from './gpu-peers.js'
import { formatFound, formatTraining, heading } from './gpu-report.js'
import { freshStarts } from './gpu-start.js'
import { trainings } from './gpu-training.js'
import { machine } from './machine.js'
import { measurePeers } from './measure.js'
import { temporaryFolder } from './served.js'
import { GPU_SETTINGS, narrowed } from './settings.js'
import { writeStart } from './start.js'
import { adapter, vulkanEnvironment } from './vulkan.js'

const PARTS = [{ name: 'steps' }, { name: 'train' }]

const USAGE = `node bench/gpu.js [flags], after npm run build

  --settings ${GPU_SETTINGS.map(({ name }) => name).join(',')}
  --peers ${GPU_PEERS.map(({ name }) => name).join(',')}
  --parts ${PARTS.map(({ name }) => name).join(',')}
  --device webgpu     of Latentlab; with cpu there is no figure of a GPU
  --rounds 5          turns that each row takes
  --round-ms 500      how long a turn should last
  --first-steps 50    steps that warm a row up; a turn has a multiple of them
  --starts 3          fresh processes of Latentlab, up to their first step
  --compared 20       steps whose losses are compared between the device and the CPU
  --epochs 20         of the trainings by the command
  --limit 700         seconds after which what remains is left out
  --tiny              narrow networks, small batches and few images: tries the script, gives no figure to quote
  --json              one JSON document instead of tables
  --help

LATENTLAB_PYTHON names the Python whose torch and jax are used, by default python3.`

const FULL = { images: 60_000, hidden: '500,500' }
const TINY = { images: 1000, hidden: '16' }

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    settings: { type: 'string' },
    peers: { type: 'string' },
    parts: { type: 'string' },
    device: { type: 'string', default: 'webgpu' },
    rounds: { type: 'string', default: '5' },
    'round-ms': { type: 'string', default: '500' },
    'first-steps': { type: 'string', default: '50' },
    starts: { type: 'string', default: '3' },
    compared: { type: 'string', default: '20' },
    epochs: { type: 'string', default: '20' },
    limit: { type: 'string', default: '700' },
    tiny: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  await bench(readOptions(values))
})

/** @throws {import('./flags.js').UsageError} where a flag cannot be followed */
function readOptions({ device, tiny, json, ...values }) {
  const settings = chosen('settings', values.settings, GPU_SETTINGS)
  const [{ name: timed }] = chosen('device', device, [{ name: 'webgpu' }, { name: 'cpu' }])
  return {
    ...(tiny ? TINY : FULL),
    settings: tiny ? settings.map(narrowed) : settings,
    peers: chosen('peers', values.peers, GPU_PEERS),
    parts: chosen('parts', values.parts, PARTS).map(({ name }) => name),
    device: timed,
    rounds: natural('rounds', values.rounds),
    roundMs: natural('round-ms', values['round-ms']),
    firstSteps: natural('first-steps', values['first-steps']),
    starts: natural('starts', values.starts),
    compared: natural('compared', values.compared, 2),
    epochs: natural('epochs', values.epochs),
    limit: natural('limit', values.limit),
    json,
  }
}

async function bench(/** @type {ReturnType<typeof readOptions>} */ options) {
  const { device, limit, parts, json, epochs } = options
  const over = new AbortController()
  const clock = setTimeout(() => over.abort(new Error(`${limit} s are over`)), limit * 1e3)
  Object.assign(process.env, vulkanEnvironment())
  process.env.LATENTLAB_PYTHON ||= 'python3'
  const found = adapter()
  const say = (/** @type {string} */ text) => json || console.log(text)
  say(heading(device, found))
  const folder = temporaryFolder('gpu')
  const images = join(folder, 'discs-idx3-ubyte')
  await writeDiscs(images, { images: options.images })
  const onGpu = device === 'webgpu' && 'software' in found && !found.software
  const context = { ...options, images, folder, onGpu, signal: over.signal }
  const settings = []
  for (const setting of parts.includes('steps') ? options.settings : []) {
    settings.push(await timed(setting, context))
    say(formatFound(settings.at(-1), options))
  }
  const trained = []
  const devices = parts.includes('train') ? new Set([device, 'cpu']) : []
  for await (const training of trainings([...devices], context)) {
    trained.push(training)
    say(formatTraining(training, epochs))
  }
  clearTimeout(clock)
  if (json)
    console.log(
      JSON.stringify({ ...machine(), adapter: found, device, settings, trained }, null, 2),
    )
}

/** @returns {Promise<import('./gpu-report.js').Found>} */
async function timed(setting, { device, peers, onGpu, signal, images, ...options }) {
  if (signal.aborted) return { setting, error: signal.reason.message, rows: [] }
  const log = (/** @type {string} */ line) => console.error(line)
  const start = await writeStart(setting)
  const entry = (/** @type {string} */ name) => ({ ...product(name, setting), signal })
  log(`${setting.name}: latentlab starts anew`)
  const { starts, compared: steps, firstSteps } = options
  const fresh = await freshStarts(
    { timed: entry(device), reference: entry('cpu') },
    { ...setting, images },
    { starts, steps },
  ).then(
    (starts) => ({ starts }),
    (error) => ({ error: error.message }),
  )
  const [own, ...others] = await measurePeers(
    { ...setting, start },
    [
      entry(device),
      ...peers.map((peer) => ({ ...peer, options: { ...peer.options, onGpu }, signal })),
    ],
    { ...options, images, log, unit: firstSteps },
  )
  const version = own.version && `${own.version}, ${device}, float32`
  return { setting, ...fresh, rows: [{ ...own, version }, ...others] }
}
