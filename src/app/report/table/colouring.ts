import { cellText } from '../../../data/table/cell-text.ts'
import { hasCategories } from '../../../data/table/model-cells.ts'
import type { TableColumn } from '../../../distributions/columns/column.ts'
import { columnVariances } from '../../../evaluate/statistics/variance.ts'
import type { Floats } from '../../../tensor/host.ts'
import { percent } from '../../../tensor/numbers.ts'
import { cellsOf } from './form.ts'

/** A colour for each of some rows, by one column of theirs. */
export interface Colouring {
  readonly column: TableColumn
  /** The group of each row; -1 for a missing value. */
  readonly groups: readonly number[]
  readonly names: readonly string[]
  /** Whether the groups are ranges of a number, in order. */
  readonly sequential: boolean
  /** Share of the variance of the points that lies between the groups. */
  readonly share: number
}

/** Categories that have a colour of their own, and ranges of numbers. */
const [MOST_CATEGORIES, RANGES] = [9, 6]

/**
 * The column that says most about where codes lie in the plane: between whose categories, or ranges of numbers with equally
 * many rows, the largest share of the variance of the points lies. Undefined if no column has two groups.
 *
 * @param points `[n, 2]`
 * @param cells of the same rows, `[n, C]`
 */
export function mostInformative(
  points: Floats,
  cells: Floats,
  columns: readonly TableColumn[],
): Colouring | undefined {
  return columns
    .map((column, i): Colouring => {
      const own = cellsOf(cells, i)
      const grouped = hasCategories(column) ? byCategory(column, own) : byRange(column, own)
      return { column, ...grouped, share: shareBetween(points, grouped.groups) }
    })
    .filter(({ names, share }) => names.length > 1 && share > 0)
    .reduce<Colouring | undefined>((a, b) => (a && a.share >= b.share ? a : b), undefined)
}

/** Says which column colours the codes, and why. */
export const colouringText = ({ column, share }: Colouring): string =>
  `Coloured by ${JSON.stringify(column.name)}, the column that says most about where a code lies here: ${percent(share)} of the variance lies between its ${hasCategories(column) ? 'categories' : 'ranges'}.`

function byCategory({ categories = [] }: TableColumn, cells: readonly number[]) {
  const counts = categories.map((_, i) => cells.filter((cell) => cell === i).length)
  const order = categories
    .map((_, i) => i)
    .filter((i) => counts[i]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
  const own = order.length > MOST_CATEGORIES + 1 ? order.slice(0, MOST_CATEGORIES) : order
  const others = order.length - own.length
  const groups = cells.map((cell) => {
    const place = own.indexOf(cell)
    return place < 0 && others > 0 && cell >= 0 && cell < categories.length ? own.length : place
  })
  const names = own.map((i) => categories[i]!)
  return {
    groups,
    names: others > 0 ? [...names, `${others} others`] : names,
    sequential: false,
  }
}

/** Ranges with about equally many rows; values that many rows share are a range of their own. */
function byRange(column: TableColumn, cells: readonly number[]) {
  const sorted = cells.filter((cell) => !Number.isNaN(cell)).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
  const starts = [...new Set(Array.from({ length: RANGES }, (_, i) => at(i / RANGES)))]
  const groups = cells.map((cell) => starts.filter((start) => cell >= start).length - 1)
  const names = starts.map((start, i) => {
    const low = cellText(column, start)
    if (i === starts.length - 1) return `${low} or more`
    return `${low} to ${cellText(column, starts[i + 1]!)}`
  })
  return { groups, names, sequential: true }
}

/**
 * The share of the variance of points between groups of them, less what as many random groups would have: 1 - (1 - η²)
 * (n - 1) / (n - K).
 */
function shareBetween(points: Floats, groups: readonly number[]): number {
  const kept = groups.flatMap((group, row) => (group < 0 ? [] : [row]))
  const sums = new Map<number, { count: number; x: number; y: number }>()
  const values = Float32Array.from(
    kept.flatMap((row) => [points.data[2 * row]!, points.data[2 * row + 1]!]),
  )
  kept.forEach((row, i) => {
    const sum = sums.get(groups[row]!) ?? { count: 0, x: 0, y: 0 }
    sums.set(groups[row]!, sum)
    sum.count++
    sum.x += values[2 * i]!
    sum.y += values[2 * i + 1]!
  })
  const n = kept.length
  if (n <= sums.size) return 0
  const total = columnVariances({ dtype: 'float32', shape: [n, 2], data: values }).reduce(
    (a, b) => a + b,
    0,
  )
  const mean = [0, 1].map(
    (d) => values.filter((_, at) => at % 2 === d).reduce((a, b) => a + b, 0) / n,
  )
  const between = [...sums.values()].reduce(
    (sum, { count, x, y }) =>
      sum + (count / n) * ((x / count - mean[0]!) ** 2 + (y / count - mean[1]!) ** 2),
    0,
  )
  return total > 0 ? 1 - ((1 - between / total) * (n - 1)) / (n - sums.size) : 0
}
