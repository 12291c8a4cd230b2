import { described } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'
import { grouped } from '../../../tensor/numbers.ts'

/** Most characters of one value, and of one row: a quote that is never closed must not fill the memory. */
export const MOST_CELL = 2 ** 20
export const MOST_ROW = 2 ** 24

/** How text is divided into values. */
export interface Dialect {
  /** One character. */
  readonly separator: string
  /** Lines that begin with this text are skipped. */
  readonly comment?: string | undefined
}

/** A row of values, and the line that it begins in, counted from 1. */
export interface CsvRow {
  readonly cells: readonly string[]
  /** The cells as they stand in the file, with their quotes; absent if none has any. */
  readonly raw?: readonly string[] | undefined
  readonly line: number
}

/** Takes text piece by piece, wherever it is cut, and gives the rows that are complete. */
export interface CsvRows {
  /**
   * @param last whether the text ends here
   * @throws UserError that names the line of a fault
   */
  push(text: string, last: boolean): CsvRow[]
  /** The line after the last line end so far, counted from 1. */
  readonly line: number
}

const QUOTE = 34
const LF = 10
const CR = 13

/**
 * Divides text into rows as RFC 4180 does. A line ends with LF, CRLF or CR alone, also mixed. A value that begins with
 * a quote ends with the next quote that is not doubled; any other quote is a character like others. Empty lines are rows
 * of one empty value.
 *
 * papaparse divides rows too, but by one line end per file, without line numbers and up to the end of the file behind a
 * quote that is not closed; on a file with quotes it takes about twice the time, on one without as long.
 */
export function csvRows(name: string, dialect: Dialect): CsvRows {
  let rest = ''
  let line = 1
  return {
    get line() {
      return line + countLines(rest)
    },
    push(more, last) {
      const text = rest + more
      const divide = text.includes('"') ? divideQuoted : dividePlain
      const { rows, end, next } = divide(text, last, { ...dialect, name, line })
      rest = text.slice(end)
      line = next
      if (rest.length > MOST_ROW) throw tooLong(name, line, 'row', MOST_ROW)
      return rows
    },
  }
}

/** Line ends in a text: CRLF is one. */
export function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  for (let at = text.indexOf('\r'); at >= 0; at = text.indexOf('\r', at + 1))
    if (text.charCodeAt(at + 1) !== LF) count++
  return count
}

/** How a text is divided, the file that it comes from, and the line that it begins in. */
interface Reading extends Dialect {
  readonly name: string
  readonly line: number
}

interface Divided {
  readonly rows: CsvRow[]
  /** Where the first row begins that is not complete, and its line. */
  readonly end: number
  readonly next: number
}

/** Without quotes, every line is a row. */
function dividePlain(
  text: string,
  last: boolean,
  { separator, comment, name, line }: Reading,
): Divided {
  const end = last ? text.length : lastLineEnd(text)
  const lines = unified(text.slice(0, end)).split('\n')
  // The text after the last line end is a row only if there is any.
  if (lines.at(-1) === '') lines.pop()
  const rows: CsvRow[] = []
  for (let i = 0; i < lines.length; i++) {
    const content = lines[i]!
    if (comment !== undefined && content.startsWith(comment)) continue
    const cells = content.split(separator)
    if (content.length > MOST_CELL) requireShort(cells, name, line + i)
    rows.push({ cells, line: line + i })
  }
  const next = line + lines.length
  if (text.length - end > MOST_CELL) requireShort(text.slice(end).split(separator), name, next)
  return { rows, end, next }
}

/** The position after the last line end that is surely complete: a CR at the end may be half of a CRLF. */
export function lastLineEnd(text: string): number {
  const end = text.endsWith('\r') ? text.length - 1 : text.length
  return Math.max(text.lastIndexOf('\n', end), text.slice(0, end).lastIndexOf('\r')) + 1
}

/** A text whose lines all end with LF. */
export const unified = (text: string): string =>
  text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text

function divideQuoted(text: string, last: boolean, reading: Reading): Divided {
  const { comment } = reading
  const rows: CsvRow[] = []
  const cursor: Cursor = { text, last, at: 0, line: reading.line }
  for (;;) {
    const { at, line } = cursor
    const isComment = comment !== undefined && text.startsWith(comment, at)
    // The beginning of a comment may be cut in two.
    const isCut = !last && comment?.startsWith(text.slice(at))
    const row =
      at === text.length || isCut
        ? undefined
        : isComment
          ? skipLine(cursor)
          : readRow(cursor, reading)
    if (!row) return { rows, end: at, next: line }
    if (!isComment) rows.push({ ...row, line })
  }
}

