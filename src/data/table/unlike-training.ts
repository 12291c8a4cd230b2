import type { TableColumn } from '../../distributions/columns/column.ts'
import { shortened } from '../../tensor/described.ts'
import { counted, grouped } from '../../tensor/numbers.ts'
import { positionOf } from './cell-store.ts'
import { dateText } from './cells.ts'
import { dateOfDays } from './dates.ts'
import { hasCategories } from './model-cells.ts'
import type { PackedTable } from './packed.ts'
import { tableChunks } from './table-chunks.ts'

interface Found {
  count: number
  /** The first of them, counted from 0, and its value. */
  row: number
  value: number
}

/**
 * What in a table is unlike the training rows of a model, in sentences that name row and column: categories that no
 * training row had, numbers farther outside of the training range than that range is wide, and missing values in columns
 * that had none.
 */
export function unlikeTraining(table: PackedTable, columns: readonly TableColumn[]): string[] {
  const judged = columns.map((column) => {
    const at = positionOf(table, column.name)
    const { dictionary } = table.columns[at]!
    const found = { unlike: none(), missing: none() }
    return { column, at, dictionary, verdictOn: verdicts(column, dictionary), found }
  })
  const stride = table.columns.length
  for (const { start, count, values } of tableChunks(table))
    for (const { at, verdictOn, found } of judged)
      for (let i = 0; i < count; i++) {
        const value = values[i * stride + at]!
        const verdict = verdictOn(value)
        if (verdict === undefined) continue
        if (found[verdict].count++ === 0) Object.assign(found[verdict], { row: start + i, value })
      }
  return judged.flatMap(({ column, dictionary, found: { unlike, missing } }) => [
    ...remark(column, missing, () => 'a missing value, which no training row has'),
    ...remark(column, unlike, (value) => unlikeText(column, value, dictionary)),
  ])
}

const none = (): Found => ({ count: 0, row: 0, value: 0 })

/** What is odd about a packed value of a column. */
function verdicts(column: TableColumn, dictionary: readonly string[] = []) {
  const { gaps } = column
  const isUnlike = unlike(column, dictionary)
  return (value: number): 'unlike' | 'missing' | undefined => {
    if (Number.isNaN(value)) return gaps ? undefined : 'missing'
    return isUnlike(value) ? 'unlike' : undefined
  }
}

function unlike(column: TableColumn, dictionary: readonly string[]): (value: number) => boolean {
  if (hasCategories(column)) {
    const isKnown = dictionary.map((text) => column.categories?.includes(text) ?? false)
    return (code) => !isKnown[code]
  }
  if (!column.range) return () => false
  const [low, high] = column.range
  const width = high - low
  return (value) => value < low - width || value > high + width
}

/** A sentence, where there is something to say. */
function remark(
  { name }: TableColumn,
  { count, row, value }: Found,
  what: (value: number) => string,
): string[] {
  if (count === 0) return []
  const more = count > 1 ? ` and ${counted(count - 1, 'other row')}` : ''
  return [`row ${grouped(row + 1)}${more}, column ${JSON.stringify(name)}: ${what(value)}`]
}

function unlikeText(
  column: TableColumn,
  value: number,
  dictionary: readonly string[] = [],
): string {
  if (hasCategories(column))
    return `the category ${shortened(dictionary[value] ?? '')} occurs in no training row; its likelihood is not counted`
  const [found, low, high] = apart([value, ...column.range!], column.kind === 'datetime')
  return `${found} is far outside of the training range, ${low} to ${high}`
}

/** Significant digits of a fraction, where they suffice to distinguish it from the others; and the most that one has. */
const [DIGITS, MOST_DIGITS] = [6, 17]

/** Numbers as texts that differ where the numbers do. Days are shown as dates. */
function apart(values: readonly number[], areDays: boolean): string[] {
  if (areDays) return values.map((days) => dateText(dateOfDays(days)))
  const different = new Set(values).size
  for (let digits = DIGITS; ; digits++) {
    const texts = values.map((value) =>
      String(Number.isSafeInteger(value) ? value : Number(value.toPrecision(digits))),
    )
    if (new Set(texts).size === different || digits === MOST_DIGITS) return texts
  }
}
