import { described, isList, isRecord } from '../../../tensor/described.ts'
import { UserError } from '../../../tensor/errors.ts'
import type { Cell, RecordBatch, RecordSource } from '../records.ts'
import { batchRows, columnNames } from './batches.ts'
import { ownValue, requireCell } from './cells.ts'

/**
 * Rows in memory as a table: objects whose keys are the columns, in the order in which they first appear, or lists of
 * values. A key that a row lacks, null, undefined and NaN are missing values.
 *
 *     recordsOfObjects([{ age: 31, city: 'Oslo' }, { age: null, city: 'Bergen' }])
 *
 * @param name of the rows in messages
 * @throws UserError, here or while the rows are read, for anything but texts, finite numbers, booleans and dates; it
 * names row and column
 */
export function recordsOfObjects(rows: readonly object[], name = 'data'): RecordSource {
  if (!Array.isArray(rows))
    throw new UserError(`${name}: expected a list of rows, got ${described(rows)}`)
  if (rows.length === 0)
    throw new UserError(`${name}: holds no rows; expected one for each example`)
  const table = isList(rows[0]) ? listRows(rows, name) : objectRows(rows, name)
  return {
    name,
    format: 'objects',
    columns: table.columns,
    count: rows.length,
    reading: table.reading,
    async *batches() {
      const most = batchRows(table.columns.length)
      for (let start = 0; start < rows.length; start += most)
        yield batchOf(rows.slice(start, start + most), start, table, name)
    },
  }
}

interface Table {
  readonly columns: readonly string[]
  readonly reading: string
  readonly cell: (row: object, column: number) => unknown
}

function objectRows(rows: readonly object[], name: string): Table {
  const keys = new Set<string>()
  for (const [i, row] of rows.entries()) {
    if (!isRow(row)) throw unlikeRow(row, i, name, 'an object with a value for each column')
    for (const key of Object.keys(row)) keys.add(key)
  }
  if (keys.size === 0)
    throw new UserError(`${name}: its rows have no keys; expected one for each column`)
  const names = [...keys]
  return {
    columns: columnNames(names, name),
    reading: 'a column for each key',
    cell: (row, column) => ownValue(row, names[column]!),
  }
}

/** Plain objects and instances of classes, but nothing that is a value by itself. */
const isRow = (row: unknown): row is object =>
  isRecord(row) && !(row instanceof Date) && !(Symbol.iterator in row) && !('then' in row)

function listRows(rows: readonly object[], name: string): Table {
  const width = (rows[0] as ArrayLike<unknown>).length
  if (width === 0) throw new UserError(`${name}: its rows hold no values; expected some columns`)
  for (const [i, row] of rows.entries()) {
    if (!isList(row)) throw unlikeRow(row, i, name, 'a list of values')
    if (row.length !== width)
      throw new UserError(
        `${name}: row ${i + 1} has ${row.length} values; expected ${width} as in the first`,
      )
  }
  return {
    columns: columnNames(new Array<string>(width).fill(''), name),
    reading: 'lists of values',
    cell: (row, column) => (row as ArrayLike<unknown>)[column],
  }
}

const unlikeRow = (row: unknown, index: number, name: string, expected: string): UserError =>
  new UserError(`${name}: row ${index + 1} is ${described(row)}; expected ${expected}`)

function batchOf(
  rows: readonly object[],
  start: number,
  { columns, cell }: Table,
  name: string,
): RecordBatch {
  const place = (row: number) => `row ${start + row + 1}`
  const cells = columns.map((column, j) =>
    rows.map((row, i): Cell => requireCell(cell(row, j), `${name}: ${place(i)}`, column)),
  )
  return { count: rows.length, columns: cells, place }
}
