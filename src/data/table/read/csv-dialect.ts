import { UserError } from '../../../tensor/errors.ts'
import { option, worded } from '../../../tensor/wording.ts'
import type { TableReading } from '../records.ts'
import { type CsvRow, csvRows, type Dialect } from './csv-rows.ts'

/** Characters that are tried as separators. */
const separators = [',', ';', '\t', '|'] as const

/** Numbers with a decimal comma, `3,5` or `1.234,50`; not `1,000`. */
export const DECIMAL_COMMA = /^[-+]?(\d+|\d{1,3}(\.\d{3})+),(\d{1,2}|\d{4,})$/

/** Numbers with a decimal point; not `1.000`. */
const DECIMAL_POINT = /^[-+]?\d+\.(\d{1,2}|\d{4,})$/

/** How many rows are looked at. */
const LOOKED_AT = 200

/** What divides a table of text into cells, and its first row. */
export interface CsvLayout extends Dialect {
  /** The first row that is not empty, and whether it holds the names of the columns. */
  readonly first: CsvRow
  readonly header: boolean
  readonly decimal: 'point' | 'comma'
  /** What was found out and not stated. */
  readonly found: readonly ('separator' | 'header' | 'decimal')[]
}

/**
 * Finds out how the beginning of a text is to be read, where that is not stated.
 *
 * The separator is the one of comma, semicolon, tab and bar with which the most rows have as many values as the first,
 * more than one; the one with more values among equals. A first row is a header if its values could be names (all
 * different, none a number or a mark of a missing value), or if a column with a text on top holds only numbers below.
 * Numbers have a decimal comma where the comma separates nothing, some look so (`3,5`), and none has a point.
 *
 * @param isWhole whether `head` is the whole text
 * @returns undefined for a text without rows, or one with fewer than two if it goes on
 * @throws UserError for a separator that cannot be one
 */
export function csvLayout(
  head: string,
  isWhole: boolean,
  reading: TableReading,
  name: string,
): CsvLayout | undefined {
  const { comment } = reading
  const stated = statedSeparator(reading, name)
  const separator = stated ?? foundSeparator(head, isWhole, reading)
  const rows = sample(head, isWhole, { separator, comment }, name)
  const first = rows[0]
  if (!first || (rows.length < 2 && !isWhole)) return undefined
  const header = reading.header ?? isHeader(rows.map(({ cells }) => cells))
  const isComma = reading.decimal === undefined && separator !== ',' && hasDecimalCommas(rows)
  const found = [
    ...(stated === undefined ? (['separator'] as const) : []),
    ...(reading.header === undefined ? (['header'] as const) : []),
    ...(isComma ? (['decimal'] as const) : []),
  ]
  const decimal = isComma ? 'comma' : (reading.decimal ?? 'point')
  return { separator, comment, first, header, decimal, found }
}

function hasDecimalCommas(rows: readonly CsvRow[]): boolean {
  const cells = rows.flatMap((row) => row.cells)
  return (
    cells.some((cell) => DECIMAL_COMMA.test(cell)) &&
    !cells.some((cell) => DECIMAL_POINT.test(cell))
  )
}

function statedSeparator({ separator, comment }: TableReading, name: string): string | undefined {
  if (comment === '')
    throw new UserError(worded`${name}: ${option('comment')} is empty; expected a text such as #`)
  if (separator === undefined) return undefined
  const meant = separator === 'tab' || separator === '\\t' ? '\t' : separator
  if (meant.length !== 1 || '"\n\r'.includes(meant))
    throw new UserError(
      worded`${name}: ${option('separator')} ${JSON.stringify(separator)} cannot be one; expected one character, such as ; or |, or the word tab`,
    )
  return meant
}

function sample(head: string, isWhole: boolean, dialect: Dialect, name: string): CsvRow[] {
  const rows = csvRows(name, dialect).push(head, isWhole)
  return rows.filter(({ cells }) => !isBlank(cells)).slice(0, LOOKED_AT)
}

/** Whether a row is an empty line. */
export const isBlank = (cells: readonly string[]): boolean => cells.length === 1 && cells[0] === ''

function foundSeparator(head: string, isWhole: boolean, { comment, decimal }: TableReading) {
  let best = { separator: ',', alike: 0, width: 1 }
  for (const separator of separators) {
    if (separator === ',' && decimal === 'comma') continue
    const rows = sampleOrNone(head, isWhole, { separator, comment })
    const width = rows[0]?.cells.length ?? 1
    if (width === 1) continue
    const alike = rows.filter(({ cells }) => cells.length === width).length / rows.length
    if (alike < 0.5) continue
    if (alike > best.alike || (alike === best.alike && width > best.width))
      best = { separator, alike, width }
  }
  if (best.alike === 0 && decimal === 'comma') return ';'
  return best.separator
}

/** Text that cannot be divided with a separator gives no rows; one whose last quote is open gives those before it. */
function sampleOrNone(head: string, isWhole: boolean, dialect: Dialect): CsvRow[] {
  try {
    return sample(head, isWhole, dialect, '')
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return isWhole ? sampleOrNone(head, false, dialect) : []
  }
}

const isNumber = (text: string): boolean =>
  /^\s*[+-]?(\d+([.,]\d*)*|[.,]\d+)(e[+-]?\d+)?\s*%?\s*$/i.test(text)

/** Texts that often stand for a missing value, and are no names. */
const missingMarks = new Set(['na', 'n/a', 'nan', 'null', 'none', '?', '-', '.'])

function isHeader(rows: readonly (readonly string[])[]): boolean {
  const [names, ...others] = rows
  const isNoName = (text: string) => isNumber(text) || missingMarks.has(text.trim().toLowerCase())
  if (names!.some(isNoName)) return false
  const isOverNumbers = (name: string, column: number) => {
    const below = others.map((cells) => cells[column] ?? '').filter((cell) => cell !== '')
    return name !== '' && below.length > 0 && below.every(isNoName) && below.some(isNumber)
  }
  if (names!.some(isOverNumbers)) return true
  return names!.every((name) => name.trim() !== '') && new Set(names).size === names!.length
}
