import { hasCategories } from '../../data/table/model-cells.ts'
import type { TableColumn } from '../../distributions/columns/column.ts'

/** Which columns of a table a packed row holds where: indices of columns, in the order of the table. */
export interface Positions {
  /** Columns of `numbers`: numeric, positive, count and datetime. */
  readonly numbers: readonly number[]
  /** Columns of `categories`: binary, categorical and ordinal. */
  readonly categories: readonly number[]
}

export function positionsOf(columns: readonly TableColumn[]): Positions {
  const all = columns.map((_, i) => i)
  return {
    numbers: all.filter((i) => !hasCategories(columns[i]!)),
    categories: all.filter((i) => hasCategories(columns[i]!)),
  }
}

/** K, the number of categories of a column: the index that stands for a category that training has not seen. */
export const unseenIndex = ({ categories }: TableColumn): number => categories?.length ?? 0
