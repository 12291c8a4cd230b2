import { HIDDEN_SHARE, type ImputationComparison } from '../answers/imputation/comparison.ts'
import type { ImputedPart } from '../app/answers/impute-table.ts'
import { counted, grouped } from '../tensor/numbers.ts'
import type { Columns, CsvValue } from './output-file.ts'
import { print, printTable } from './terminal.ts'

/** What was done to a table. */
export interface ImputedTable {
  readonly rows: number
  readonly gaps: number
  readonly incompleteRows: number
  readonly columns: readonly { readonly name: string; readonly gaps: number }[]
  readonly comparison: ImputationComparison | undefined
  /** Whether the model was trained on this file. */
  readonly ofTraining: boolean
}

interface Choices {
  readonly data: string | undefined
  readonly out: string | undefined
  readonly samples: number
  readonly method: string
  readonly importanceSamples: number
  readonly seed: number
  readonly intervals: string | undefined
  readonly draws: string | undefined
}

const NAMES = ['row', 'column', 'value', 'low', 'high', 'set', 'probability', 'level', 'codes']

/** A line for each gap: its row, counted from 1, its value and what holds the true one. */
export async function* intervalColumns(parts: AsyncIterable<ImputedPart>): AsyncGenerator<Columns> {
  for await (const { gaps, effectiveSamples, firstRow } of parts) {
    const lines = gaps.map((gap): CsvValue[] => {
      const { row, column, value, low = null, high = null, set, probability = null, level } = gap
      const codes = effectiveSamples[row - firstRow]!
      return [
        row + 1,
        column,
        value,
        low,
        high,
        set ? JSON.stringify(set) : null,
        probability,
        level,
        Number.isNaN(codes) ? null : Math.round(codes),
      ]
    })
    yield { names: NAMES, rows: lines.length, cell: (row, j) => lines[row]![j]! }
  }
}

/** What `--json` prints. */
export function documentOf(run: string, choices: Choices, done: ImputedTable) {
  const { data, out, samples, method, importanceSamples, seed, intervals, draws } = choices
  const { comparison, ...counts } = done
  return {
    run,
    data,
    out,
    intervals,
    draws,
    method,
    samples,
    ...(method === 'resampling' && { importanceSamples }),
    seed,
    ...counts,
    comparison: comparison && {
      rows: comparison.rows,
      hidden: comparison.hidden,
      errors: Object.fromEntries(
        comparison.methods.map(({ method, error }) => [method, error.mean]),
      ),
      omitted: comparison.omitted,
    },
  }
}

export function printImputed(
  { out, samples, intervals, draws }: Choices,
  done: ImputedTable,
): void {
  const { rows, gaps, incompleteRows, comparison } = done
  if (gaps === 0) print(`no gaps in ${counted(rows, 'row')}; written as it came: ${out}`)
  else
    print(
      `${counted(gaps, 'gap')} filled in ${grouped(incompleteRows)} of ${counted(rows, 'row')}: ${out}`,
    )
  if (intervals !== undefined) print(`bounds of each: ${intervals}`)
  if (draws !== undefined) print(`${counted(samples, 'table')} of draws: ${draws}`)
  if (comparison) printComparison(comparison, done)
}

function printComparison(
  { rows, hidden, methods, omitted }: ImputationComparison,
  { ofTraining }: ImputedTable,
): void {
  print(
    `\nFor comparison, ${counted(hidden, 'known cell')} of ${counted(rows, 'row')} were hidden (${100 * HIDDEN_SHARE} %, drawn by seed) and filled by each method. The error is that of a column relative to its range (the share of wrong categories, the distance of ranks), averaged over ${counted(methods[0]!.error.columns.length, 'column')}. The simple methods are fitted on these rows.\n`,
  )
  printTable({
    columns: [{ title: 'method' }, { title: 'error', numeric: true }],
    rows: methods.map(({ method, error }) => [method, error.mean.toFixed(4)]),
  })
  const verdict = verdictOf(methods)
  if (verdict) print(`\n${verdict}`)
  if (omitted) print(`\n${omitted} is left out: it would take too long for so many columns.`)
  if (ofTraining)
    print('\nThe model was trained on this file, with these cells in place, which favours it.')
}

/** What is to be said where a baseline is better. */
function verdictOf(methods: ImputationComparison['methods']): string | undefined {
  const [model, ...others] = methods
  const best = others.reduce((a, b) => (b.error.mean < a.error.mean ? b : a))
  if (model!.error.mean <= best.error.mean) return undefined
  return `Here, ${best.method} is better than the model: train longer or with --importance-samples 5, or use it instead.`
}
