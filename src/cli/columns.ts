import { displayWidth, padded, wrapped } from '../report/wrap.ts'

/** Longest first cell that shares its line with the second. */
const LONGEST_BESIDE = 26
/** In fewer columns than this, the second cell is below the first. */
const NARROW = 60

/** Two columns, the second wrapped; a first cell too long for its column gets a line of its own. */
export function columns(rows: readonly (readonly [string, string])[], width: number): string {
  const longest = Math.max(...rows.map(([left]) => displayWidth(left)))
  const indent = width < NARROW ? 6 : Math.min(longest, LONGEST_BESIDE) + 4
  const margin = ' '.repeat(indent)
  return rows
    .flatMap(([left, right]) => {
      const lines = wrapped(right, width - indent).map((line) => margin + line)
      const head = wrapped(`  ${left}`, width, '    ')
      const isBeside = head.length === 1 && displayWidth(head[0]!) + 2 <= indent
      if (!isBeside) return [...(left === '' ? [] : head), ...lines]
      return [padded(head[0]!, indent, 'right') + lines[0]!.slice(indent), ...lines.slice(1)]
    })
    .join('\n')
}
