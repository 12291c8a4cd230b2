import type { DataSet, SplitName } from '../../../data/dataset.ts'
import { evenly } from '../../../data/indices.ts'
import { splitValues } from '../../../data/rows.ts'
import type { TableForm } from '../../../data/table/form.ts'
import type { Floats } from '../../../tensor/host.ts'
import { grouped } from '../../../tensor/numbers.ts'

/** The columns of a table with kinds; undefined for images, and for arrays of numbers. */
export const kindsOf = ({ form }: DataSet): TableForm | undefined =>
  form.table && !form.table.numbers ? form.table : undefined

/** Rows of a split, at most 10,000, evenly spread over it. */
export const someRows = (data: DataSet, split: SplitName): number[] =>
  evenly(data.splits[split].rows.length, 10_000)

/** One column of cells `[n, C]`. */
export function cellsOf({ shape, data }: Floats, column: number): number[] {
  const width = shape[1]!
  return Array.from({ length: shape[0]! }, (_, row) => data[row * width + column]!)
}

/** What a test row is called: its key columns, and its number in the file, counted from 1. */
export function rowNames(data: DataSet, indices: readonly number[]): string[] {
  const { rows, keys } = data.splits.test
  const own = indices.map((index) => rows[index]!)
  const named = keys?.of(own)
  return own.map((row, i) => {
    const key = named?.[i]?.filter((text) => text !== null).join(', ')
    return key ? `${key} (row ${grouped(row + 1)})` : `row ${grouped(row + 1)}`
  })
}

/** Cells of rows of a split. */
export const cellsAt = (data: DataSet, split: SplitName, indices: readonly number[]): Floats =>
  splitValues(data, split, indices)
