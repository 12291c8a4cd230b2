import type { MeasuredEntry } from '../evaluate/ledger/entry.ts'
import { formatFigure, intervalOf, type LedgerEntry } from '../evaluate/ledger/entry.ts'
import { GROUPS, type Group } from '../evaluate/ledger/groups.ts'
import { type Compared, pairedDifference, unpairedReason } from '../evaluate/ledger/pairing.ts'
import type { Interval } from '../evaluate/statistics/intervals.ts'
import { counted } from '../tensor/numbers.ts'
import { footnoteMark, type Table } from './table.ts'

/**
 * What a figure is, apart from its run. Only figures of one identity may be compared. The likelihood is part of
 * it if the unit is one of probability, and, for figures about samples, whether these are draws or means.
 */
export function identity(entry: LedgerEntry): string {
  const { figure, unit, kind, split, examples, samples, likelihood, binarize, samplesAre } = entry
  return JSON.stringify([
    figure,
    unit,
    kind,
    split,
    examples,
    samples,
    binarize,
    samplesAre,
    ...(isOfProbability(unit) ? [likelihood] : []),
  ])
}

/** Whether a figure changes with the likelihood: those in nats and bits do, errors of values do not. */
const isOfProbability = (unit: string): boolean => /nat|bit/.test(unit)

/** The figures of several runs as a table for each group, with comparable figures in one row. */
export function comparisonTables(runs: readonly Compared[]): Partial<Record<Group, Table>> {
  const groups = (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const table = groupTable(runs, group)
    return table ? [[group, table] as const] : []
  })
  return Object.fromEntries(groups)
}

/** The column of the first run. */
const FIRST_RUN = 2

function groupTable(runs: readonly Compared[], group: Group): Table | undefined {
  const entries = runs.map(({ evaluation }) =>
    evaluation.ledger.filter((entry) => entry.group === group),
  )
  const rows = new Map<string, (MeasuredEntry | undefined)[]>()
  entries.forEach((ledger, i) => {
    for (const entry of ledger) {
      const key = identity(entry)
      const row = rows.get(key) ?? runs.map(() => undefined)
      row[i] = entry
      rows.set(key, row)
    }
  })
  if (rows.size === 0) return undefined
  const footnotes = [...new Set(entries.flat().flatMap(({ note }) => note ?? []))]
  const [first, ...others] = runs
  const reasons = others.flatMap((other, i) => {
    const pairs = [...rows.values()].map((row) => [row[0], row[i + 1]] as const)
    return unpairedReason(first!, other, pairs) ?? []
  })
  const taken = [...rows.values()].some(([a, ...rest]) =>
    rest.some((other) => pairedDifference(a, other)),
  )
  return {
    caption: ['± is half of the 95 % interval.', taken ? differencesAre(runs) : '', ...reasons]
      .filter(Boolean)
      .join(' '),
    columns: [
      { title: 'figure' },
      { title: 'unit', under: 0 },
      ...runs.map(({ name }) => ({ title: name, numeric: true })),
      // Beside the values, the differences of several runs would make the page too wide.
      ...others.map(({ name }, i) =>
        runs.length > 2
          ? { title: `${name} − ${first!.name}`, numeric: true, under: FIRST_RUN + 1 + i }
          : { title: 'difference', numeric: true },
      ),
      { title: 'measured under', under: 0 },
    ],
    rows: [...rows.values()].map((row) => cellsOf(row, footnotes)),
    footnotes: footnotes.length > 0 ? footnotes : undefined,
  }
}

/** Explains the differences, if there are any. */
const differencesAre = ([first, ...others]: readonly Compared[]): string =>
  `A difference is ${others.length === 1 ? others[0]!.name : 'the other run'} less ${first!.name}, example by example; figures that are not means over examples have none.`

/** The cells of a figure: a note that holds for all runs is marked at its name, others at their values. */
function cellsOf(row: readonly (MeasuredEntry | undefined)[], footnotes: readonly string[]) {
  const mark = (note: string | undefined) => (note ? footnoteMark(footnotes.indexOf(note) + 1) : '')
  const present = row.filter((found) => found !== undefined)
  const entry = present[0]!
  const shared = present.every(({ note }) => note === entry.note)
  return [
    entry.figure + (shared ? mark(entry.note) : ''),
    entry.unit,
    ...row.map((found) => valueText(found) + (shared ? '' : mark(found?.note))),
    ...row.slice(1).map((other) => differenceText(pairedDifference(row[0], other))),
    circumstances(entry),
  ]
}

function valueText(entry: MeasuredEntry | undefined): string {
  if (!entry) return ''
  const interval = intervalOf(entry)
  return interval
    ? `${formatFigure(entry.value)} ± ${formatFigure((interval[1] - interval[0]) / 2)}`
    : formatFigure(entry.value)
}

function differenceText(difference: Interval | undefined): string {
  if (!difference) return ''
  const { estimate, high } = difference
  return `${estimate > 0 ? '+' : ''}${formatFigure(estimate)} ± ${formatFigure(high - estimate)}`
}

const circumstances = (entry: MeasuredEntry): string =>
  [
    counted(entry.examples, `${entry.split} example`),
    isOfProbability(entry.unit) ? entry.likelihood : '',
    entry.binarize === 'none' ? '' : `binarize ${entry.binarize}`,
    entry.samples > 1 ? counted(entry.samples, 'sample') : '',
    entry.samplesAre ? `${entry.samplesAre} of p(x|z)` : '',
  ]
    .filter(Boolean)
    .join(', ')
