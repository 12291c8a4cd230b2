import type { Evaluation } from '../../evaluate/evaluate.ts'
import type { MeasuredEntry } from '../../evaluate/ledger/entry.ts'
import { formatFigure, type LedgerEntry, shortHash } from '../../evaluate/ledger/entry.ts'
import type { Section } from '../../report/html.ts'
import { ledgerTable, SPREADS } from '../../report/ledger.ts'
import type { Column, Table } from '../../report/table.ts'
import { counted } from '../../tensor/numbers.ts'

/** All figures of the evaluated splits, and what they are. */
export function ledgerSection(evaluations: readonly Evaluation[]): Section {
  return {
    id: 'ledger',
    title: 'Loss ledger',
    caption:
      'What the figures are and what they are not. Only figures of the same kind, unit, split, likelihood and binarisation can be compared. A bound bounds the log-likelihood of the data; an objective is a number that training minimises, or a part of one, and bounds nothing; an error measures one reconstruction; a metric is only reported. If the number of samples is 0, nothing was drawn at random.',
    figures: [],
    table: besideEachOther(evaluations),
  }
}

/** The ledger with the splits side by side, and standard errors in columns. */
function besideEachOther(evaluations: readonly Evaluation[]): Table {
  const entries = evaluations.flatMap(({ ledger }) => ledger)
  const isSame = (a: LedgerEntry, b: LedgerEntry) => a.figure === b.figure && a.unit === b.unit
  const isLater = (entry: LedgerEntry, i: number) =>
    entries.findIndex((other) => isSame(entry, other)) < i
  // Each figure has one row, whose footnote also has what is noted of the other splits.
  const noted = entries.map((entry, i) =>
    isLater(entry, i)
      ? withoutNote(entry)
      : withNotes(
          entry,
          entries.slice(i + 1).filter((other) => isSame(entry, other)),
        ),
  )
  const ledger = ledgerTable(noted.map(withoutColumns))
  const left = ['value', 'split', 'examples', ...SPREADS.map(({ title }) => title)]
  const kept = ledger.columns.flatMap(({ title }, j) => (left.includes(title) ? [] : [j]))
  const rows = entries.flatMap((entry, i) => {
    if (isLater(entry, i)) return []
    const values = evaluations.flatMap(({ ledger }) => {
      const found = ledger.find((other) => isSame(entry, other))
      return found ? [formatFigure(found.value), errorText(found)] : ['', '']
    })
    const [figure = '', ...rest] = kept.map((j) => ledger.rows[i]![j]!)
    return [[figure, ...values, ...rest.map(unbroken)]]
  })
  const [figureColumn, ...restColumns] = kept.map((j) => ledger.columns[j]!)
  const valueColumns = evaluations.flatMap(({ split }, i): Column[] => [
    { title: split, numeric: true },
    { title: '±', numeric: true, under: 1 + 2 * i },
  ])
  const sizes = evaluations.map(({ split, examples }) => counted(examples, `${split} example`))
  // If all have the same size, the ledger's own caption says so.
  const differ = ledger.columns.some(({ title }) => title === 'examples')
  const means = differ ? `means over ${sizes.join(' and ')}` : undefined
  const hashes = evaluations.map(
    ({ split, hashes }) => `${shortHash(hashes.examples)} of the ${split} examples`,
  )
  const identity = `hash of the values ${hashes.join(', ')}`
  const hasIntervals = entries.some(({ interval }) => interval !== undefined)
  const errors = `± is the standard error over the examples${hasIntervals ? ', a range the 95 % interval' : ''}`
  const caption = [ledger.caption, means, identity, errors].filter(Boolean).join('; ')
  return {
    records: true,
    columns: [figureColumn!, ...valueColumns, ...restColumns],
    rows,
    caption: caption || undefined,
    footnotes: ledger.footnotes,
  }
}

/** Without what is shown elsewhere: errors in the columns of each split, hashes in the caption. */
const withoutColumns = ({ standardError: _, examplesHash: __, ...entry }: MeasuredEntry) => entry

function withNotes(entry: MeasuredEntry, others: readonly MeasuredEntry[]): MeasuredEntry {
  const further = others.filter(({ note }) => note !== undefined && note !== entry.note)
  if (further.length === 0) return entry
  const notes = further.map(({ split, note }) => `on the ${split} split: ${note}`)
  return {
    ...entry,
    note: [...(entry.note === undefined ? [] : [entry.note]), ...notes].join('; '),
  }
}

const withoutNote = ({ note: _, ...entry }: MeasuredEntry): MeasuredEntry => entry

/** A cell that stays on one line. */
const unbroken = (cell: string): string => cell.replaceAll(' ', '\u00a0')

/** The standard error of a mean, or the interval of another figure. */
function errorText({ standardError: error, interval }: MeasuredEntry): string {
  if (error !== undefined) return `± ${formatFigure(error)}`
  return interval ? interval.map(formatFigure).join(' – ') : ''
}
