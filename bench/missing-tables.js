// Tables with all their values, and lists of cells to hide, in the layout of HI-VAE's data folder.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What FOLDER is, for the help of a bench. */
export const FOLDER =
  'FOLDER holds, for each set, data.csv, data_types.csv and Missing20_1.csv (row and column of each hidden cell, from 1).'

const KINDS = {
  real: 'numeric',
  pos: 'positive',
  count: 'count',
  cat: 'categorical',
  ordinal: 'ordinal',
}

/** Lines of values; lines may end with CR alone. */
const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .split(/\r\n?|\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(','))

/** A table with all its values, their kinds, and which cells are hidden. */
export function readTable(folder, set, rate) {
  const [, ...types] = linesOf(join(folder, set, 'data_types.csv'))
  const cells = linesOf(join(folder, set, 'data.csv')).map((row) =>
    row.map((value) => (Number.isFinite(Number(value)) ? Number(value) : null)),
  )
  const columns = types.map(([type, , classes], c) => {
    const known = cells.flatMap((row) => (row[c] === null ? [] : [row[c]]))
    const kind = KINDS[type]
    const isCategories = kind === 'categorical' || kind === 'ordinal'
    const categories = [...new Set(known)].sort((a, b) => a - b)
    return {
      name: `column ${c + 1}`,
      kind,
      ...(isCategories && { categories: categories.map(String) }),
      /** How many categories the set states, which may be more than occur. */
      classes: Number(classes),
      range: Math.max(...known) - Math.min(...known),
      isCategories,
    }
  })
  const hidden = linesOf(join(folder, set, `Missing${rate}_1.csv`))
    .map(([row, column]) => [Number(row) - 1, Number(column) - 1])
    .filter(([row, column]) => cells[row][column] !== null)
  return { columns, cells, hidden }
}
