/** Columns of a line of help. */
export const WIDTH = 100

/** Two columns on 100, the second wrapped; a first cell too long for its column gets a line of its own. */
export function columns(rows: readonly (readonly [string, string])[]): string {
  const longest = Math.max(...rows.map(([left]) => left.length))
  const indent = Math.min(longest, 26) + 4
  return rows
    .flatMap(([left, right]) => {
      const lines = wrapped(right, WIDTH - indent).map((line) => ' '.repeat(indent) + line)
      const head = `  ${left}`
      if (head.length + 2 > indent) return [head, ...lines]
      return [head.padEnd(indent) + lines[0]!.slice(indent), ...lines.slice(1)]
    })
    .join('\n')
}

export function wrapped(text: string, width: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
