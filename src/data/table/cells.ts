import type { Cell } from './records.ts'

/**
 * What a cell means, whatever the format that it comes from: the text `3.0`, the number 3 and the bigint 3n are the
 * same number and the same category.
 */

/** The texts and numbers that stand for a missing value. */
export interface MissingMarks {
  readonly texts: ReadonlySet<string>
  readonly numbers: ReadonlySet<number>
}

/**
 * What counts as missing unless something else is stated; null, NaN and an empty text always do. `None` is not among them:
 * it is a category more often than a gap.
 */
export const missingMarks: readonly string[] = [
  ...['NA', 'N/A', 'n/a', 'na', '<NA>', '#N/A', 'NaN', 'nan', 'NAN', 'NaT'],
  ...['null', 'NULL', 'Null', '\\N', '?', '-', '--', '.'],
]

/** Marks of a table and of one of its columns; those that are numbers also stand for equal numbers: `-999` for -999.0. */
export function marksOf(...lists: readonly (readonly string[] | undefined)[]): MissingMarks {
  const texts = lists.flatMap((list) => list ?? []).map((text) => text.trim())
  const numbers = texts.map(numberIn).filter((value) => value !== undefined)
  return { texts: new Set(['', ...texts]), numbers: new Set(numbers) }
}

/** The number that a text writes: `-1.5e3`, also `inf`; undefined for anything else, such as `1,000` and `0x10`. */
export function numberIn(text: string): number | undefined {
  const value = Number(text)
  // Number reads 0x10, 0b1, 0o7 and a blank text, too.
  if (!Number.isNaN(value)) return isPlain(text) ? value + 0 : undefined
  return /^\s*[+-]?inf(inity)?\s*$/i.test(text)
    ? text.includes('-')
      ? Number.NEGATIVE_INFINITY
      : Number.POSITIVE_INFINITY
    : undefined
}

function isPlain(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first === ZERO || first <= SPACE || first > TILDE || text.length === 0) {
    const trimmed = text.trim()
    return trimmed !== '' && !/^0[xob]/i.test(trimmed)
  }
  return true
}

const [ZERO, SPACE, TILDE] = [48, 32, 126]

/** Whether a cell holds no value. */
export function isMissing(cell: Cell, marks: MissingMarks): boolean {
  if (typeof cell === 'string') {
    const text = cell.trim()
    if (marks.texts.has(text)) return true
    if (marks.numbers.size === 0) return false
    const value = numberIn(text)
    return value !== undefined && marks.numbers.has(value)
  }
  if (cell === null || cell === undefined) return true
  if (typeof cell === 'number') return Number.isNaN(cell) || marks.numbers.has(cell)
  return typeof cell === 'bigint' && marks.numbers.has(Number(cell))
}

/** The number that a cell holds; undefined if it holds something else. */
export function numberOf(cell: Cell): number | undefined {
  if (typeof cell === 'number') return cell + 0
  if (typeof cell === 'string') return numberIn(cell)
  return typeof cell === 'bigint' ? Number(cell) : undefined
}

const DECIMAL = /^-?(0|[1-9]\d*)(\.\d+)?$/

/**
 * The text form of a cell that has a value, as categories, labels and keys are compared: without spaces around it,
 * numbers as `String(Number)` writes them, `true` and `false` in small letters. Digits after a leading zero, as in
 * `007`, and whole numbers beyond 2⁵³ stay as they are.
 */
export function textOf(cell: Cell): string {
  if (typeof cell === 'string') return canonicalText(cell.trim())
  if (typeof cell === 'number') return String(cell + 0)
  if (cell instanceof Date) return dateText(cell)
  return String(cell)
}

function canonicalText(text: string): string {
  const first = text.charCodeAt(0)
  if ((first >= ZERO && first <= 57) || first === 45) {
    if (!DECIMAL.test(text)) return text
    const value = Number(text)
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? text : String(value + 0)
  }
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : text
}

/** `2024-03-01`, or `2024-03-01T12:00:00.000Z` where the time is not midnight. */
export function dateText(date: Date): string {
  if (Number.isNaN(date.getTime())) return 'Invalid Date'
  const text = date.toISOString()
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, -14) : text
}
