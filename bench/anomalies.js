// Finds the anomalies of tables by a model that is trained on normal rows, and by baselines: nearest rows, isolation forest, PCA.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { folderFlags } from './flags.js'
import { startPeer } from './peer-process.js'
import { built } from './peers/built.mjs'

const USAGE = `node bench/anomalies.js FOLDER [flags], after npm ci and npm run build

  --seeds 5           splits of each table, with a model and a forest for each
  --tables glass,WDBC those files of the folder; all by default
  --scikit-learn      the same rows by scikit-learn too (LATENTLAB_PYTHON names a Python that has it)
  --json              one JSON document instead of a Markdown table
  --help

FOLDER holds NPZ files with rows X [n, D] and labels y [n], 1 for anomalies. Half of the normal rows train, the others and
all anomalies test; columns are standardised by the training rows. The model has one setting for all tables; a tenth of its
training rows choose its checkpoint, and one row is its test set, which it must have.`

const { folder, flags } = folderFlags(USAGE, {
  seeds: { type: 'string', default: '5' },
  tables: { type: 'string' },
  'scikit-learn': { type: 'boolean', default: false },
})

const lab = await built({
  'answers/anomaly/isolation-forest.js': ['isolationForest'],
  'app/library/node.js': ['load', 'train'],
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

/** Scores of the model; `auto` comes first. */
const SCORES = ['distance', 'bound', 'reconstruction']

const SETTING = {
  model: 'vae',
  likelihood: 'gaussian:per-dimension',
  hidden: [64, 64],
  latent: 8,
  dropout: 0.1,
}

/** What each score of a model that is trained on these rows gives the others. */
async function modelScores({ train, test }, seed) {
  const folder = mkdtempSync(join(tmpdir(), 'latentlab-anomalies-'))
  const out = join(folder, 'run')
  const validation = Math.ceil(train.shape[0] / 10)
  const data = { data: train, validation, test: 1, seed, threads: 1 }
  try {
    await lab.train({ ...SETTING, ...data, out })
    const model = await lab.load(out, { data: train })
    const found = {}
    for (const score of ['auto', ...SCORES.slice(1)])
      found[score] = (await model.score(test, { score })).scores
    await model.close()
    const { auto, ...others } = found
    return { [SCORES[0]]: auto, ...others }
  } finally {
    rmSync(folder, { recursive: true })
  }
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
  const stored = (chosen) =>
    lab.hostTensor(
      'float64',
      [chosen.length, width],
      Float64Array.from(
        chosen.flatMap((i) =>
          Array.from({ length: width }, (_, c) => Number(values[i * width + c])),
        ),
      ),
    )
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
  return {
    train: rows(train),
    test: rows(test),
    stored: { train: stored(train), test: stored(test) },
    anomalous: test.map((i) => labels[i] !== 0),
  }
}

async function measured(runtime, { train, test, stored, anomalous }, seed) {
  const scores = await modelScores(stored, seed)
  for (const [name, detector] of Object.entries(DETECTORS))
    scores[name] = await (await detector(runtime, train, seed)).scores(test)
  return Object.fromEntries(
    Object.entries(scores).map(([name, own]) => [
      name,
      {
        auroc: lab.auroc(own, anomalous).area,
        averagePrecision: lab.averagePrecision(own, anomalous),
      },
    ]),
  )
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
const baselines = Object.keys(DETECTORS)
const names = [...SCORES, ...baselines]
const figures = ['auroc', 'averagePrecision']
/** A Markdown table of means over the seeds; the last line is the mean over the tables. */
function markdown(found, seedsOf, names) {
  const columns = figures.flatMap((figure) => names.map((name) => ({ figure, name })))
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
    ...baselines.map((name) => {
      const areas = theirs.map((seed) => seed[name].auroc)
      const ours = mean(seeds.map((seed) => seed[name].auroc))
      return `${digits(ours)} (${digits(Math.min(...areas))} to ${digits(Math.max(...areas))})`
    }),
  ])
  return [
    ['table', ...baselines.map((name) => `${name}, mean AUROC (lowest to highest of ${version})`)],
    ['---', ...baselines.map(() => '---:')],
    ...lines,
  ]
    .map((line) => `| ${line.join(' | ')} |`)
    .join('\n')
}

/** On how many tables the model's first score is at most 0.02 below the best of the baselines, by mean AUROC. */
function nearBest(found) {
  const areaOf = ({ seeds }, name) => mean(seeds.map((seed) => seed[name].auroc))
  const near = found.filter(
    (one) =>
      areaOf(one, SCORES[0]) >= Math.max(...baselines.map((name) => areaOf(one, name))) - 0.02,
  )
  return `${SCORES[0]}: within 0.02 of the best baseline on ${near.length} of ${found.length} tables`
}

const found = await measureAll()
if (flags.json) console.log(JSON.stringify(found, null, 2))
else {
  console.log(markdown(found, ({ seeds }) => seeds, names))
  console.log(`\n${nearBest(found)}`)
  const [version] = Object.keys(found[0]).slice(2)
  if (version) {
    console.log(`\n${version}:\n\n${markdown(found, (one) => one[version], baselines)}`)
    console.log(`\n${comparison(found, version)}`)
  }
}
