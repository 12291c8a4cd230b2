import { superscript } from '../tensor/numbers.ts'
import { displayWidth, padded, wrapped } from './wrap.ts'

/** A table as text, ready to be set in HTML or on a terminal. */
export interface Table {
  readonly columns: readonly Column[]
  /** On a page, a line break within a cell stays one. */
  readonly rows: readonly (readonly string[])[]
  /** What holds for every row. */
  readonly caption?: string | undefined
  /** Numbered from 1; a cell refers to one by `footnoteMark`. */
  readonly footnotes?: readonly string[] | undefined
  /** Rows that are read one by one: on a narrow page, the cells of a row stand below each other. */
  readonly records?: boolean
}

export interface Column {
  readonly title: string
  /** Right-aligned, in digits of equal width. */
  readonly numeric?: boolean
  /** On a page, its cells stand below those of the column with this index, as smaller text. */
  readonly under?: number
}

/** The table without columns that are empty in every row. */
export function withoutEmptyColumns(table: Table): Table {
  const { columns, rows } = table
  const kept = columns.flatMap((_, j) => {
    const empty = rows.length > 0 && rows.every((row) => row[j] === '')
    return empty ? [] : [j]
  })
  if (kept.length === columns.length) return table
  return {
    ...table,
    columns: kept.map((j) => {
      const { under, ...column } = columns[j]!
      // Below a column that is left out, there is nothing to stand under.
      return under === undefined || !kept.includes(under)
        ? column
        : { ...column, under: kept.indexOf(under) }
    }),
    rows: rows.map((row) => kept.map((j) => row[j]!)),
  }
}

/** The mark of a footnote by its number: `¹` for 1. */
export const footnoteMark = (number: number): string => superscript(number)

const GAP = 2

/**
 * The table for a terminal: caption, header, a rule, rows, footnotes. Columns are as wide as their
 * widest cell, two spaces apart; no line has trailing spaces.
 *
 * In a terminal too narrow for that, cells are broken between words; where even single words do not fit side by
 * side, each row is a block of lines, one for each cell.
 *
 * @param width columns of the terminal; unlimited by default
 */
export function formatTable(given: Table, width = Number.POSITIVE_INFINITY): string {
  const table = withoutEmptyColumns(given)
  const widths = columnWidths(table, width)
  const footnotes = table.footnotes ?? []
  const proseWidth = Math.min(width, FOOTNOTE_WIDTH)
  return [
    ...(table.caption ? [...wrapped(table.caption, width), ''] : []),
    ...(widths ? sideBySide(table, widths) : stacked(table, width)),
    ...(footnotes.length > 0 ? [''] : []),
    ...footnotes.flatMap((note, i) => wrapped(`${footnoteMark(i + 1)} ${note}`, proseWidth, '  ')),
  ].join('\n')
}

const FOOTNOTE_WIDTH = 100

/** Header, rule and rows. */
function sideBySide({ columns, rows }: Table, widths: readonly number[]): string[] {
  const line = (cells: readonly string[]) =>
    columns
      .map(({ numeric }, j) => padded(cells[j] ?? '', widths[j]!, numeric ? 'left' : 'right'))
      .join(' '.repeat(GAP))
      .trimEnd()
  const lines = (cells: readonly string[]): string[] => {
    const broken = cells.map((cell, j) => wrapped(cell, widths[j]!))
    const height = Math.max(...broken.map(({ length }) => length))
    return Array.from({ length: height }, (_, i) => line(broken.map((parts) => parts[i] ?? '')))
  }
  const body = rows.map(lines)
  const isBroken = body.some(({ length }) => length > 1)
  return [
    ...lines(columns.map(({ title }) => title)),
    widths.map((width) => '─'.repeat(width)).join(' '.repeat(GAP)),
    // With rows of several lines, an empty one shows where each ends.
    ...body.flatMap((row, i) => (isBroken && i > 0 ? ['', ...row] : row)),
  ]
}

/** Each row as a block: its first cell, then a line for each other one. */
function stacked({ columns, rows }: Table, width: number): string[] {
  const titles = columns.slice(1).map(({ title }) => title)
  const longest = Math.max(0, ...titles.map(displayWidth))
  const indent = ' '.repeat(2 + longest + GAP)
  return rows.flatMap(([head = '', ...cells], i) => [
    ...(i > 0 ? [''] : []),
    ...wrapped(head, width),
    ...cells.flatMap((cell, j) =>
      cell === ''
        ? []
        : wrapped(`  ${padded(titles[j]!, longest, 'right')}  ${cell}`, width, indent),
    ),
  ])
}

/** The width of each column, or undefined where the longest words of all columns do not fit beside each other. */
function columnWidths({ columns, rows }: Table, width: number): number[] | undefined {
  const lines = [columns.map(({ title }) => title), ...rows]
  const most = (of: (cell: string, j: number) => number) =>
    columns.map((_, j) => Math.max(1, ...lines.map((line) => of(line[j] ?? '', j))))
  const full = most((cell) => displayWidth(cell))
  const room = width - GAP * (columns.length - 1)
  if (sum(full) <= room) return full
  const least = most((cell, j) =>
    columns[j]!.numeric && cell !== columns[j]!.title
      ? displayWidth(cell)
      : Math.max(...cell.split(' ').map(displayWidth)),
  )
  if (sum(least) > room) return undefined
  return shared(least, full, room)
}

/** Widths between `least` and `full` that add up to `room`: the narrowest columns get all that they need. */
function shared(least: readonly number[], full: readonly number[], room: number): number[] {
  const widths = [...least]
  for (let left = room - sum(widths); left > 0; left--) {
    const short = widths.map((width, j) => (width < full[j]! ? width : Number.POSITIVE_INFINITY))
    const narrowest = short.indexOf(Math.min(...short))
    widths[narrowest]!++
  }
  return widths
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)
