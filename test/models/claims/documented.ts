import { readFileSync } from 'node:fs'

const page = readFileSync(new URL('../../../docs/family.md', import.meta.url), 'utf8')

/** A section of docs/family.md: what stands between its heading and the next. */
function section(heading: string): string {
  const found = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`))
  if (found === undefined) throw new Error(`docs/family.md has no section “${heading}”`)
  return found
}

/** The numbers of a cell: `0.0795 ± 0.0012` has two. */
const numbers = (cell: string) =>
  [...cell.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g)].map(([digits]) => Number(digits))

/** The rows of the section's table, each cell as its numbers; the header is left out. */
export function documentedTable(heading: string): number[][][] {
  const lines = section(heading)
    .split('\n')
    .filter((line) => line.startsWith('|'))
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => numbers(cell))
  return lines.slice(2).map(cells)
}

/** The numbers that the section's prose has in the place of `#` in a text, which it has to hold. */
export function documentedNumbers(heading: string, text: string): number[] {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s+')
  const pattern = new RegExp(escaped.replaceAll('#', '(-?\\d+(?:\\.\\d+)?(?:e-?\\d+)?)'))
  const found = pattern.exec(section(heading))
  if (!found) throw new Error(`docs/family.md, “${heading}”, does not hold: ${text}`)
  return found.slice(1).map(Number)
}
