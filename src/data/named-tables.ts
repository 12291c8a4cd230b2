import { dirname, join } from 'node:path'
import { fileOfOptionalPackage } from './optional-package.ts'

/** The package that holds the tables, and their files in it. */
const PACKAGE = 'vega-datasets'
const files = {
  birdstrikes: 'data/birdstrikes.csv',
  penguins: 'data/penguins.json',
} as const

/** Whether a table has this name instead of a file. */
export const isNamedTable = (name: unknown): name is keyof typeof files =>
  typeof name === 'string' && Object.hasOwn(files, name)

/**
 * The path of a data set's file where it is a table that has a name; anything else is returned as it is.
 *
 * @throws UserError if the package that holds the table is not installed
 */
export function pathOf(name: string): string {
  if (!isNamedTable(name)) return name
  // Only its program, build/index.js, is exported.
  const program = fileOfOptionalPackage(name, 'table', PACKAGE)
  return join(dirname(program), '..', files[name])
}
