import type { TableColumn } from '../../distributions/columns/column.ts'
import { counted } from '../../tensor/numbers.ts'
import type { TableSchema } from './schema.ts'

/** How the rows of a table become examples: part of the form of a model's training data. */
export interface TableForm {
  /** What every column of the file is, with all its categories. */
  readonly schema: TableSchema
  /** The columns that the model is trained on. */
  readonly columns: readonly TableColumn[]
  /** Whether it is an array of numbers, all of whose columns are numeric. */
  readonly numbers?: boolean | undefined
}

/** Describes the columns: `5 numeric columns, 2 categorical, 1 count; 3 with missing values`. */
export function columnsText({ columns }: Pick<TableForm, 'columns'>): string {
  const kinds = [...new Set(columns.map(({ kind }) => kind))]
  const counts = kinds.map((kind) => {
    const count = columns.filter((column) => column.kind === kind).length
    return `${count} ${kind}`
  })
  const gaps = columns.filter((column) => column.gaps).length
  const missing = gaps > 0 ? `; ${gaps} with missing values` : ''
  return `rows of a table with ${counted(columns.length, 'column')}: ${counts.join(', ')}${missing}`
}
