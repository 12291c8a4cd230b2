import { UserError } from '../tensor/errors.ts'
import { counted, grouped } from '../tensor/numbers.ts'
import { streamKey } from '../tensor/random.ts'
import { option, worded } from '../tensor/wording.ts'
import type { SplitName } from './dataset.ts'
import type { SplitRows } from './split.ts'

/** Values of the column that rows are split by. */
export interface SplitColumn {
  /** The table, in messages. */
  readonly table: string
  readonly name: string
  /** A value of each row: a number, or the index of a text in `texts`; NaN where there is none. */
  readonly values: Float64Array
  readonly texts?: readonly string[] | undefined
  /** The rows that the values are of, where these are only the normal ones of the table. */
  readonly rows?: Int32Array | undefined
}

/** What messages call a row, and its number in the table, counted from 1. */
const rowWord = ({ rows }: SplitColumn): string => (rows ? 'normal row' : 'row')
const rowNumber = ({ rows }: SplitColumn, position: number): number =>
  (rows?.[position] ?? position) + 1

/** Rows to be set aside. */
export interface SplitSizes {
  readonly validation: number
  readonly test: number
}

const namesOfSplits: Readonly<Record<string, SplitName>> = {
  train: 'train',
  training: 'train',
  validation: 'validation',
  valid: 'validation',
  val: 'validation',
  test: 'test',
  testing: 'test',
}

/** The split that a column states for a row; undefined where it states none. */
export function splitNameOf({
  values,
  texts,
}: SplitColumn): (row: number) => SplitName | undefined {
  const known = texts?.map((text) => namesOfSplits[text.trim().toLowerCase()])
  return (row) => known?.[values[row]!]
}

/**
 * Splits rows as a column says: `train`, `validation` (or `valid`, `val`) and `test`, in upper or lower case.
 *
 * @throws UserError for a row with another value or none, and if no row is for training
 */
export function splitRowsBy(column: SplitColumn): SplitRows {
  const { table, name, values, texts } = column
  const splitOf = splitNameOf(column)
  const fault = values.findIndex((_, row) => splitOf(row) === undefined)
  if (fault >= 0) {
    const value = values[fault]!
    const found = Number.isNaN(value) ? 'no value' : JSON.stringify(texts?.[value] ?? value)
    throw new UserError(
      worded`${table}: row ${rowNumber(column, fault)} has ${found} in the column ${JSON.stringify(name)}; ${option('splitBy')} needs train, validation or test in every row`,
    )
  }
  const rows = partitioned(values.length, (row) => splitOf(row)!)
  if (rows.train.length > 0) return rows
  throw new UserError(
    worded`${table}: no ${rowWord(column)} has train in the column ${JSON.stringify(name)}; ${option('splitBy')} leaves none to train on`,
  )
}

/**
 * Sets aside the latest rows for testing, and those before them for validation. Of rows of the same time, those
 * further down the table are later.
 *
 * @throws UserError for a row without a time, and if no training row is left
 */
export function splitRowsByTime(column: SplitColumn, sizes: SplitSizes): SplitRows {
  const { table, name, values, texts } = column
  if (texts)
    throw new UserError(
      worded`${table}: the column ${JSON.stringify(name)} holds text; ${option('timeOrder')} needs dates, times or numbers: give its kind in ${option('schema')}`,
    )
  const fault = values.findIndex((value) => Number.isNaN(value))
  if (fault >= 0)
    throw new UserError(
      worded`${table}: row ${rowNumber(column, fault)} has no value in the column ${JSON.stringify(name)}; ${option('timeOrder')} needs a time in every row: fill in or remove such rows`,
    )
  requireTraining(column, sizes, values.length)
  const sorted = values.slice().sort()
  const isTest = latest(values, sorted, sizes.test)
  const isHeldOut = latest(values, sorted, sizes.test + sizes.validation)
  return partitioned(values.length, (row) =>
    isTest[row] ? 'test' : isHeldOut[row] ? 'validation' : 'train',
  )
}

