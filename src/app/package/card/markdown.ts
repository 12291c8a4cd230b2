/** A table in Markdown. Cells may hold any text. */
export function markdownTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return `${[line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

/** A text as a cell: on one line, and without what would end the cell or be taken for markup. */
export const cell = (text: string): string =>
  text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>|#~]/g, (mark) => `\\${mark}`)

/** A text as code within a sentence, whatever is in it. */
export function span(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  const marks = '`'.repeat(
    Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length)) + 1,
  )
  return marks.length > 1 ? `${marks} ${line} ${marks}` : `\`${line}\``
}

/** Lines of code. */
export const code = (language: string, lines: string): string =>
  `\`\`\`${language}\n${lines.trimEnd()}\n\`\`\`\n`
