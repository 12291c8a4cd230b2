import { UserError } from '../../tensor/errors.ts'
import { counted } from '../../tensor/numbers.ts'
import { option, worded } from '../../tensor/wording.ts'
import { type SplitName, splitNames } from '../dataset.ts'
import { duplicatesAcross, duplicatesText, type HashedSplit } from '../duplicates.ts'
import { wholeNumbers } from '../indices.ts'
import { placedRows, type SplitRows, splitRows } from '../split.ts'
import { type SplitOptions, type SplitRule, sizesOf } from '../split-options.ts'
import {
  type SplitColumn,
  splitNameOf,
  splitRowsBy,
  splitRowsByGroup,
  splitRowsByTime,
} from '../split-rules.ts'
import type { PackedTable } from './packed.ts'
import { requireColumn } from './read-table.ts'
import { tableChunks } from './table-chunks.ts'

/**
 * The rows of each split of a table: by seed, or by the column that an option names.
 *
 * @param hasTest whether there is a test set of its own
 * @param among the rows that are split, ascending, where others are not learned from
 * @throws UserError for a column that is not there or does not fit, and if no row is left to train on
 */
export function splitTable(
  packed: PackedTable,
  options: SplitOptions,
  hasTest: boolean,
  among?: Int32Array,
): SplitRows {
  const rows = splitPositions(packed, options, hasTest, among)
  return among ? placedRows(rows, among) : rows
}

function splitPositions(
  packed: PackedTable,
  options: SplitOptions,
  hasTest: boolean,
  among: Int32Array | undefined,
): SplitRows {
  const { splitBy, timeOrder, group, seed } = options
  const count = among?.length ?? packed.count
  const sizes = sizesOf(count, options, hasTest)
  if (splitBy !== undefined) {
    const rows = splitRowsBy(columnOf(packed, 'splitBy', splitBy, among))
    requireStated(rows, options, packed.name)
    return rows
  }
  if (timeOrder !== undefined)
    return splitRowsByTime(columnOf(packed, 'timeOrder', timeOrder, among), sizes)
  if (group !== undefined)
    return splitRowsByGroup(columnOf(packed, 'group', group, among), sizes, seed)
  return splitRows(count, sizes, seed, packed.name, among && 'normal row')
}

/**
 * The split of a row that is not among those that were split, by the same rule; undefined where the rows are split by
 * seed, and for a group that none of them is in.
 */
export function ruleOfOthers(
  packed: PackedTable,
  { splitBy, timeOrder, group }: SplitRule,
  rows: SplitRows,
): (row: number) => SplitName | undefined {
  if (splitBy !== undefined) return splitNameOf(columnOf(packed, 'splitBy', splitBy))
  if (timeOrder !== undefined) {
    const { values } = columnOf(packed, 'timeOrder', timeOrder)
    const since = (of: Int32Array) => of.reduce((a, row) => Math.min(a, values[row]!), Infinity)
    const [validation, test] = [since(rows.validation), since(rows.test)]
    return (row) =>
      values[row]! >= test ? 'test' : values[row]! >= validation ? 'validation' : 'train'
  }
  if (group === undefined) return () => undefined
  const { values } = columnOf(packed, 'group', group)
  const splitOf = new Map<number, SplitName>()
  for (const split of splitNames) for (const row of rows[split]) splitOf.set(values[row]!, split)
  return (row) => splitOf.get(values[row]!)
}

function columnOf(packed: PackedTable, by: string, name: string, among?: Int32Array): SplitColumn {
  const names = packed.columns.map((column) => column.name)
  requireColumn({ name: packed.name, columns: names }, name, by)
  const at = names.indexOf(name)
  const width = names.length
  const values = new Float64Array(packed.count)
  for (const { start, count, values: read } of tableChunks(packed))
    for (let i = 0; i < count; i++) values[start + i] = read[i * width + at]!
  const column = { table: packed.name, name, values, texts: packed.columns[at]!.dictionary }
  return among
    ? { ...column, values: Float64Array.from(among, (row) => values[row]!), rows: among }
    : column
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
export function duplicateRows(
  main: PackedTable,
  rows: SplitRows,
  test?: PackedTable,
  testRows = test && wholeNumbers(0, test.count),
): string[] {
  const hashes = main.rowHashes(test ? undefined : 'table')
  const tested = test
    ? { name: 'test' as const, rows: testRows!, hashes: test.rowHashes() }
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
