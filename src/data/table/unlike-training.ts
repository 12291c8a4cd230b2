import type { TableColumn } from '../../distributions/columns/column.ts'
import { shortened } from '../../tensor/described.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { positionOf } from './cell-store.ts'
import { hasCategories } from './model-cells.ts'
import type { PackedTable } from './packed.ts'
import { tableChunks } from './table-chunks.ts'

interface Unlike {
  count: number
  /** The first of them, counted from 0, and its value. */
  row: number
  value: number
}

/**
 * What in a table is unlike the training rows of a model, in a sentence for each column: categories that no training
 * row had, and numbers farther outside of the training range than that range is wide.
 */
export function unlikeTraining(table: PackedTable, columns: readonly TableColumn[]): string[] {
  const judged = columns.map((column) => {
    const at = positionOf(table, column.name)
    return { column, at, isUnlike: unlike(column, table.columns[at]!.dictionary), found: none() }
  })
  const stride = table.columns.length
  for (const { start, count, values } of tableChunks(table))
    for (const { at, isUnlike, found } of judged)
      for (let i = 0; i < count; i++) {
        const value = values[i * stride + at]!
        if (!isUnlike(value)) continue
        if (found.count++ === 0) Object.assign(found, { row: start + i, value })
      }
  return judged
    .filter(({ found }) => found.count > 0)
    .map(({ column, at, found }) => remark(column, found, table.columns[at]!.dictionary))
}

const none = (): Unlike => ({ count: 0, row: 0, value: 0 })

/** Whether a packed value is unlike the training values of a column; a missing one never is. */
function unlike(column: TableColumn, dictionary: readonly string[] = []) {
  if (hasCategories(column)) {
    const isKnown = dictionary.map((text) => column.categories?.includes(text) ?? false)
    return (code: number) => !Number.isNaN(code) && !isKnown[code]
  }
  if (!column.range) return () => false
  const [low, high] = column.range
  const width = high - low
  return (value: number) => value < low - width || value > high + width
}

function remark(
  { name, range, ...column }: TableColumn,
  { count, row, value }: Unlike,
  dictionary: readonly string[] = [],
): string {
  const more = count > 1 ? ` and ${counted(count - 1, 'other row')}` : ''
  const where = `row ${grouped(row + 1)}${more}, column ${JSON.stringify(name)}`
  if (hasCategories(column))
    return `${where}: the category ${shortened(dictionary[value] ?? '')} occurs in no training row; its likelihood is not counted`
  const [low, high] = range!
  return `${where}: ${Number(value.toPrecision(6))} is far outside of the training range, ${Number(low.toPrecision(6))} to ${Number(high.toPrecision(6))}`
}
