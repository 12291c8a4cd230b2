import { criticalStudent } from '../evaluate/statistics/critical-values.ts'
import { type Column, footnoteMark, formatTable, type Table } from './table.ts'

/** A reported figure, with everything that defines it. */
export interface LedgerEntry {
  /** Name of the figure: `ELBO`, `reconstruction`, `KL`. */
  readonly figure: string
  readonly value: number
  /** `nats per example`, `bits per dimension`, `squared error per example`, … */
  readonly unit: string
  /** The split that it is computed on: `train`, `validation` or `test`. */
  readonly split: string
  /** How many examples the mean is over. */
  readonly examples: number
  readonly likelihood: string
  /** `none`, `static` or `dynamic`. */
  readonly binarize: string
  /** Samples per example: importance samples for a bound, Monte Carlo samples otherwise. */
  readonly samples: number
  readonly seed: number
  /**
   * A bound on the log-likelihood, an objective that bounds nothing (β ≠ 1, free bits), an error, or a
   * metric that nothing minimises.
   */
  readonly kind: 'bound' | 'objective' | 'error' | 'metric'
  /** Standard error of the mean over examples (and over what was drawn for each). */
  readonly standardError?: number
  /** Standard error of the draws alone, with the examples fixed: how far another seed would move the figure. */
  readonly drawingError?: number
  /** 95 % interval, if it is not that of a mean over the examples. */
  readonly interval?: readonly [low: number, high: number]
  readonly note?: string
  /**
   * SHA-256 of the values of the evaluated examples, in order, and of their labels if the figure uses them.
   * Two figures are about the same examples only if both hashes are equal.
   */
  readonly examplesHash?: string
  readonly labelsHash?: string
  /** For figures about samples: whether they are draws x ~ p(x|z) or means of p(x|z). */
  readonly samplesAre?: 'draws' | 'means'
}

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
    cell: (e) => String(e.examples),
    phrase: (e) => `mean over ${e.examples} examples`,
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
    cell: (e) => String(e.samples),
    phrase: (e) => `${e.samples} ${e.samples === 1 ? 'sample' : 'samples'} per example`,
  },
  { title: 'seed', numeric: true, cell: (e) => String(e.seed), phrase: (e) => `seed ${e.seed}` },
  {
    title: 'values hash',
    cell: (e) => shortHash(e.examplesHash),
    phrase: (e) => (e.examplesHash ? `values ${shortHash(e.examplesHash)}` : ''),
  },
]

/** Enough of a hash to compare two at a glance. */
export const shortHash = (hash = ''): string => hash.slice(0, 12)

/** The 95 % interval of a figure, if it has one: its own, or Student's from its standard error. */
export function intervalOf(entry: LedgerEntry): readonly [low: number, high: number] | undefined {
  const { value, standardError: error, interval, examples } = entry
  if (interval || error === undefined || examples < 2) return interval
  const half = criticalStudent(0.95, examples - 1) * error
  return [value - half, value + half]
}

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
  const spread = SPREADS.filter(({ cell }) => entries.some((entry) => cell(entry) !== ''))
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
  return { columns, rows, ...(caption && { caption }), ...(footnotes.length && { footnotes }) }
}

/** The ledger for a terminal, in aligned columns. */
export function formatLedger(entries: readonly LedgerEntry[]): string {
  return formatTable(ledgerTable(entries))
}

/** Two decimals, four below 10; powers of ten for very large and very small values. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : value > 0 ? '∞' : '−∞'
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude >= 1e7 || magnitude < 1e-3)) return value.toExponential(3)
  return value.toFixed(magnitude >= 10 ? 2 : 4)
}
