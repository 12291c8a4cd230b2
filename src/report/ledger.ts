import { formatFigure, intervalOf, type LedgerEntry, shortHash } from '../evaluate/ledger/entry.ts'
import { counted, grouped } from '../tensor/numbers.ts'
import { type Column, footnoteMark, formatTable, type Table } from './table.ts'

interface Circumstance {
  readonly title: string
  readonly numeric?: boolean
  /** The value as a cell of the column `title`. */
  readonly cell: (entry: LedgerEntry) => string
  /** The value in a caption, outside the column. */
  readonly phrase: (entry: LedgerEntry) => string
}

/** The circumstances of a measurement, in the order of their columns. */
const CIRCUMSTANCES: readonly Circumstance[] = [
  { title: 'split', cell: (e) => e.split, phrase: (e) => `${e.split} split` },
  {
    title: 'examples',
    numeric: true,
    cell: (e) => grouped(e.examples),
    phrase: (e) => `mean over ${counted(e.examples, 'example')}`,
  },
  {
    title: 'likelihood',
    cell: (e) => e.likelihood,
    phrase: (e) => `${e.likelihood === 'none' ? 'no' : e.likelihood} likelihood`,
  },
  { title: 'binarize', cell: (e) => e.binarize, phrase: (e) => `binarize ${e.binarize}` },
  {
    title: 'samples',
    numeric: true,
    cell: (e) => grouped(e.samples),
    phrase: (e) => `${counted(e.samples, 'sample')} per example`,
  },
  { title: 'seed', numeric: true, cell: (e) => String(e.seed), phrase: (e) => `seed ${e.seed}` },
  {
    title: 'values hash',
    cell: (e) => shortHash(e.examplesHash),
    phrase: (e) => (e.examplesHash ? `values ${shortHash(e.examplesHash)}` : ''),
  },
]

/** Columns that say how uncertain a figure is. */
export const SPREADS: readonly Pick<Circumstance, 'title' | 'cell'>[] = [
  {
    title: '95 % interval',
    cell(entry) {
      const interval = intervalOf(entry)
      return interval ? interval.map(formatFigure).join(' – ') : ''
    },
  },
  {
    title: '± draws',
    cell: ({ drawingError: error }) => (error === undefined ? '' : formatFigure(error)),
  },
]

/** What a figure is compared with. */
const BASELINE: Pick<Circumstance, 'title' | 'cell'> = {
  title: 'mean or mode',
  cell: ({ baseline }) => (baseline === undefined ? '' : formatFigure(baseline)),
}

/**
 * The loss ledger as a table. Circumstances that differ between entries have a column; those that all entries
 * share are in the caption. Notes become footnotes, equal ones only once.
 */
export function ledgerTable(entries: readonly LedgerEntry[]): Table {
  const first = entries[0]
  const isShared = (c: Circumstance) => entries.every((entry) => c.cell(entry) === c.cell(first!))
  const shared = CIRCUMSTANCES.filter((c) => first !== undefined && isShared(c))
  const varying = CIRCUMSTANCES.filter((c) => !shared.includes(c))
  const footnotes = [...new Set(entries.flatMap((entry) => entry.note ?? []))]
  const spread = [BASELINE, ...SPREADS].filter(({ cell }) =>
    entries.some((entry) => cell(entry) !== ''),
  )
  const columns: Column[] = [
    { title: 'figure' },
    { title: 'value', numeric: true },
    ...spread.map(({ title }) => ({ title, numeric: true })),
    { title: 'unit' },
    { title: 'kind' },
    ...varying.map(({ title, numeric = false }) => ({ title, numeric })),
  ]
  const rows = entries.map((entry) => [
    entry.note ? `${entry.figure}${footnoteMark(footnotes.indexOf(entry.note) + 1)}` : entry.figure,
    formatFigure(entry.value),
    ...spread.map(({ cell }) => cell(entry)),
    entry.unit,
    entry.kind,
    ...varying.map((c) => c.cell(entry)),
  ])
  const caption = shared.flatMap((c) => (first && c.phrase(first)) || []).join(', ')
  return {
    columns,
    rows,
    caption: caption || undefined,
    footnotes: footnotes.length > 0 ? footnotes : undefined,
  }
}

/** The ledger for a terminal of that many columns, in aligned columns. */
export function formatLedger(entries: readonly LedgerEntry[], width?: number): string {
  return formatTable(ledgerTable(entries), width)
}
