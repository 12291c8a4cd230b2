/** A table as text, ready to be set in HTML or on a terminal. */
export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
  /** What holds for every row. */
  readonly caption?: string | undefined
  /** Numbered from 1; a cell refers to one by `footnoteMark`. */
  readonly footnotes?: readonly string[] | undefined
}

export interface Column {
  readonly title: string
  /** Right-aligned, in digits of equal width. */
  readonly numeric?: boolean
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
export function formatTable(table: Table): string {
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
