// How far a package answers from the model that was trained, for the whole family at sizes that people use.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { matching, natural, parsedFlags, UsageError, withUsage } from './flags.js'
import { machine } from './machine.js'
import { built } from './peers/built.mjs'

const USAGE = `node bench/package-parity.js [flags], after npm ci and npm run build

  --rows TEXT         rows of the table whose names contain the text
  --examples 600      that each model is trained on, for an epoch
  --threads 1
  --python PATH       a Python with numpy and onnxruntime, which checks the same packages
  --folder FOLDER     a new one for the packages, which are kept; by default a temporary one, which is removed
  --json              the table as a JSON document
  --help`

const COLUMNS = 20
const CLASSES = 10

const dense = { hidden: [500, 500], latent: 20 }
const conv = { network: 'conv', channels: [32, 64], latent: 20 }
const untied = ['ae', 'dae', 'cae', 'scae', 'aae', 'wae']

/** Images of 28 by 28 pixels, and a table of 20 columns with gaps: name, network, options. */
const ROWS = [
  ...['pca', 'linear-ae'].map((model) => of(model, 'linear', { latent: 20 })),
  ...['stacked-ae', 'stacked-dae'].map((model) => of(model, 'mlp 500,500', dense)),
  ...['ae', 'dae', 'cae', 'scae', 'vae', 'cvae', 'aae', 'wae', 'gan', 'vae-gan'].flatMap(
    (model) => [
      of(model, 'mlp 500,500', dense),
      of(model, 'conv 32,64', { ...conv, ...(untied.includes(model) && { tied: false }) }),
    ],
  ),
  ...['unet', 'hourglass'].map((network) =>
    of('dae', `${network} 32,64`, { network, channels: [32, 64], tied: false }),
  ),
  of('vae', 'mlp 500,500, distance', dense, 'images', { score: 'distance' }),
  of('vae', 'mlp 500,500, float16', dense, 'images', { precision: 'float16' }),
  of('pca', 'table', { latent: 5 }, 'table'),
  ...['dae', 'vae', 'cvae'].map((model) =>
    of(model, 'table, mlp 64,64', { hidden: [64, 64], latent: 5 }, 'table'),
  ),
  of('vae', 'table, mlp 64,64, distance', { hidden: [64, 64], latent: 5 }, 'table', {
    score: 'distance',
  }),
]

function of(model, network, options, data = 'images', exporting = {}) {
  return { name: `${model} ${network}`, model, network, options, data, exporting }
}