/** Where in a text its reader is; the functions below move it, and give undefined where the text is cut. */
interface Cursor {
  readonly text: string
  /** Whether the text is all that there is. */
  readonly last: boolean
  at: number
  line: number
}

function readRow(cursor: Cursor, reading: Reading): Omit<CsvRow, 'line'> | undefined {
  const { text } = cursor
  const separator = reading.separator.charCodeAt(0)
  const cells: string[] = []
  let raw: string[] | undefined
  for (;;) {
    const begin = cursor.at
    const quoted = text.charCodeAt(begin) === QUOTE
    const cell = quoted
      ? quotedCell(cursor, reading, cells.length + 1)
      : plainCell(cursor, separator)
    const end = cell === undefined ? text.length : cursor.at
    if (end - begin > MOST_CELL + 2) throw tooLong(reading.name, cursor.line, 'value', MOST_CELL)
    if (cell === undefined) return undefined
    if (quoted) raw ??= [...cells]
    raw?.push(quoted ? text.slice(begin, cursor.at) : cell)
    cells.push(cell)
    if (text.charCodeAt(cursor.at) !== separator)
      return endLine(cursor) ? { cells, raw } : undefined
    cursor.at++
  }
}

function plainCell(cursor: Cursor, separator: number): string | undefined {
  const { text, at } = cursor
  let end = at
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === separator || code === LF || code === CR) break
  }
  if (end === text.length && !cursor.last) return undefined
  cursor.at = end
  return text.slice(at, end)
}

function quotedCell(cursor: Cursor, reading: Reading, number: number): string | undefined {
  const { text, at, last, line } = cursor
  const close = closingQuote(text, at, last)
  if (close === undefined) {
    if (!last || text.length - at > MOST_CELL) return undefined
    throw new UserError(
      `${reading.name}: line ${line}: the quote that begins value ${number} is never closed; close it, and double quotes inside of a value`,
    )
  }
  const content = text.slice(at + 1, close)
  cursor.at = close + 1
  cursor.line += countLines(content)
  const next = text[close + 1]
  if (next !== undefined && next !== reading.separator && next !== '\n' && next !== '\r')
    throw new UserError(
      `${reading.name}: line ${cursor.line}: ${described(text.slice(close + 1, close + 11))} follows the closing quote of value ${number}; expected a separator or the end of the line: double quotes inside of a value`,
    )
  return content.includes('"') ? content.replaceAll('""', '"') : content
}

/** Where the quote at `at` is closed. */
function closingQuote(text: string, at: number, last: boolean): number | undefined {
  for (let from = at + 1; ; ) {
    const close = text.indexOf('"', from)
    if (close < 0 || (close === text.length - 1 && !last)) return undefined
    if (text.charCodeAt(close + 1) !== QUOTE) return close
    from = close + 2
  }
}

function skipLine(cursor: Cursor): Omit<CsvRow, 'line'> | undefined {
  cursor.at = lineEndFrom(cursor.text, cursor.at)
  return endLine(cursor) ? { cells: [] } : undefined
}

function lineEndFrom(text: string, at: number): number {
  const feed = text.indexOf('\n', at)
  const end = feed < 0 ? text.length : feed
  const carriage = text.slice(at, end).indexOf('\r')
  return carriage < 0 ? end : at + carriage
}

/** Moves past a line end, or stays at the end of the text. */
function endLine(cursor: Cursor): boolean {
  const { text, at, last } = cursor
  const isCarriage = text.charCodeAt(at) === CR
  if (!last && at + (isCarriage ? 1 : 0) >= text.length) return false
  const isPair = isCarriage && text.charCodeAt(at + 1) === LF
  cursor.at = Math.min(text.length, at + (isPair ? 2 : 1))
  cursor.line++
  return true
}

function requireShort(cells: readonly string[], name: string, line: number): void {
  for (const cell of cells)
    if (cell.length > MOST_CELL) throw tooLong(name, line, 'value', MOST_CELL)
}

const tooLong = (name: string, line: number, what: 'value' | 'row', most: number): UserError =>
  new UserError(
    `${name}: line ${line} has a ${what} of more than ${grouped(most)} characters; check whether the separator is right and every quote is closed`,
  )
