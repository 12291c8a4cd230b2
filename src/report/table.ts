/** A table as text, ready to be set in HTML or on a terminal. */
export interface Table {
  readonly columns: readonly Column[]
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

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** The superscript number of a footnote: `¹` for 1. */
export function footnoteMark(number: number): string {
  return Array.from(String(number), (digit) => SUPERSCRIPTS[Number(digit)]).join('')
}

/**
 * The table for a terminal: caption, header, a rule, rows, footnotes. Columns are as wide as their
 * widest cell, two spaces apart; no line has trailing spaces.
 */
export function formatTable(given: Table): string {
  const table = withoutEmptyColumns(given)
  const lines = [table.columns.map((column) => column.title), ...table.rows]
  const widths = table.columns.map((_, j) => Math.max(...lines.map((line) => line[j]!.length)))
  const [header, ...body] = lines.map((line) =>
    table.columns
      .map((column, j) =>
        column.numeric ? line[j]!.padStart(widths[j]!) : line[j]!.padEnd(widths[j]!),
      )
      .join('  ')
      .trimEnd(),
  )
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const footnotes = table.footnotes ?? []
  return [
    ...(table.caption ? [table.caption, ''] : []),
    header!,
    rule,
    ...body,
    ...(footnotes.length > 0 ? [''] : []),
    ...footnotes.flatMap((footnote, i) => wrapped(`${footnoteMark(i + 1)} ${footnote}`)),
  ].join('\n')
}

const FOOTNOTE_WIDTH = 100

/** A footnote wrapped between words; lines after the first are indented. */
function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > FOOTNOTE_WIDTH)
      lines.push(line === undefined ? word : `  ${word}`)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines
}
