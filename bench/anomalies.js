// Detects the anomalies of tables by their distance from the normal rows: nearest rows, isolation forest, PCA.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { folderFlags } from './flags.js'
import { startPeer } from './peer-process.js'
import { built } from './peers/built.mjs'

const USAGE = `node bench/anomalies.js FOLDER [flags], after npm ci and npm run build

  --seeds 5           splits and forests of each table
  --tables glass,WDBC those files of the folder; all by default
  --scikit-learn      the same rows by scikit-learn too (LATENTLAB_PYTHON names a Python that has it)
  --json              one JSON document instead of a Markdown table
  --help

FOLDER holds NPZ files with rows X [n, D] and labels y [n], 1 for anomalies. Half of the normal rows train, the others and
all anomalies test; columns are standardised by the training rows.`

const { folder, flags } = folderFlags(USAGE, {
  seeds: { type: 'string', default: '5' },
  tables: { type: 'string' },
  'scikit-learn': { type: 'boolean', default: false },
})

const lab = await built({
  'answers/anomaly/isolation-forest.js': ['isolationForest'],
  'answers/anomaly/nearest-rows.js': ['nearestRows'],
  'answers/anomaly/principal-residual.js': ['principalResidual'],
  'data/npz.js': ['parseNpz'],
  'evaluate/anomaly/auroc.js': ['auroc'],
  'evaluate/anomaly/average-precision.js': ['averagePrecision'],
  'runtime/node.js': ['openRuntime'],
  'tensor/host.js': ['hostTensor'],
  'tensor/random.js': ['stream'],
})

const DETECTORS = {
  'k-NN': (runtime, rows) => lab.nearestRows(runtime, rows),
  forest: (_, rows, seed) => lab.isolationForest(rows, { seed }),
  PCA: (_, rows) => lab.principalResidual(rows),
}

function readTable(name) {
  const file = `${name}.npz`
  const arrays = lab.parseNpz(readFileSync(join(folder, file)), file)
  const { shape, data } = arrays.get('X')
  return { name, width: shape[1], values: data, labels: Array.from(arrays.get('y').data, Number) }
}

/** Half of the normal rows, and the others with all anomalies, in columns of mean 0 and deviation 1 over the former. */
function splitOf({ width, values, labels }, seed) {
  const indices = [...lab.stream(seed, 'anomalies').permutation(labels.length)]
  const normal = indices.filter((i) => labels[i] === 0)
  const train = normal.slice(0, Math.floor(normal.length / 2))
  const test = [...normal.slice(train.length), ...indices.filter((i) => labels[i] !== 0)]
  const scales = Array.from({ length: width }, (_, c) => {
    const column = train.map((i) => Number(values[i * width + c]))
    const mean = column.reduce((sum, value) => sum + value, 0) / train.length
    const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return { mean, deviation: Math.sqrt(squares / train.length) || 1 }
  })
  const rows = (chosen) =>
    lab.hostTensor(
      'float32',
      [chosen.length, width],
      Float32Array.from(
        chosen.flatMap((i) =>
          scales.map(({ mean, deviation }, c) => (values[i * width + c] - mean) / deviation),
        ),
      ),
    )
  return { train: rows(train), test: rows(test), anomalous: test.map((i) => labels[i] !== 0) }
}

async function measured(runtime, { train, test, anomalous }, seed) {
  const figures = {}
  for (const [name, detector] of Object.entries(DETECTORS)) {
    const fitted = await detector(runtime, train, seed)
    const scores = await fitted.scores(test)
    figures[name] = {
      auroc: lab.auroc(scores, anomalous).area,
      averagePrecision: lab.averagePrecision(scores, anomalous),
    }
  }
  return figures
}

const listsOf = ({ shape: [count, width], data }) =>
  Array.from({ length: count }, (_, i) => [...data.subarray(i * width, (i + 1) * width)])

const asked = ({ train, test, anomalous }, seed) => ({
  seed,
  train: listsOf(train),
  test: listsOf(test),
  anomalous,
})

async function measureAll() {
  const files = readdirSync(folder).filter((file) => file.endsWith('.npz'))
  const names = flags.tables?.split(',') ?? files.map((file) => file.slice(0, -'.npz'.length))
  const runtime = lab.openRuntime({ device: 'cpu', threads: 1 })
  const entry = { name: 'scikit-learn', language: 'python', program: 'sklearn_anomalies.py' }
  const peer = flags['scikit-learn'] ? await startPeer(entry, {}) : undefined
  const found = []
  try {
    for (const name of names) {
      const table = readTable(name)
      const [seeds, theirs] = [[], []]
      for (let seed = 0; seed < Number(flags.seeds); seed++) {
        const split = splitOf(table, seed)
        seeds.push(await measured(runtime, split, seed))
        if (peer) theirs.push(await peer.ask(asked(split, seed)))
      }
      found.push({ table: name, seeds, ...(peer && { [peer.version]: theirs }) })
      process.stderr.write(`${name}: done\n`)
    }
  } finally {
    await peer?.close()
    await runtime.close()
  }
  return found
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const digits = (value) => value.toFixed(3)
const names = Object.keys(DETECTORS)
const figures = ['auroc', 'averagePrecision']
const columns = figures.flatMap((figure) => names.map((name) => ({ figure, name })))

/** A Markdown table of means over the seeds; the last line is the mean over the tables. */
function markdown(found, seedsOf) {
  const lines = found.map((one) => [
    one.table,
    ...columns.map(({ figure, name }) => mean(seedsOf(one).map((seed) => seed[name][figure]))),
  ])
  lines.push(['mean', ...columns.map((_, c) => mean(lines.map((line) => line[c + 1])))])
  const words = { auroc: 'AUROC', averagePrecision: 'average precision' }
  return [
    ['table', ...columns.map(({ figure, name }) => `${name}, ${words[figure]}`)],
    ['---', ...columns.map(() => '---:')],
    ...lines.map(([table, ...values]) => [table, ...values.map(digits)]),
  ]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n')
}

/** Of each detector, the mean AUROC beside the lowest and highest of scikit-learn's seeds. */
function comparison(found, version) {
  const lines = found.map(({ table, seeds, [version]: theirs }) => [
    table,
    ...names.map((name) => {
      const areas = theirs.map((seed) => seed[name].auroc)
      const ours = mean(seeds.map((seed) => seed[name].auroc))
      return `${digits(ours)} (${digits(Math.min(...areas))} to ${digits(Math.max(...areas))})`
    }),
  ])
  return [
    ['table', ...names.map((name) => `${name}, mean AUROC (lowest to highest of ${version})`)],
    ['---', ...names.map(() => '---:')],
    ...lines,
  ]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n')
}

const found = await measureAll()
if (flags.json) console.log(JSON.stringify(found, null, 2))
else {
  console.log(markdown(found, ({ seeds }) => seeds))
  const [version] = Object.keys(found[0]).slice(2)
  if (version) {
    console.log(`\n${version}:\n\n${markdown(found, (one) => one[version])}`)
    console.log(`\n${comparison(found, version)}`)
  }
}
