// How far a trained model and the imputation baselines are from the hidden cells of tables, beside scikit-learn's figures.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imputationError } from '../dist/answers/imputation/error.js'
import { iterativeRidge } from '../dist/answers/imputation/iterative-ridge.js'
import { meanOrMode } from '../dist/answers/imputation/mean-or-mode.js'
import { modelImputer } from '../dist/answers/imputation/model-imputer.js'
import { nearestRows } from '../dist/answers/imputation/nearest-rows.js'
import { tableCells } from '../dist/data/table/given-cells.js'
import { load, train } from '../dist/entries/node.js'
import { folderFlags } from './flags.js'
import { FOLDER, readTable } from './missing-tables.js'
import { aligned } from './report.js'

const USAGE = `node bench/imputation.js FOLDER [flags], after npm ci and npm run build

  --sets Wine,Breast  the tables
  --rates 20,50       per cent of the cells that are hidden
  --seeds 3           trainings of the model on each; 0 for the baselines alone
  --options '{"importanceSamples":5}'  of the training, besides the defaults
  --imputation '{"method":"gibbs"}'    of the imputation
  --json              one JSON document instead of a table, with the imputed values
  --help

${FOLDER}
The error is HI-VAE's: that of a column relative to its range, averaged over columns. Everything is fitted on all rows
without the hidden cells. Intervals are those of 90 %: the share of hidden cells that they hold, for numbers, ordinal
columns and categories.`

const { folder, flags } = folderFlags(USAGE, {
  sets: { type: 'string', default: 'Wine,Breast' },
  rates: { type: 'string', default: '20,50' },
  seeds: { type: 'string', default: '3' },
  options: { type: 'string', default: '{}' },
  imputation: { type: 'string', default: '{}' },
})

const METHODS = {
  'mean or mode': meanOrMode,
  '5 nearest rows': nearestRows,
  '10 nearest rows, by distance': (columns, rows) =>
    nearestRows(columns, rows, { neighbours: 10, weights: 'distance' }),
  'iterative ridge': iterativeRidge,
}

/** What scikit-learn gave elsewhere; the settings of its nearest rows are not known. */
const STATED = {
  'mean or mode': { 'Wine 20': 0.111, 'Wine 50': 0.112, 'Breast 20': 0.218, 'Breast 50': 0.207 },
  '5 nearest rows': { 'Wine 20': 0.059, 'Wine 50': 0.113, 'Breast 20': 0.1, 'Breast 50': 0.129 },
  'iterative ridge': { 'Wine 20': 0.07, 'Wine 50': 0.085, 'Breast 20': 0.101, 'Breast 50': 0.121 },
}

/** Values of the table as the imputers take them, `[n, C]`: all that are known, and which of them are hidden. */
function valuesOf({ columns, cells, hidden }) {
  const truth = Float64Array.from(
    cells.flatMap((row) =>
      row.map((value, c) => {
        if (value === null) return Number.NaN
        const { categories } = columns[c]
        return categories ? categories.indexOf(String(value)) : value
      }),
    ),
  )
  const marks = new Uint8Array(truth.length)
  for (const [row, column] of hidden) marks[row * columns.length + column] = 1
  return { truth, marks, rows: truth.map((value, at) => (marks[at] ? Number.NaN : value)) }
}

/** Ordinal columns with all categories that the set states, from 1, so that an index is a rank. */
const ranked = (columns) =>
  columns.map((column) => {
    if (column.kind !== 'ordinal') return column
    return { ...column, categories: Array.from({ length: column.classes }, (_, k) => `${k + 1}`) }
  })

