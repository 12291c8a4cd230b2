import type { ColumnStatistics } from './column-statistics.ts'

/** Columns whose spreads differ by this factor are of unlike scales: one has 10⁴ times the variance of the other. */
const UNLIKE = 100

/** The columns of the smallest and of the largest spread. */
export interface Scales {
  readonly smallest: ColumnStatistics
  readonly largest: ColumnStatistics
}

/** The columns that differ most in scale, if they differ by `UNLIKE`; constant columns do not count. */
export function unlikeScales(columns: readonly ColumnStatistics[]): Scales | undefined {
  const known = columns.filter(({ spread }) => spread > 0)
  const [first, ...others] = known
  if (!first) return undefined
  let [smallest, largest] = [first, first]
  for (const column of others) {
    if (column.spread < smallest.spread) smallest = column
    if (column.spread > largest.spread) largest = column
  }
  return largest.spread >= UNLIKE * smallest.spread ? { smallest, largest } : undefined
}

/** `column 2`, `columns 0, 1 and 4`, or the first of many: `columns 0, 1, 2, 3, 4 and 12 more`. */
export function columnsText(columns: readonly number[]): string {
  if (columns.length === 1) return `column ${columns[0]}`
  const shown = columns.length > MOST_NAMED ? MOST_NAMED - 1 : columns.length - 1
  const rest = columns.length - shown
  const last = rest === 1 ? columns.at(-1) : `${rest} more`
  return `columns ${columns.slice(0, shown).join(', ')} and ${last}`
}

/** Columns that a sentence names. */
const MOST_NAMED = 6

/** A number in a sentence. */
export const short = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e6
    ? String(value)
    : String(Number(value.toPrecision(3)))

/** What stands out among the columns of an array. */
export interface StandingOut {
  /** In sentences. */
  readonly remarks: readonly string[]
  /** The columns that they are about. */
  readonly columns: readonly ColumnStatistics[]
}

/** What stands out among columns: values that are not finite, outliers, unlike scales, constant columns. */
export function standingOut(columns: readonly ColumnStatistics[], isTable: boolean): StandingOut {
  const broken = columns.filter(({ nonFinite }) => nonFinite > 0)
  const outlying = columns.filter(({ outliers }) => outliers)
  // A pixel in the margin of images is often the same in all of them, and dark ones vary little.
  const constant = isTable ? columns.filter((column) => column.constant) : []
  const scales = isTable ? unlikeScales(columns) : undefined
  const unlike = scales ? ofUnlikeScale(columns, scales) : []
  const found = new Set([...broken, ...outlying, ...unlike, ...constant])
  const names = (some: readonly ColumnStatistics[]) => columnsText(some.map(({ column }) => column))
  const has = (some: readonly unknown[]) => (some.length === 1 ? 'has' : 'have')
  return {
    remarks: [
      ...(broken.length > 0 ? [`${names(broken)} ${has(broken)} values that are not finite`] : []),
      ...outlying.slice(0, MOST_NAMED).map(outlierText),
      ...(outlying.length > MOST_NAMED
        ? [`${outlying.length - MOST_NAMED} more columns have outliers`]
        : []),
      ...(scales ? [scalesText(scales)] : []),
      ...(constant.length > 0
        ? [`${names(constant)} ${constant.length === 1 ? 'is' : 'are'} constant`]
        : []),
    ],
    columns: columns.filter((column) => found.has(column)),
  }
}

/** The columns on the rarer side: those near the smallest spread, or those near the largest. */
function ofUnlikeScale(
  columns: readonly ColumnStatistics[],
  { smallest, largest }: Scales,
): ColumnStatistics[] {
  const middle = Math.sqrt(smallest.spread * largest.spread)
  const small = columns.filter(({ spread }) => spread > 0 && spread < middle)
  const large = columns.filter(({ spread }) => spread >= middle)
  return small.length < large.length ? small : large
}

/** `column 3 has an outlier: 3e+38 in row 7, 2e+38 times the spread of the other values away from their median`. */
export function outlierText({ column, outliers }: ColumnStatistics): string {
  const { count, value, row, distance } = outliers!
  const where = `${short(value)} in row ${row}, ${short(distance)} times the spread of the other values away from their median`
  return count === 1
    ? `column ${column} has an outlier: ${where}`
    : `column ${column} has ${count} outliers; the farthest is ${where}`
}

export const scalesText = ({ smallest, largest }: Scales): string =>
  `the columns have unlike scales: values spread by ${short(smallest.spread)} in column ${smallest.column} and by ${short(largest.spread)} in column ${largest.column}`
