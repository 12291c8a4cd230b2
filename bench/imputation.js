// How far the imputation baselines are from the hidden cells of tables, and from scikit-learn's.
import { imputationError } from '../dist/answers/imputation/error.js'
import { iterativeRidge } from '../dist/answers/imputation/iterative-ridge.js'
import { meanOrMode } from '../dist/answers/imputation/mean-or-mode.js'
import { nearestRows } from '../dist/answers/imputation/nearest-rows.js'
import { folderFlags } from './flags.js'
import { FOLDER, readTable } from './missing-tables.js'
import { aligned } from './report.js'

const USAGE = `node bench/imputation.js FOLDER [flags], after npm ci and npm run build

  --sets Wine,Breast  the tables
  --rates 20,50       per cent of the cells that are hidden
  --json              one JSON document instead of a table, with the imputed values
  --help

${FOLDER}
The error is HI-VAE's: that of a column relative to its range, averaged over columns.`

const { folder, flags } = folderFlags(USAGE, {
  sets: { type: 'string', default: 'Wine,Breast' },
  rates: { type: 'string', default: '20,50' },
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

const lines = [['set', 'hidden', 'method', 'error', 'scikit-learn', 'seconds']]
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
      lines.push([set, `${rate} %`, method, ...figures])
    }
    process.stderr.write(`${set}, ${rate} % hidden: done\n`)
  }
console.log(flags.json ? JSON.stringify(found) : aligned(lines).join('\n'))
