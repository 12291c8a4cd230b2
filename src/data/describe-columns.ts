import { standingOut } from './column-remarks.ts'
import type { ColumnStatistics } from './column-statistics.ts'

/** What the columns of an array hold. */
export interface ColumnsDescription {
  /** How many there are, how many of them are constant, and how many have values that are not finite. */
  readonly count: number
  readonly constant: number
  readonly nonFinite: number
  /** The smallest and the largest standard deviation; null if there are no finite values. */
  readonly deviations: readonly [smallest: number, largest: number] | null
  /** What stands out, in sentences: outliers, unlike scales, constant columns of a table. */
  readonly remarks: readonly string[]
  /** All columns of a table of at most 20; otherwise at most 20 of those that stand out. */
  readonly shown: readonly ColumnStatistics[]
}

/** With more columns than these, only those are shown that stand out. */
const MOST_SHOWN = 20

/** Describes the columns of an array. */
export function describeColumns(
  columns: readonly ColumnStatistics[],
  isTable: boolean,
): ColumnsDescription {
  const stand = standingOut(columns, isTable)
  const deviations = [
    extreme(columns, 'deviation', Math.min),
    extreme(columns, 'deviation', Math.max),
  ] as const
  return {
    count: columns.length,
    constant: columns.filter(({ constant }) => constant).length,
    nonFinite: columns.filter(({ nonFinite }) => nonFinite > 0).length,
    deviations: deviations[0] === null ? null : (deviations as [number, number]),
    remarks: stand.remarks,
    shown: isTable && columns.length <= MOST_SHOWN ? columns : stand.columns.slice(0, MOST_SHOWN),
  }
}

/** The smallest or the largest of a figure of columns; null if no column has it. */
export function extreme(
  columns: readonly ColumnStatistics[],
  figure: 'min' | 'max' | 'deviation',
  of: (a: number, b: number) => number,
): number | null {
  return columns.reduce<number | null>((found, column) => {
    const value = column[figure]
    return value === null ? found : found === null ? value : of(found, value)
  }, null)
}
