import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { option, worded } from '../../tensor/wording.ts'
import { type SplitOptions, sizesOf } from '../assemble.ts'
import { duplicatesAcross, duplicatesText, type HashedSplit } from '../duplicates.ts'
import { wholeNumbers } from '../indices.ts'
import { type SplitRows, splitRows } from '../split.ts'
import { type SplitColumn, splitRowsBy, splitRowsByGroup, splitRowsByTime } from '../split-rules.ts'
import type { PackedTable } from './packed.ts'
import { requireColumn } from './read-table.ts'
import { tableChunks } from './table-chunks.ts'

/**
 * The rows of each split of a table: by seed, or by the column that an option names.
 *
 * @param hasTest whether there is a test set of its own
 * @throws UserError for a column that is not there or does not fit, and if no row is left to train on
 */
export function splitTable(
  packed: PackedTable,
  options: SplitOptions,
  hasTest: boolean,
): SplitRows {
  const { splitBy, timeOrder, group, seed } = options
  const sizes = sizesOf(packed.count, options, hasTest)
  if (splitBy !== undefined) {
    const rows = splitRowsBy(columnOf(packed, 'splitBy', splitBy))
    requireStated(rows, options, packed.name)
    return rows
  }
  if (timeOrder !== undefined)
    return splitRowsByTime(columnOf(packed, 'timeOrder', timeOrder), sizes)
  if (group !== undefined) return splitRowsByGroup(columnOf(packed, 'group', group), sizes, seed)
  return splitRows(packed.count, sizes, seed, packed.name)
}

function columnOf(packed: PackedTable, by: string, name: string): SplitColumn {
  const names = packed.columns.map((column) => column.name)
  requireColumn({ name: packed.name, columns: names }, name, by)
  const at = names.indexOf(name)
  const width = names.length
  const values = new Float64Array(packed.count)
  for (const { start, count, values: read } of tableChunks(packed))
    for (let i = 0; i < count; i++) values[start + i] = read[i * width + at]!
  return { table: packed.name, name, values, texts: packed.columns[at]!.dictionary }
}

/** A run records how many validation rows it has; another number contradicts the column. */
function requireStated(rows: SplitRows, options: SplitOptions, name: string): void {
  for (const split of ['validation', 'test'] as const) {
    const stated = options[split]
    if (stated === undefined || stated === rows[split].length) continue
    throw new UserError(
      worded`${option(split, stated)}: the column that ${option('splitBy')} names gives ${name} ${counted(rows[split].length, `${split} row`)}; leave ${option(split)} out`,
    )
  }
}

/** Sentences on rows of a table that occur in more than one split. */
export function duplicateRows(main: PackedTable, rows: SplitRows, test?: PackedTable): string[] {
  const hashes = main.rowHashes(test ? undefined : 'table')
  const tested = test
    ? { name: 'test' as const, rows: wholeNumbers(0, test.count), hashes: test.rowHashes() }
    : { name: 'test' as const, rows: rows.test, hashes }
  const splits: HashedSplit[] = [
    { name: 'train', rows: rows.train, hashes },
    { name: 'validation', rows: rows.validation, hashes },
    tested,
  ]
  const tableOf = (split: string) => (split === 'test' && test ? test : main)
  const found = duplicatesAcross(splits, (split, row, other, otherRow) =>
    areEqual(tableOf(split), row, tableOf(other), otherRow),
  )
  const sizes = {
    train: rows.train.length,
    validation: rows.validation.length,
    test: tested.rows.length,
  }
  return duplicatesText(found, sizes)
}

/** Whether rows have the same values, apart from keys; categories of two tables are compared as texts. */
function areEqual(a: PackedTable, row: number, b: PackedTable, other: number): boolean {
  const [values, others] = [a.read([row]), b.read([other])]
  return a.columns.every(({ kind, dictionary }, j) => {
    if (kind === 'text') return true
    const [value, same] = [values[j]!, others[j]!]
    if (Number.isNaN(value) || Number.isNaN(same)) return Number.isNaN(value) && Number.isNaN(same)
    return dictionary ? dictionary[value] === b.columns[j]!.dictionary?.[same] : value === same
  })
}
