import type { Wording } from './wording.ts'

/**
 * An error that the user can mend. The message names the file, row, column or field, what was found and
 * what was expected. The command line prints it without a stack trace and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError'
  /** The message with flags for options and commands for calls; the same where it has neither. */
  readonly commandLine: string

  constructor(message: string | Wording) {
    const { library, commandLine } =
      typeof message === 'string' ? { library: message, commandLine: message } : message
    super(bounded(library))
    this.commandLine = bounded(commandLine)
  }

  /** Both, for a message that quotes this one. */
  get wording(): Wording {
    return { library: this.message, commandLine: this.commandLine }
  }
}

/** The most characters of a message. */
const LONGEST = 2000

/** A message without its middle where it is too long to read, as one that quotes a long name can be. */
const bounded = (message: string): string =>
  message.length > LONGEST ? `${message.slice(0, 1000)} … ${message.slice(-900)}` : message

/** The candidate nearest to `given` by edit distance, if it is near enough to be a misspelling. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(given.length / 3)) + 1
  for (const candidate of candidates) {
    const [a, b] = [given.toLowerCase(), candidate.toLowerCase()]
    const distance = a.length > 2 && b.includes(a) ? 0 : editDistance(a, b)
    if (distance < Math.min(bestDistance, Math.max(given.length, candidate.length))) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** Insertions, deletions, substitutions and exchanges of neighbours (Damerau 1964). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const exchange = exchanged ? beforePrevious[j - 2]! + 1 : Number.POSITIVE_INFINITY
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, substitution, exchange))
    }
    beforePrevious = previous
    previous = current
  }
  return previous[b.length]!
}
