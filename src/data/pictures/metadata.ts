import Papa from 'papaparse'
import { shortened } from '../../tensor/described.ts'
import { UserError } from '../../tensor/errors.ts'
import { type SplitName, splitNames } from '../dataset.ts'
import { nameText } from './names.ts'

/** A picture as `metadata.csv` lists it. */
export interface MetadataRow {
  readonly path: string
  /** Absent where there is no such column. */
  readonly label?: string | undefined
  readonly split?: SplitName | undefined
}

const columnNames = {
  path: ['file_name', 'file', 'filename', 'path', 'image'],
  label: ['label', 'class'],
  split: ['split'],
} as const

/**
 * The rows of a `metadata.csv`: a column of files, and perhaps columns of labels and splits; others are ignored.
 *
 * @param name of the file, for messages, which count rows from 1 after the header
 * @throws UserError for a table without rows or without a column of files, an empty cell, another split, and a file
 * that could lie outside of the folder
 */
export function metadataRows(text: string, name: string): MetadataRow[] {
  const { data, errors } = Papa.parse<string[]>(text, {
    skipEmptyLines: 'greedy',
    delimitersToGuess: [',', ';', '\t'],
  })
  const quotes = errors.find(({ type }) => type === 'Quotes')
  if (quotes)
    throw new UserError(`${name}: ${quotes.message}, in row ${quotes.row ?? 0} (after the header)`)
  const [header = [], ...rows] = data
  const titles = header.map((title) => title.trim().toLowerCase())
  const columns = {
    path: columnIn(titles, 'path', name),
    label: columnIn(titles, 'label', name),
    split: columnIn(titles, 'split', name),
  }
  if (columns.path < 0)
    throw new UserError(
      `${name}: has the columns ${header.map((title) => shortened(nameText(title))).join(', ')}; expected one of ${columnNames.path.join(', ')} for the files`,
    )
  if (rows.length === 0) throw new UserError(`${name}: lists no pictures`)
  return rows.map((cells, i) =>
    rowOf(cells, columns, header, `${name}: row ${i + 1} (after the header)`),
  )
}

type Columns = { readonly [K in keyof MetadataRow]-?: number }

/** The place of a column among the titles; −1 if it is not there. */
function columnIn(titles: readonly string[], what: keyof MetadataRow, name: string): number {
  const places = titles.flatMap((title, i) =>
    columnNames[what].some((one) => one === title) ? [i] : [],
  )
  if (places.length > 1)
    throw new UserError(
      `${name}: the columns ${places.map((place) => titles[place]).join(' and ')} could both be that of the ${what === 'path' ? 'files' : `${what}s`}; leave one of them out`,
    )
  return places[0] ?? -1
}

function rowOf(
  cells: readonly string[],
  { path, label, split }: Columns,
  header: readonly string[],
  row: string,
): MetadataRow {
  if (cells.length !== header.length)
    throw new UserError(
      `${row} has ${cells.length} cells; expected ${header.length} as in the header`,
    )
  const cell = (column: number): string => {
    const value = cells[column]!.trim()
    if (value === '')
      throw new UserError(`${row} has no ${header[column]}; expected one for every picture`)
    return value
  }
  return {
    path: safePath(cell(path), row),
    label: label < 0 ? undefined : cell(label),
    split: split < 0 ? undefined : splitOf(cell(split), row),
  }
}

function splitOf(text: string, row: string): SplitName {
  const split = splitNames.find((name) => name === text.toLowerCase())
  if (split) return split
  throw new UserError(
    `${row} has the split ${shortened(nameText(text))}; expected ${splitNames.join(', ')}`,
  )
}

/** A path below the folder, with `/` between names. */
function safePath(path: string, row: string): string {
  const parts = path.replace(/^(\.\/)+/, '').split('/')
  const isInside =
    !/^([/\\]|[a-z]:)/i.test(path) &&
    !path.includes('\0') &&
    parts.every((part) => part !== '..' && part !== '.' && part !== '')
  if (isInside) return parts.join('/')
  throw new UserError(
    `${row} lists ${nameText(shortened(path, 200))}; expected a file inside the folder, by its path from there`,
  )
}
