// Trains `vae` on tables with hidden cells, and compares what it puts in their place with means, medians and modes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load, train } from '../dist/entries/node.js'
import { folderFlags } from './flags.js'
import { FOLDER, readTable } from './missing-tables.js'
import { aligned } from './report.js'

const USAGE = `node bench/missing.js FOLDER [flags], after npm ci and npm run build

  --seeds 5           trainings of each table
  --sets Wine,Breast  the tables
  --rates 20,50       per cent of the cells that are hidden
  --options '{"latent":10}'  other options of the training
  --json              one JSON document instead of tables
  --help

${FOLDER}`

const { folder, flags } = folderFlags(USAGE, {
  seeds: { type: 'string', default: '5' },
  sets: { type: 'string', default: 'Wine,Breast' },
  rates: { type: 'string', default: '20,50' },
  options: { type: 'string', default: '{}' },
})

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length
const middle = (values) => {
  const sorted = [...values].sort((a, b) => a - b)
  const last = sorted.length - 1
  return (sorted[Math.floor(last / 2)] + sorted[Math.ceil(last / 2)]) / 2
}
const mode = (values) => {
  const counts = new Map()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0]
}

/** Errors of what stands in the hidden cells, by kind: the mean over the columns of that kind. */
function errorsBy({ columns, cells, hidden }, imputed) {
  const of = columns.map(({ kind, range, categories }, c) => {
    const differences = hidden
      .filter(([, column]) => column === c)
      .map(([row]) => imputed(row, c) - cells[row][c])
    if (kind === 'categorical') return mean(differences.map((d) => Number(d !== 0)))
    if (kind === 'ordinal') return mean(differences.map((d) => Math.abs(d))) / categories.length
    return Math.sqrt(mean(differences.map((d) => d * d))) / range
  })
  const kinds = [...new Set(columns.map(({ kind }) => kind))]
  return Object.fromEntries(
    kinds.map((kind) => [kind, mean(of.filter((_, c) => columns[c].kind === kind))]),
  )
}

/** The better of a column's mean and median, or of its mode and median, by the errors of the hidden cells. */
function constants(table) {
  const { columns, cells, hidden } = table
  const isHidden = new Set(hidden.map(([row, column]) => `${row} ${column}`))
  const seen = columns.map((_, c) =>
    cells.flatMap((row, r) => (row[c] === null || isHidden.has(`${r} ${c}`) ? [] : [row[c]])),
  )
  const by = (of) => {
    const values = seen.map((known, c) => of(columns[c])(known))
    return errorsBy(table, (_, c) => values[c])
  }
  return {
    'mean or mode': by(({ isCategories }) => (isCategories ? mode : mean)),
    'median or mode': by(({ kind }) => (kind === 'categorical' ? mode : middle)),
  }
}

async function ofModel({ columns, cells, hidden }, seed, temporary) {
  const rows = cells.map((row) => Object.fromEntries(columns.map(({ name }, c) => [name, row[c]])))
  for (const [row, column] of hidden) rows[row][columns[column].name] = null
  const schema = join(temporary, 'schema.json')
  const listed = columns.map(({ name, kind, categories }) => ({ name, kind, categories }))
  writeFileSync(schema, JSON.stringify({ format: 1, missing: [''], columns: listed }))
  const out = join(temporary, `run ${seed}`)
  const validation = Math.floor(rows.length / 10)
  const options = { model: 'vae', seed, validation, test: 1, ...JSON.parse(flags.options) }
  await train({ data: rows, schema, out, ...options })
  const model = await load(out, { data: rows })
  try {
    const { ledger } = await model.evaluate('validation')
    const bound =
      ledger.find(({ figure }) => figure === 'negative ELBO per observed cell') ?? ledger[0]
    const restored = await model.rows(await model.reconstruct(rows))
    const errors = errorsBy({ columns, cells, hidden }, (row, c) =>
      Number(restored[row][columns[c].name]),
    )
    return { 'negative ELBO per observed cell': bound.value, ...errors }
  } finally {
    await model.close()
  }
}

const digits = (value) => value.toFixed(4)
const lines = [
  ['set', 'hidden', 'figure', 'vae, median', 'vae, range', 'mean or mode', 'median or mode'],
]
const found = []
for (const set of flags.sets.split(','))
  for (const rate of flags.rates.split(',')) {
    const table = readTable(folder, set, rate)
    const temporary = mkdtempSync(join(tmpdir(), 'latentlab-missing-'))
    const runs = []
    try {
      for (let seed = 0; seed < Number(flags.seeds); seed++)
        runs.push(await ofModel(table, seed, temporary))
    } finally {
      rmSync(temporary, { recursive: true, force: true })
    }
    const simple = constants(table)
    found.push({ set, rate, runs, simple })
    for (const figure of Object.keys(runs[0])) {
      const values = runs.map((run) => run[figure])
      const others = Object.values(simple).map((errors) => errors[figure])
      lines.push([
        set,
        `${rate} %`,
        figure,
        digits(middle(values)),
        `${digits(Math.min(...values))} to ${digits(Math.max(...values))}`,
        ...others.map((value) => (value === undefined ? '' : digits(value))),
      ])
    }
    process.stderr.write(`${set}, ${rate} % hidden: done\n`)
  }
console.log(flags.json ? JSON.stringify(found, null, 2) : aligned(lines).join('\n'))