await withUsage(async () => {
  const flags = parsedFlags(USAGE, {
    rows: { type: 'string', default: '' },
    examples: { type: 'string', default: '600' },
    threads: { type: 'string', default: '1' },
    python: { type: 'string' },
    folder: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (flags.help) return console.log(USAGE)
  const rows = matching('rows', flags.rows, 'row', ROWS)
  const settings = {
    examples: natural('examples', flags.examples, 100),
    threads: natural('threads', flags.threads),
  }
  const folder = flags.folder
    ? resolve(flags.folder)
    : mkdtempSync(join(tmpdir(), 'latentlab-parity-'))
  mkdirSync(folder, { recursive: true })
  if (!flags.folder) process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const lab = await built({
    'entries/node.js': ['train', 'load', 'writePackage', 'verifyPackage', 'hostTensor'],
    'entries/graph.js': ['stream'],
  })
  const found = []
  for (const row of rows) {
    found.push({ row, ...(await measured(lab, row, folder, settings)) })
    console.error(`${row.name}: ${figure(found.at(-1))}`)
  }
  const python = flags.python && inPython(flags.python, found)
  const table = found.map(({ row, package: _, ...figures }) => ({
    model: row.model,
    network: row.network,
    ...figures,
    ...(python && { python: python.largest.get(row.name) }),
  }))
  const on = {
    ...machine(),
    ...(python && { python: python.version }),
  }
  if (flags.json) return console.log(JSON.stringify({ ...on, rows: table }, null, 2))
  console.log(
    Object.entries(on)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  )
  console.log(`| model | network | outputs | Node |${python ? ' Python |' : ''}`)
  console.log(`| --- | --- | --- | --- |${python ? ' --- |' : ''}`)
  for (const { model, network, outputs, largest, error, python: other } of table)
    console.log(
      `| \`${model}\` | ${network} | ${outputs ?? ''} | ${error ?? largest.toExponential(1)} |${python ? ` ${other ?? ''} |` : ''}`,
    )
})

function figure({ error, largest, outputs, of }) {
  return error ?? `${outputs} outputs, ${largest.toExponential(1)} (${of})`
}

/** Trains for an epoch, exports, and compares the package with its goldens: those of the trained model. */
async function measured(
  lab,
  { name, model, options, data, exporting },
  folder,
  { examples, threads },
) {
  const place = join(folder, name.replace(/\W+/g, '-'))
  const run = `${place}-run`
  try {
    const given = data === 'table' ? tableOf(lab, examples) : imagesOf(lab, examples)
    const steps = model === 'pca' ? {} : { epochs: 1, batch: 100 }
    const training = { ...steps, validation: 50, test: 100, seed: 1, threads }
    await lab.train({ model, ...training, ...given, ...options, out: run })
    const { label: _, ...known } = given
    const trained = await lab.load(run, known)
    await lab.writePackage(place, await trained.export(exporting))
    await trained.close()
    const { sound, findings, model: ofModel, onnx } = await lab.verifyPackage(place)
    if (!sound) throw new Error(findings.map(({ path, what }) => `${path}: ${what}`).join('; '))
    const worst = [...ofModel, ...onnx].reduce((a, b) => (b.largest > a.largest ? b : a))
    const { largest, graph, output } = worst
    return { package: place, outputs: onnx.length, largest, of: `${output} of ${graph}` }
  } catch (error) {
    return { error: error.message }
  } finally {
    rmSync(run, { recursive: true, force: true })
  }
}

/** The largest difference of each package in Python, all of them in one process. */
function inPython(python, found) {
  const script = fileURLToPath(new URL('../test/python/verify-package.py', import.meta.url))
  const packages = found.filter((one) => one.package)
  const versions =
    'import platform, onnxruntime as o; print(platform.python_version(), "with onnxruntime", o.__version__)'
  const asked = spawnSync(python, ['-c', versions], { encoding: 'utf8' })
  if (asked.status !== 0) throw new UsageError(`--python: ${python} has no numpy and onnxruntime`)
  const largest = new Map()
  for (const { row, package: place } of packages) {
    const { stdout, stderr, status } = spawnSync(python, [script, place], { encoding: 'utf8' })
    const worst = Math.max(...[...stdout.matchAll(/: (\S+)$/gm)].map(([, value]) => Number(value)))
    largest.set(row.name, status === 0 ? worst.toExponential(1) : stderr.split('\n').at(-1))
  }
  return { version: asked.stdout, largest }
}

/** Bytes of 28 by 28 pixels: a soft stroke at an angle, and a dot. */
function imagesOf({ hostTensor, stream }, count) {
  const { uniform } = stream(1, 'strokes')
  const data = new Uint8Array(count * 784)
  const classes = Int32Array.from({ length: count }, (_, i) => i % CLASSES)
  for (let i = 0; i < count; i++) {
    const [angle, offset, x, y] = [
      Math.PI * uniform(),
      8 * uniform() - 4,
      28 * uniform(),
      28 * uniform(),
    ]
    for (let p = 0; p < 784; p++) {
      const [across, down] = [(p % 28) - 13.5, Math.floor(p / 28) - 13.5]
      const stroke = Math.exp(
        -((across * Math.cos(angle) + down * Math.sin(angle) - offset) ** 2) / 4,
      )
      const dot = Math.exp(-((across + 13.5 - x) ** 2 + (down + 13.5 - y) ** 2) / 8)
      data[i * 784 + p] = Math.round(255 * Math.min(1, stroke + dot))
    }
  }
  return {
    data: hostTensor('uint8', [count, 28, 28], data),
    labels: hostTensor('int32', [count], classes),
  }
}

/** Rows of 20 columns that follow two hidden numbers, one in twenty values missing. */
function tableOf({ stream }, count) {
  const { normal, uniform } = stream(2, 'table')
  const kinds = [
    (z) => 100 + 20 * z,
    (z) => Math.exp(z),
    (z) => Math.round(Math.exp(2 + z / 2)),
    (z) => ['red', 'green', 'blue'][Math.max(0, Math.min(2, Math.round(z + 1)))],
    (z) => new Date(Math.round(1.7e12 + 1e9 * z)),
  ]
  const data = Array.from({ length: count }, (_, row) => {
    const [a, b] = [normal(), normal()]
    const cells = Array.from({ length: COLUMNS }, (_, j) => {
      const angle = (Math.PI * j) / COLUMNS
      const z = a * Math.cos(angle) + b * Math.sin(angle) + 0.3 * normal()
      return [`column ${j}`, uniform() < 0.05 ? null : kinds[j % kinds.length](z)]
    })
    return { ...Object.fromEntries(cells), kind: 'abc'[row % 3] }
  })
  return { data, label: 'kind' }
}
