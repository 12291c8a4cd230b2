// Trains the models whose figures stand in docs/, in Latentlab and, as twins, in PyTorch.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chosen, matching, natural, parsedFlags, withUsage } from './flags.js'
import { measureRun, resumeRun, trainRun, validationCourse, versionOf } from './latentlab-runs.js'
import { machineLine } from './machine.js'
import { priorFits } from './prior-fits.js'
import { aligned } from './report.js'
import { TABLES, TINY_DIGITS, tiny } from './trained-tables.js'
import { startTwin } from './twin.js'

const USAGE = `node bench/trained.js [flags], after npm run build

  --tables ${TABLES.map(({ name }) => name).join(',')}
  --rows TEXT         the rows whose names contain it
  --seed 0            of the rows that do not name one
  --examples 10000    test digits of the importance-weighted bound
  --larochelle FOLDER his binarized_mnist_train.amat, …_valid.amat and …_test.amat
  --tiny              one epoch of narrow networks: tries the path, gives no figure to quote
  --json              one JSON document instead of tables
  --help

LATENTLAB_PYTHON names the Python that has torch.`

/** Both cores of the machine that the figures are of. */
const THREADS = 2

const COLUMNS = {
  loss: 'test loss',
  squaredError: 'squared error',
  bound: '-log p(x)',
  distance: 'codes',
  chance: "95 % of the prior's own",
  ratio: 'ratio',
  untrained: 'untrained',
}

await withUsage(async () => {
  const values = parsedFlags(USAGE, {
    tables: { type: 'string' },
    rows: { type: 'string', default: '' },
    seed: { type: 'string', default: '0' },
    examples: { type: 'string', default: '10000' },
    larochelle: { type: 'string' },
    tiny: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  })
  if (values.help) return console.log(USAGE)
  const { json, larochelle } = values
  const digits = values.tiny ? TINY_DIGITS : undefined
  const seed = natural('seed', values.seed, 0)
  const examples = natural('examples', values.examples)
  const tables = chosen('tables', values.tables, TABLES)
    .map((table) => (values.tiny ? tiny(table) : table))
    .map((table) => ({
      ...table,
      rows: table.rows.filter(({ name }) => name.includes(values.rows)),
    }))
    .filter(({ rows }) => rows.length > 0)
  if (tables.length === 0) matching('rows', values.rows, 'row', [])
  const machine = machineLine()
  if (!json) console.log(`${machine}\n`)
  const results = []
  for (const table of tables) {
    const rows = []
    for (const row of table.rows)
      rows.push(await result(table, row, { seed, examples, larochelle, digits }))
    results.push({ table: table.name, page: table.page, rows })
    if (!json) console.log(formatTable(table, rows))
  }
  if (json) console.log(JSON.stringify({ machine, seed, examples, results }, null, 2))
})

/**
 * One row, measured: `figures` at each stop, or the reason why there are none.
 *
 * @param {import('./trained-tables.js').Table} table
 * @param {import('./trained-tables.js').TrainedRow} row
 */
async function result(table, row, settings) {
  const folder = await mkdtemp(join(tmpdir(), 'latentlab-bench-'))
  console.error(`${table.name}: ${row.name}`)
  try {
    const train = row.by === 'torch' ? trainTwin : trainOurs
    return { name: row.name, ...(await train(table, row, { ...settings, folder })) }
  } catch (error) {
    return { name: row.name, error: error.message }
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function trainOurs({ stops, course, samples = 0, figures }, { options }, settings) {
  const run = join(settings.folder, 'run')
  const seed = options.seed ?? settings.seed
  const [first, ...later] = stops ?? [options.epochs]
  await trainRun({ ...options, seed, ...(first && { epochs: first }) }, run)
  if (figures.includes('priorFit'))
    return { version: versionOf(run), measured: [await priorFits(run)] }
  const measure = () => measureRun(run, { samples, examples: settings.examples })
  const measured = [await measure()]
  for (const epochs of later) {
    await resumeRun(run, epochs)
    measured.push(await measure())
  }
  const validation = course && validationCourse(run)
  return {
    version: versionOf(run),
    measured,
    ...(course && { course: course.map((epoch) => validation.get(epoch)) }),
  }
}

async function trainTwin({ stops, course = [], samples = 0 }, row, settings) {
  const twin = await startTwin(row, { ...settings, threads: THREADS })
  try {
    const [measured, validation] = [[], new Map()]
    const ends = stops ?? [row.options.epochs]
    for (let epoch = 1; epoch <= ends.at(-1); epoch++) {
      validation.set(epoch, (await twin.ask({ do: 'train' })).validation)
      if (ends.includes(epoch))
        measured.push(await twin.ask({ do: 'measure', samples, examples: settings.examples }))
    }
    return {
      version: twin.version,
      measured,
      ...(course.length > 0 && { course: course.map((epoch) => validation.get(epoch)) }),
    }
  } finally {
    await twin.close()
  }
}

/** One line for each row, with a column for each figure. */
function formatTable({ name, page, figures, course = [], stops }, rows) {
  const wanted = figures.flatMap((figure) =>
    figure === 'priorFit' ? ['distance', 'chance', 'ratio', 'untrained'] : [figure],
  )
  const columns = (stops ?? ['']).flatMap((epoch) =>
    wanted.map((figure) => (epoch ? `${COLUMNS[figure]}, epoch ${epoch}` : COLUMNS[figure])),
  )
  const header = ['row', 'version', ...course.map((epoch) => `epoch ${epoch}`), ...columns]
  const number = (value) => (value === undefined ? '–' : value.toFixed(value < 1 ? 4 : 2))
  const lines = rows
    .filter(({ error }) => !error)
    .map((row) => [
      row.name,
      row.version,
      ...(row.course ?? []).map(number),
      ...row.measured.flatMap((at) => wanted.map((figure) => number(at[figure]))),
    ])
  return [
    `${name} (${page})`,
    ...(lines.length > 0 ? aligned([header, ...lines]) : []),
    ...rows.filter(({ error }) => error).map((row) => `${row.name}: no figure – ${row.error}`),
    '',
  ].join('\n')
}
