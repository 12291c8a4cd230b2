/** Columns of prose, at most: longer lines are hard to read, however wide the terminal. */
export const PROSE_WIDTH = 80

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const ZERO = /[\p{Mn}\p{Me}\p{Cf}]/u

/** Columns that a text takes on a terminal: letters of East Asian scripts take two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0
  for (const letter of text) width += ZERO.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1
  return width
}

/** A text filled up with spaces to a width on the terminal. */
export function padded(text: string, width: number, side: 'left' | 'right'): string {
  const spaces = ' '.repeat(Math.max(0, width - displayWidth(text)))
  return side === 'left' ? spaces + text : text + spaces
}

/**
 * A text broken into lines of at most `width` columns, between words only; a longer word has a line of its own.
 *
 * @param indent what every line after the first begins with
 */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    if (line === undefined) line = word
    else if (displayWidth(line) + 1 + displayWidth(word) <= width) line = `${line} ${word}`
    else {
      lines.push(line.trimEnd())
      line = indent + word
    }
  }
  return [...lines, line ?? '']
}

/** The same for lines of a text; each continues under its own indentation. */
export function wrappedLines(text: string, width: number, hanging = 0): string {
  return text
    .split('\n')
    .flatMap((line) => {
      if (displayWidth(line) <= width) return [line]
      const [margin = ''] = /^ */.exec(line)!
      const inner = wrapped(line.slice(margin.length), width - margin.length, ' '.repeat(hanging))
      return inner.map((part) => margin + part)
    })
    .join('\n')
}

/** Words of a shell command, with each flag and its value in one: `--latent 20`. */
function commandParts(command: string): string[] {
  const parts: string[] = []
  for (const word of command.match(/'[^']*'|\S+/g) ?? []) {
    const last = parts.at(-1)
    const isValue = last !== undefined && /^--\S+$/.test(last) && !word.startsWith('-')
    if (isValue || (parts.length === 1 && /^(npx )?latentlab$/.test(last!)) || last === 'npx')
      parts[parts.length - 1] = `${last} ${word}`
    else parts.push(word)
  }
  return parts
}

/** A shell command on lines of at most `width` columns, which can be copied: each but the last ends in a backslash. */
export const wrappedCommand = (command: string, width: number): string =>
  joinedCommand(commandParts(command), width)

/** The same, with every line indented by two. */
export const indentedCommand = (command: string, width: number): string =>
  wrappedCommand(command, width - 2).replace(/^/gm, '  ')

/** Parts of a shell command, never broken themselves, on lines of at most `width` columns. */
export function joinedCommand(parts: readonly string[], width: number): string {
  const lines: string[] = []
  parts.forEach((part, i) => {
    const last = lines.at(-1)
    const end = i === parts.length - 1 ? '' : ' \\'
    if (last !== undefined && displayWidth(`${last} ${part}${end}`) <= width)
      lines[lines.length - 1] = `${last} ${part}`
    else lines.push(last === undefined ? part : `    ${part}`)
  })
  return lines.join(' \\\n')
}
