import { missingMarks, numberIn } from '../cells.ts'
import type { ColumnType } from '../original.ts'
import type { Cell, RecordSource } from '../records.ts'

const marks = new Set(['', ...missingMarks])

/** Whether a text usually stands for a missing value. */
export const isMissingText = (text: string): boolean => marks.has(text.trim())

/** Whole numbers of 64 bits. */
const LARGEST_INTEGER = 2n ** 63n - 1n

/**
 * What the columns of a table hold, found in one pass over its rows, for formats whose columns have types. In a file
 * of text, texts are numbers where each of them is one, as `numberIn` reads it and without leading zeros, or stands for a
 * missing value. Columns of unlike values are text.
 */
export async function typesOf(source: RecordSource): Promise<readonly ColumnType[]> {
  if (source.original?.format === 'made') return source.original.types
  const isText = source.format === 'csv' || source.format === 'arff'
  const found = source.columns.map(() => new Set<ColumnType>())
  const open = new Set(found.keys())
  for await (const { count, columns } of source.batches()) {
    if (open.size === 0) break
    for (const j of open) {
      const cells = columns[j]!
      if (cells instanceof Float32Array || cells instanceof Float64Array) {
        found[j]!.add('number')
        continue
      }
      for (let row = 0; row < count; row++) {
        const type = typeOf(cells[row], isText)
        if (type) found[j]!.add(type)
      }
      if (found[j]!.has('text')) open.delete(j)
    }
  }
  return found.map(commonType)
}

function typeOf(cell: Cell, isText: boolean): ColumnType | undefined {
  switch (typeof cell) {
    case 'number':
      return Number.isNaN(cell) ? undefined : Number.isSafeInteger(cell) ? 'integer' : 'number'
    case 'bigint':
      return cell <= LARGEST_INTEGER && cell >= -LARGEST_INTEGER - 1n ? 'integer' : 'text'
    case 'boolean':
      return 'boolean'
    case 'string':
      if (!isText) return 'text'
      return isMissingText(cell) ? undefined : typeOfText(cell)
    default:
      return cell instanceof Date ? 'date' : undefined
  }
}

function typeOfText(text: string): ColumnType {
  const value = numberIn(text)
  if (value === undefined || /^\s*[+-]?0\d/.test(text)) return 'text'
  if (/^\s*-?\d+\s*$/.test(text)) return Number.isSafeInteger(value) ? 'integer' : 'text'
  return 'number'
}

function commonType(types: ReadonlySet<ColumnType>): ColumnType {
  if (types.size === 1) return [...types][0]!
  const isNumber = types.size === 2 && types.has('integer') && types.has('number')
  return isNumber ? 'number' : 'text'
}

/** A cell as a value of a typed column: a number as a whole one, a text as the number that it writes; null for a missing one. */
export function valueAs(type: ColumnType, cell: Cell): Exclude<Cell, undefined> {
  if (cell === null || cell === undefined || (typeof cell === 'number' && Number.isNaN(cell)))
    return null
  if (type === 'boolean' && typeof cell === 'string') return cell === 'true'
  if (type === 'text' || type === 'date' || type === 'boolean') return cell
  const value = typeof cell === 'string' ? numberIn(cell) : cell
  if (value === undefined) return null
  return type === 'integer' && typeof value === 'number' ? Math.round(value) : value
}