/** A model trained on the rows of a table without its hidden cells, none of them held out, and what it imputes. */
async function ofModel({ columns, cells, hidden }, seed) {
  const rows = cells.map((row) => Object.fromEntries(columns.map(({ name }, c) => [name, row[c]])))
  for (const [row, column] of hidden) rows[row][columns[column].name] = null
  const listed = columns.map(({ name, kind, categories }) => ({ name, kind, categories }))
  const temporary = mkdtempSync(join(tmpdir(), 'latentlab-imputation-'))
  const out = join(temporary, 'run')
  const data = { data: rows, testData: rows }
  try {
    const start = performance.now()
    const schema = { format: 1, missing: [''], columns: listed }
    await train({ ...data, schema, out, seed, validation: 0, ...JSON.parse(flags.options) })
    const trained = performance.now()
    const model = await load(out, data)
    const settings = { seed, method: 'resampling', samples: 20, importanceSamples: 1000 }
    const imputer = await modelImputer(model, { ...settings, ...JSON.parse(flags.imputation) })
    try {
      const { table } = (await model.data()).form
      const { cells: found } = await imputer.impute(await tableCells(rows, table, 'rows'))
      const seconds = [trained - start, performance.now() - trained].map((time) => time / 1000)
      return { found, seconds, columns: table.columns }
    } finally {
      await imputer.close()
      await model.close()
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Imputed cells as values of the table, and the share of hidden cells that intervals hold, by kind. */
function judged(columns, truth, marks, rows, { found, columns: own }) {
  const imputed = rows.slice()
  const held = {}
  for (const { row, column, value, interval, set } of found) {
    const at = row * columns.length + column
    const { kind, categories } = columns[column]
    // A column lists its categories in the order of the schema, which may be another.
    const given = (index) =>
      categories ? categories.indexOf(own[column].categories[index]) : index
    imputed[at] = given(value)
    if (!marks[at]) continue
    const [low, high] = interval ? [given(interval.low), given(interval.high)] : []
    const holds = set ? set.map(given).includes(truth[at]) : truth[at] >= low && truth[at] <= high
    const group = kind === 'ordinal' ? 'ordinal' : set ? 'categories' : 'numbers'
    held[group] ??= [0, 0]
    held[group][0] += Number(holds)
    held[group][1]++
  }
  const coverage = Object.fromEntries(
    Object.entries(held).map(([group, [inside, all]]) => [group, inside / all]),
  )
  return { imputed, coverage }
}

const lines = [['set', 'hidden', 'method', 'error', 'scikit-learn', 'seconds', 'held by intervals']]
const found = []
for (const set of flags.sets.split(','))
  for (const rate of flags.rates.split(',')) {
    const table = readTable(folder, set, rate)
    const columns = ranked(table.columns)
    const { truth, marks, rows } = valuesOf({ ...table, columns })
    for (const [method, impute] of Object.entries(METHODS)) {
      const start = performance.now()
      const imputed = impute(columns, rows)(rows)
      const seconds = (performance.now() - start) / 1000
      const error = imputationError(columns, truth, imputed, marks)
      const stated = STATED[method]?.[`${set} ${rate}`]
      found.push({ set, rate, method, error, stated, seconds, imputed: Array.from(imputed) })
      const figures = [error.mean.toFixed(4), stated?.toFixed(3) ?? '', seconds.toFixed(1)]
      lines.push([set, `${rate} %`, method, ...figures, ''])
    }
    for (let seed = 0; seed < Number(flags.seeds); seed++) {
      const model = await ofModel({ ...table, columns }, seed)
      const { imputed, coverage } = judged(columns, truth, marks, rows, model)
      const error = imputationError(columns, truth, imputed, marks)
      const method = `model, seed ${seed}`
      const { seconds } = model
      found.push({ set, rate, method, error, coverage, seconds, imputed: Array.from(imputed) })
      const held = Object.entries(coverage).map(
        ([group, share]) => `${group} ${(100 * share).toFixed(1)} %`,
      )
      const times = seconds.map((time) => time.toFixed(0)).join(' + ')
      lines.push([set, `${rate} %`, method, error.mean.toFixed(4), '', times, held.join(', ')])
    }
    process.stderr.write(`${set}, ${rate} % hidden: done\n`)
  }
console.log(flags.json ? JSON.stringify(found) : aligned(lines).join('\n'))