/** For each row whether it is among the latest `size`. */
function latest(values: Float64Array, sorted: Float64Array, size: number): Uint8Array {
  const chosen = new Uint8Array(values.length)
  if (size === 0) return chosen
  const boundary = sorted[sorted.length - size]!
  let left = size
  for (let row = 0; row < values.length; row++)
    if (values[row]! > boundary) {
      chosen[row] = 1
      left--
    }
  for (let row = values.length - 1; left > 0; row--)
    if (values[row] === boundary) {
      chosen[row] = 1
      left--
    }
  return chosen
}

/**
 * Sets aside whole groups, so that no group is in two splits: for testing, then for validation, in an order that
 * depends on the seed and the groups' names alone, each group that still fits. If a last one brings the number of
 * rows closer to what was asked for, it is taken, too. Rows without a group are one group.
 *
 * @throws UserError if no training row is left
 */
export function splitRowsByGroup(column: SplitColumn, sizes: SplitSizes, seed: number): SplitRows {
  const { values, texts } = column
  requireTraining(column, sizes, values.length)
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const key = (value: number) => (texts && !Number.isNaN(value) ? texts[value]! : String(value))
  let left = [...counts]
    .map(([value, rows]) => ({ value, rows, key: key(value) }))
    .map((group) => ({ ...group, place: streamKey(seed, `group ${group.key}`) }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : a.key < b.key ? -1 : 1))
  const splitOf = new Map<number, SplitName>()
  for (const split of ['test', 'validation'] as const) {
    const taken = nearlyFilling(left, sizes[split])
    for (const { value } of taken) splitOf.set(value, split)
    left = left.filter((group) => !taken.has(group))
  }
  const parts = 1 + (sizes.validation > 0 ? 1 : 0) + (sizes.test > 0 ? 1 : 0)
  if (left.length === 0 || counts.size < parts)
    throw new UserError(
      worded`${column.table}: the column ${JSON.stringify(column.name)} has ${counted(counts.size, 'group')}, of which none is left to train on; choose a smaller ${option('validation')} or ${option('test')}, or another column`,
    )
  return partitioned(values.length, (row) => splitOf.get(values[row]!) ?? 'train')
}

/** Groups that together have nearly so many rows; one at least, unless none are asked for. */
function nearlyFilling<G extends { readonly rows: number }>(
  groups: readonly G[],
  size: number,
): ReadonlySet<G> {
  const taken = new Set<G>()
  let missing = size
  let smallest: G | undefined
  for (const group of groups)
    if (group.rows <= missing) {
      taken.add(group)
      missing -= group.rows
    } else if (!smallest || group.rows < smallest.rows) smallest = group
  const helps = smallest && smallest.rows - missing < missing
  if (missing > 0 && smallest && (helps || taken.size === 0)) taken.add(smallest)
  return taken
}

function requireTraining(column: SplitColumn, sizes: SplitSizes, count: number): void {
  if (sizes.validation + sizes.test >= count) throw tooFew(column, sizes, count)
}

const tooFew = (column: SplitColumn, { validation, test }: SplitSizes, count: number) =>
  new UserError(
    worded`${column.table}: ${counted(count, rowWord(column))} split by the column ${JSON.stringify(column.name)} less ${grouped(validation)} for validation and ${grouped(test)} for testing leave none to train on; choose a smaller ${option('validation')}${test > 0 ? worded` or ${option('test')}` : ''}`,
  )

/** The rows of each split, ascending. */
function partitioned(count: number, splitOf: (row: number) => SplitName): SplitRows {
  const rows = {
    train: new Int32Array(count),
    validation: new Int32Array(count),
    test: new Int32Array(count),
  }
  const lengths = { train: 0, validation: 0, test: 0 }
  for (let row = 0; row < count; row++) {
    const split = splitOf(row)
    rows[split][lengths[split]++] = row
  }
  return {
    train: rows.train.slice(0, lengths.train),
    validation: rows.validation.slice(0, lengths.validation),
    test: rows.test.slice(0, lengths.test),
  }
}
