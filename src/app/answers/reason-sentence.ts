import type { ExpectedValue } from '../../answers/anomaly/expected-values.ts'
import { cellText, numberText } from '../../data/table/cell-text.ts'
import { cellOf, hasCategories } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'
import { shortened } from '../../tensor/described.ts'
import { excessText } from './reasons.ts'

/** Letters of a name and of a text of the data that a page has room for. */
const [NAME, TEXT] = [60, 80]

/** A value with the name of its column: `pressure 9.1`. */
export const namedCell = (column: TableColumn, cell: number): string =>
  `${shortened(column.name, NAME)} ${textOf(column, cell)}`

/** A cell on one line, as much of it as a page has room for. */
const textOf = (column: TableColumn, cell: number): string =>
  shortened(cellText(column, cell).replace(/\s+/g, ' '), TEXT)

/**
 * A reason in words: `pressure 9.1: usually 1.2 to 3.4 for such rows, +14.2 nats`.
 *
 * @param excess what the column adds to the score beyond what it usually does
 * @param unit of the excess; empty where it has none
 */
export function reasonSentence(
  column: TableColumn,
  cell: number,
  expected: ExpectedValue,
  { excess, unit }: { readonly excess: number; readonly unit: string },
): string {
  const added = `+${excessText(excess)}${unit && ` ${unit}`}`
  return `${namedCell(column, cell)}: ${expectation(column, cell, expected)}, ${added}`
}

function expectation(column: TableColumn, cell: number, expected: ExpectedValue): string {
  const { interval, probability } = expected
  if (hasCategories(column) && !interval) return ofCategory(column, cell, expected)
  const text = textsOf(column, interval)
  if (!interval) return `expected about ${text(expected.value)}`
  const [low, high] = [text(interval.low), text(interval.high)]
  const usual = low === high ? low : `${low} to ${high}`
  const certain = low === high && probability ? ` (${shareText(probability)})` : ''
  const isWithin = cell >= cellOf(column, interval.low) && cell <= cellOf(column, interval.high)
  return isWithin
    ? `within ${usual}${certain}, as usual for such rows`
    : `usually ${usual}${certain} for such rows`
}

function ofCategory(
  column: TableColumn,
  cell: number,
  { value, probability }: ExpectedValue,
): string {
  const share = probability === undefined ? '' : ` (${shareText(probability)})`
  if (cell === value) return `as expected for such rows${share}`
  const text = textOf(column, value)
  if (probability === undefined) return `expected ${text}`
  return `${probability < 0.5 ? 'most often' : 'usually'} ${text}${share} for such rows`
}

/** How values of a column are written beside each other: numbers to about a fiftieth of the width of an interval. */
function textsOf(
  column: TableColumn,
  interval: ExpectedValue['interval'],
): (value: number) => string {
  const { kind, scale } = column
  if (kind === 'positive') return (value) => numberText(Number(value.toPrecision(2)))
  if (kind !== 'numeric') return (value) => textOf(column, cellOf(column, value))
  const width = interval && interval.high > interval.low ? interval.high - interval.low : scale
  return (value) => numberText(roundedTo(value, width / 10))
}

/** A number with the last decimal of a size, such as 0.1 for 0.25: whole numbers for sizes above 1. */
function roundedTo(value: number, size: number): number {
  const decimals = Math.max(0, Math.min(100, Math.ceil(-Math.log10(size))))
  return Number(value.toFixed(decimals))
}

/** A probability in words that never say 0 or 100 per cent. */
const shareText = (share: number): string => {
  const percent = Math.round(100 * share)
  if (percent >= 100) return 'above 99\u00a0%'
  return percent < 1 ? 'below 1\u00a0%' : `${percent}\u00a0%`
}
