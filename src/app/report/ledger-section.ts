import type { Section } from '../../report/html.ts'
import { formatFigure, type LedgerEntry, ledgerTable } from '../../report/ledger.ts'
import type { Table } from '../../report/table.ts'
import type { Evaluation } from '../evaluation.ts'
import type { MeasuredEntry } from '../ledger-entries.ts'

/** Every figure of the evaluated splits, with what it is. */
export function ledgerSection(evaluations: readonly Evaluation[]): Section {
  return {
    id: 'ledger',
    title: 'Loss ledger',
    caption:
      'What the figures are and what they are not. Only figures of the same kind, unit, split, likelihood and binarisation can be compared. A bound is one on the log-likelihood of the data; an objective is a number that training minimises, or a part of one, and bounds nothing; an error measures one reconstruction. Where the number of samples is 0, nothing random was drawn.',
    figures: [],
    table: withErrors(evaluations.flatMap(({ ledger }) => ledger)),
  }
}

/** The ledger with the standard errors in a column of their own, which here keeps the notes few. */
function withErrors(entries: readonly MeasuredEntry[]): Table {
  const table = ledgerTable(
    entries.map(({ remark, note: _, standardError: __, ...entry }): LedgerEntry => {
      return { ...entry, ...(remark && { note: remark }) }
    }),
  )
  const after = table.columns.findIndex(({ title }) => title === 'value') + 1
  const cells = entries.map(({ standardError: error }) =>
    error ? `${error.atMost ? '≤ ' : ''}${formatFigure(error.value)}` : '',
  )
  return {
    ...table,
    columns: table.columns.toSpliced(after, 0, { title: 'std. error', numeric: true }),
    rows: table.rows.map((row, i) => row.toSpliced(after, 0, cells[i]!)),
  }
}
