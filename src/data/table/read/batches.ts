import { shortened } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'

/** Most rows of a batch, and most cells: few enough for the texts of a batch to die young, which halves the time. */
const MOST_ROWS = 2 ** 14
const MOST_CELLS = 2 ** 15

/** How many rows a batch of so many columns has at most. */
export const batchRows = (columns: number): number =>
  Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_CELLS / Math.max(1, columns))))

/** The name of a column that has none, by its index from 0. */
export const columnName = (index: number): string => `column ${index + 1}`

/**
 * The names of the columns of a table, all different: a column without one is called by its number, `column 3`.
 *
 * @param where `line 1`, where the names stand
 * @throws UserError if two are the same
 */
export function columnNames(
  given: readonly string[],
  file: string,
  where?: string | undefined,
): string[] {
  const names = given.map((name, i) => (name.trim() === '' ? columnName(i) : name))
  const numbers = new Map<string, number>()
  for (const [i, name] of names.entries()) {
    const before = numbers.get(name)
    if (before !== undefined)
      throw new UserError(
        `${file}: ${where ? `${where}: ` : ''}columns ${before} and ${i + 1} are both called ${JSON.stringify(shortened(name))}; expected a different name for each`,
      )
    numbers.set(name, i + 1)
  }
  return names
}
