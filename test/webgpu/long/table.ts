/** Writes a line at once, so that what runs for an hour can be followed. */
export const line = (text: string): void => void process.stdout.write(`${text}\n`)

/** Writes rows below a heading, in columns as wide as their widest cell. */
export function table(rows: readonly (readonly (string | number)[])[]): void {
  const texts = rows.map((row) => row.map(String))
  const widths = texts[0]!.map((_, i) => Math.max(...texts.map((row) => row[i]!.length)))
  for (const row of texts)
    line(
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  '),
    )
}
