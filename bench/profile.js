// Where the time of a training step goes: ONNX Runtime's own profile, by kind of node.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as ort from 'onnxruntime-node'
import { chosen, natural, parsedFlags, trainingImages, withUsage } from './flags.js'
import { machineLine } from './machine.js'
import { readImages } from './peers/batches.mjs'
import { built } from './peers/built.mjs'
import { convModel } from './peers/conv-networks.mjs'
import { denseModel, TRAINING_MODULES, trainingPeer } from './peers/training.mjs'
import { aligned } from './report.js'
import { convSetting, SETTINGS } from './settings.js'

const CONV = { ...convSetting(128), name: 'conv' }
const ALL = [...SETTINGS, CONV]

const USAGE = `node bench/profile.js [flags], after npm run build

  --settings ${ALL.map(({ name }) => name).join(',')}
  --threads 2
  --steps 200         of which the first tenth warms up
  --json              one JSON document instead of tables
  --help`

const MODULES = {
  ...TRAINING_MODULES,
  'runtime/blocks.js': ['blockSize'],
  'runtime/local.js': ['localRuntime'],
}

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    settings: { type: 'string' },
    threads: { type: 'string', default: '2' },
    steps: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const settings = chosen('settings', values.settings, ALL)
  const threads = natural('threads', values.threads)
  const steps = natural('steps', values.steps, 10)
  const machine = machineLine()
  if (!values.json) console.log(`${machine}\n`)
  const results = []
  for (const setting of settings) {
    const profile = await profiled(setting, { threads, steps })
    results.push({ setting, ...profile })
    if (!values.json) console.log(formatProfile(setting, profile))
  }
  if (values.json) console.log(JSON.stringify({ machine, threads, steps, results }, null, 2))
})

/** Trains with profiling on, and sums the nodes by their kind. */
async function profiled(setting, { threads, steps }) {
  const folder = await mkdtemp(join(tmpdir(), 'latentlab-bench-'))
  try {
    const sessions = []
    const lab = await built(MODULES)
    const runtime = await profilingRuntime(lab, threads, join(folder, 'profile'), sessions)
    const { batch, learningRate } = setting
    const model = setting.channels ? convModel(lab, setting) : denseModel(lab, setting)
    const training = { model, runtime, images: readImages(trainingImages()), batch, learningRate }
    const peer = await trainingPeer(lab, training)
    const warm = Math.ceil(steps / 10)
    await peer.run(warm)
    const { ms } = await peer.run(steps - warm)
    for (const session of sessions) session.endProfiling()
    const [file] = await readdir(folder)
    const events = JSON.parse(await readFile(join(folder, file), 'utf8'))
    await peer.close()
    return { version: peer.version, ms, kinds: byKind(events, steps) }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The runtime that the program has in Node, on this thread and with every session's profile. */
async function profilingRuntime(lab, threads, profileFilePrefix, sessions) {
  const engine = { ort, preallocates: true }
  const blocks = await lab.blockSize(engine)
  const observed = {
    ...ort,
    InferenceSession: {
      async create(model, options) {
        const profiling = { ...options, enableProfiling: true, profileFilePrefix }
        const session = await ort.InferenceSession.create(model, profiling)
        sessions.push(session)
        return session
      },
    },
  }
  const { version } = JSON.parse(
    await readFile(
      new URL('../node_modules/onnxruntime-node/package.json', import.meta.url),
      'utf8',
    ),
  )
  const name = `onnxruntime-node ${version}, ${threads} thread${threads > 1 ? 's' : ''}`
  return lab.localRuntime(observed, name, { device: 'cpu', threads }, blocks > 0 ? { blocks } : {})
}

/**
 * Milliseconds per step of each kind of node: for each node the lower quartile of its runs, times its runs per
 * step. The quartile leaves out what else the machine did. A node before the loop runs once for many steps.
 */
function byKind(events, steps) {
  const runs = new Map()
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || args.op_name === 'Loop') continue
    const key = `${args.op_name} ${name}`
    if (!runs.has(key)) runs.set(key, { kind: args.op_name, times: [] })
    runs.get(key).times.push(dur)
  }
  const kinds = new Map()
  for (const { kind, times } of runs.values()) {
    const quartile = times.sort((a, b) => a - b)[Math.floor((times.length - 1) / 4)]
    const sum = kinds.get(kind) ?? { kind, nodes: 0, ms: 0 }
    sum.nodes += 1
    sum.ms += (quartile * times.length) / steps / 1e3
    kinds.set(kind, sum)
  }
  return [...kinds.values()].sort((a, b) => b.ms - a.ms)
}

function formatProfile({ name }, { version, ms, kinds }) {
  const sum = kinds.reduce((total, kind) => total + kind.ms, 0)
  const rows = kinds.map((kind) => [
    kind.kind,
    String(kind.nodes),
    kind.ms.toFixed(3),
    `${((100 * kind.ms) / sum).toFixed(1)} %`,
  ])
  return [
    `${name} (${version}): ${ms.toFixed(2)} ms a step while profiled, ${sum.toFixed(2)} ms in nodes`,
    ...aligned([['node', 'how many', 'ms/step', 'share'], ...rows]),
    '',
  ].join('\n')
}
