import { cellText } from '../../data/table/cell-text.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'

/** A column that makes a row odd. */
export interface Reason {
  /** Its index among the columns that the model was trained on. */
  readonly column: number
  /** How much more it adds to the score than it does to that of a normal row on average, in the score's unit. */
  readonly excess: number
}

/** The columns that add most to a score beyond what they usually add, most first. */
export function reasonsOf(
  shares: ArrayLike<number>,
  typical: ArrayLike<number>,
  most: number,
): Reason[] {
  return Array.from(typical, (mean, column) => ({ column, excess: shares[column]! - mean }))
    .filter(({ excess }) => excess > 0)
    .sort((a, b) => b.excess - a.excess || a.column - b.column)
    .slice(0, most)
}

/** Reasons on one line: `pressure 9.1 (+14.2); valve open (+2.1)`. */
export const reasonText = (
  reasons: readonly Reason[],
  columns: readonly TableColumn[],
  cells: ArrayLike<number>,
): string =>
  reasons
    .map(({ column, excess }) => {
      const { name } = columns[column]!
      return `${name} ${cellText(columns[column]!, cells[column]!)} (+${excessText(excess)})`
    })
    .join('; ')

/** Two digits, or one after the point. */
export const excessText = (excess: number): string =>
  excess < 1 ? String(Number(excess.toPrecision(2))) : excess.toFixed(1)
