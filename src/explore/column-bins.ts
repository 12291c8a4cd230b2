import { numberText } from '../data/table/cell-text.ts'
import { dateOfDays } from '../data/table/dates.ts'
import { hasCategories, valueOfCell } from '../data/table/model-cells.ts'
import type { TableColumn } from '../distributions/columns/column.ts'

/** Values of a column, divided into bins. */
export interface ColumnBins {
  /** What each bin holds: a category, `100–999`, or for `edges` undefined its place. */
  readonly labels: readonly string[]
  /** Ends of the bins of a histogram, one more than bins, in the units of the file; absent for bars with names. */
  readonly edges?: readonly number[] | undefined
  /** The bin of a cell; undefined for a missing one. */
  binOf(cell: number): number | undefined
}

/** Categories that have a bar of their own, and bins of a histogram. */
const [MOST_CATEGORIES, BINS] = [7, 24]

/** A count or positive column whose largest value is above this has a bar for each power of ten. */
const WIDE = 1000

/**
 * Bins for a column by its values in some rows: the most frequent categories and all others, powers of ten for numbers of
 * many sizes, else 24 equal bins over what lies between the 1 % and the 99 % quantile, the outer ones with all beyond.
 */
export function columnBins(column: TableColumn, cells: readonly number[]): ColumnBins {
  if (hasCategories(column)) return categoryBins(column, cells)
  const values = cells
    .filter((cell) => !Number.isNaN(cell))
    .map((cell) => valueOfCell(column, cell))
    .sort((a, b) => a - b)
  const isSize = column.kind === 'count' || column.kind === 'positive'
  if (isSize && values.at(-1)! > WIDE) return decadeBins(column, values)
  return equalBins(column, values)
}

function categoryBins(column: TableColumn, cells: readonly number[]): ColumnBins {
  const categories = column.categories ?? []
  const counts = categories.map(() => 0)
  for (const cell of cells) if (cell < counts.length) counts[cell]!++
  const order = categories.map((_, i) => i)
  // The order of an ordinal column means something.
  if (column.kind !== 'ordinal' || categories.length > MOST_CATEGORIES)
    order.sort((a, b) => counts[b]! - counts[a]! || a - b)
  const own = order.length > MOST_CATEGORIES + 1 ? order.slice(0, MOST_CATEGORIES) : order
  const rest = categories.length - own.length
  const place = new Map(own.map((category, bin) => [category, bin]))
  const other = rest > 0 ? own.length : undefined
  return {
    labels: [...own.map((i) => categories[i]!), ...(rest > 0 ? [`${rest} others`] : [])],
    binOf: (cell) =>
      cell >= 0 && cell < categories.length ? (place.get(cell) ?? other) : undefined,
  }
}

function decadeBins(column: TableColumn, values: readonly number[]): ColumnBins {
  const power = (value: number) => Math.floor(Math.log10(value) + 1e-12)
  const first = Math.max(0, power(values.find((value) => value > 0)!))
  const last = power(values.at(-1)!)
  const low = column.kind === 'count' ? '0' : `below ${numberText(10 ** first)}`
  const decades = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  const labels = decades.map((decade, i) =>
    i === decades.length - 1
      ? `${numberText(10 ** decade)} or more`
      : column.kind === 'count'
        ? `${numberText(10 ** decade)}–${numberText(10 ** (decade + 1) - 1)}`
        : `from ${numberText(10 ** decade)}`,
  )
  return {
    labels: [low, ...labels],
    binOf(cell) {
      if (Number.isNaN(cell)) return undefined
      const value = valueOfCell(column, cell)
      const least = column.kind === 'count' ? 1 : 10 ** first
      return value < least ? 0 : 1 + Math.min(last, Math.max(first, power(value))) - first
    },
  }
}

function equalBins(column: TableColumn, values: readonly number[]): ColumnBins {
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? 0
  const [low, high] = [at(0.01), at(0.99)]
  const span = high > low ? high - low : 1
  const isWhole = column.kind === 'count' && span < BINS
  const bins = isWhole ? Math.round(span) + 1 : BINS
  const width = isWhole ? 1 : span / bins
  const start = isWhole ? low - 0.5 : low
  return {
    labels: Array.from({ length: bins }, (_, i) => numberText(start + i * width)),
    edges: Array.from({ length: bins + 1 }, (_, i) => start + i * width),
    binOf(cell) {
      if (Number.isNaN(cell)) return undefined
      const bin = Math.floor((valueOfCell(column, cell) - start) / width)
      return Math.max(0, Math.min(bins - 1, bin))
    },
  }
}

/** The share of values in each bin. All are 0 if there are none. */
export function binShares(bins: ColumnBins, cells: readonly number[]): number[] {
  const counts = bins.labels.map(() => 0)
  for (const cell of cells) {
    const bin = bins.binOf(cell)
    if (bin !== undefined) counts[bin]!++
  }
  const total = counts.reduce((a, b) => a + b, 0)
  return counts.map((count) => (total > 0 ? count / total : 0))
}

/** Half the sum of the differences of shares: the share that would have to move to another bin. */
export const shareApart = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, share, i) => sum + Math.abs(share - b[i]!), 0) / 2

/** The first and the last value of a histogram, as a file writes them. */
export const endTexts = (column: TableColumn, edges: readonly number[]): [string, string] => {
  const text = (value: number) =>
    column.kind === 'datetime'
      ? dateOfDays(Math.round(value)).toISOString().slice(0, 10)
      : numberText(value)
  return [text(edges[0]!), text(edges.at(-1)!)]
}
